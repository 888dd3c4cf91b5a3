import type { AuditArchives, AuditFilter, AuditLine } from '../../../src-shared/audit/audit.protocol.ts';

/** The end of the audit log: every line before it is in its hash. */
export interface AuditHead {
  id: number;
  /** SHA-256 in hexadecimal: 64 characters. */
  hash: string;
}

/** A head that was published outside the database. */
export interface PublishedHead extends AuditHead {
  atMs: number;
}

/** A line that is not about a change in the database. Times are of the hub's own clock. */
export interface AuditEvent {
  atMs: number;
  actor: string;
  action: string;
  subject: string;
  detail: object;
  /** Null where nobody is known. Left out: the principal of the present request. */
  principal?: object | null | undefined;
}

/** A view that has begun and not ended. */
export interface OpenView extends AuditEvent {
  viewId: string;
}

/** Some of the lines that are searched for, from the newest back. */
export interface AuditPage {
  lines: AuditLine[];
  /** The search goes on before this line; left out where everything was searched. */
  nextBeforeId?: number;
  /** What is known of the archives; left out where the search did not reach them. */
  archives?: AuditArchives;
}

/** The audit log, as its readers need it. */
export interface AuditRepository {
  readHead(): Promise<AuditHead>;
  /** The hash of a line; `archived` for one that has left the database for a file; undefined where there is no such line. */
  hashOf(id: number): Promise<string | undefined>;
  /**
   * From the newest back, through the database and then through the archives, of which one page reads only some. Dates of the
   * filter and of the lines are of the hub's own clock.
   */
  search(filter: AuditFilter, limit: number, beforeId?: number): Promise<AuditPage>;
  /** Durable when the promise resolves. */
  append(events: readonly AuditEvent[]): Promise<void>;
  /** Keeps views that began, and removes those that ended and appends their lines: all or nothing. */
  changeViews(begun: readonly OpenView[], ended: readonly OpenView[]): Promise<void>;
  /** The views that were open when the hub ended. */
  openViews(): Promise<OpenView[]>;
}
