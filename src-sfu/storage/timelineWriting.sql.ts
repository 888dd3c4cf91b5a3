import type { TimelineWriting } from '../features/timeline/timeline.ports.ts';
import { chunks } from './chunks.ts';
import type { Store } from './database.ts';
import { timelineTables } from './timelineTables.ts';

/** Positions and times of body-worn cameras in the store. */
export function createTimelineWriting(store: Store): TimelineWriting {
  const tables = timelineTables(store);
  return {
    async addPositions(samples) {
      const rows = samples.map(({ memberId, squadId, atMs, receivedAtMs, latitude, longitude }) => ({
        id: undefined,
        member_id: memberId,
        squad_id: squadId,
        at_ms: atMs,
        received_at_ms: receivedAtMs,
        latitude,
        longitude,
      }));
      for (const some of chunks(rows)) await tables.insertInto('position_samples').values(some).execute();
    },
    async beginBodyCam({ id, memberId, squadId, sender, startedAtMs }) {
      await tables
        .insertInto('body_cam_times')
        .values({
          id,
          member_id: memberId,
          squad_id: squadId,
          sender: sender ?? null,
          started_at_ms: startedAtMs,
          ended_at_ms: null,
          end_cause: null,
        })
        .execute();
    },
    async endBodyCam(id, endedAtMs) {
      await tables
        .updateTable('body_cam_times')
        .set({ ended_at_ms: endedAtMs, end_cause: 'ended' })
        .where('id', '=', id)
        .execute();
    },
    async cutOffBodyCams() {
      await tables
        .updateTable('body_cam_times')
        .set({ end_cause: 'cut_off' })
        .where('end_cause', 'is', null)
        .execute();
    },
  };
}
