import type { CitizenReport } from '../../../src-shared/citizens/citizens.protocol.ts';

/** A report as it is stored: what desks see, and by what its sender is known again. */
export interface CitizenRecord {
  report: CitizenReport;
  /** Of the code by which it is followed; the code itself is nowhere. */
  codeHash: string;
  /** Of what was sent, so that an id with other content is noticed. */
  contentHash: string;
  /** The report that it repeats, which is answered for both. */
  sameAs?: string;
}

/** A line of the audit log, stored with the change. */
export interface CitizenAudit {
  atMs: number;
  actor: string;
  action: 'citizens:receive' | 'citizens:answer' | 'citizens:escalate';
  subject: string;
  detail: object;
}

/** Reports in the store. A resolved promise is durable. */
export interface CitizensRepository {
  /** Those without an answer that repeat no other. */
  loadOpen(): Promise<CitizenRecord[]>;
  find(reportId: string): Promise<CitizenRecord | undefined>;
  findByCode(codeHash: string): Promise<CitizenRecord | undefined>;
  /** The oldest first; those that repeat another are left out. */
  ofAlert(alertId: string, limit: number): Promise<CitizenReport[]>;
  /** Stores records with their lines of the audit log, all or nothing; what repeats an answered one counts as answered. */
  save(records: readonly CitizenRecord[], audit: readonly CitizenAudit[]): Promise<void>;
}
