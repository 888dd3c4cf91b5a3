import type { Store } from './database.ts';

type TimelineTables = {
  orders: { id: string; created_at_ms: number; document: string };
  order_steps: { id: number; order_id: string; at_ms: number; document: string };
  position_samples: {
    id: number | undefined;
    member_id: string;
    squad_id: string;
    at_ms: number;
    received_at_ms: number;
    latitude: number;
    longitude: number;
  };
  body_cam_times: {
    id: string;
    member_id: string;
    squad_id: string;
    sender: string | null;
    started_at_ms: number;
    ended_at_ms: number | null;
    end_cause: string | null;
  };
};

/** The tables of timelines, for reading and for writing (timelineWriting.sql.ts). */
export function timelineTables(store: Store) {
  return store.withTables<TimelineTables>();
}
