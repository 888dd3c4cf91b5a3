import type { Curtain, SavedProgramme } from '../../../src-shared/showcase/showcase.protocol.ts';

/** The curtain as it is kept, with who moved it. */
export type KeptCurtain = Curtain & { by?: string | undefined };

/** Alerts of a day that belong together, and the orders of that day. */
export interface DayFigures {
  alerts: { district: string | undefined; kindId: string; isHandled: boolean; count: number }[];
  /** The newest first. */
  recent: { district: string | undefined; kindId: string; atMs: number }[];
  ordersWritten: number;
  ordersClosed: number;
}

/** What is written to the audit log beside a change. */
export interface ShowcaseAudit {
  atMs: number;
  actor: string;
  action: string;
  subject: string;
  detail: object;
}

/** Where the showcase is kept. A change and its line of the audit log are one transaction. */
export interface ShowcaseRepository {
  load(): Promise<{ curtain: KeptCurtain | undefined; saved: SavedProgramme | undefined }>;
  saveCurtain(curtain: KeptCurtain, audit: ShowcaseAudit): Promise<void>;
  saveProgramme(saved: SavedProgramme, audit: ShowcaseAudit): Promise<void>;
  record(audit: ShowcaseAudit): Promise<void>;
  /** What was raised and written from one moment until another, without alerts that were wrong or double. */
  readDay(span: { fromMs: number; toMs: number; recent: number }): Promise<DayFigures>;
}
