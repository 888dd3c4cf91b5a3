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

/** The audit log, as its readers need it. */
export interface AuditRepository {
  readHead(): Promise<AuditHead>;
  /** The hash of a line; undefined where there is no such line. */
  hashOf(id: number): Promise<string | undefined>;
}
