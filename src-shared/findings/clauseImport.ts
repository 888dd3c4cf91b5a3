/** What an import of clauses did, or would do in a dry run, by number of clauses. Clauses that a table does not name stay as they are. */
export interface ClauseImportReport {
  dryRun: boolean;
  added: number;
  changed: number;
  unchanged: number;
  /** Columns that mean nothing here and were passed over, by their header. */
  ignoredColumns: string[];
}
