/** How a request is refused that the database had no time for. A repeat is harmless: commands carry an id. */
export const databaseBusy = {
  reason: 'session.database_busy',
  message: 'The database is busy. Try again in a moment.',
} as const;

/** Whether a statement was not carried out because another holds the database, or because its turn did not come within 8 s. */
export function isDatabaseBusy(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^SQLITE_(?:BUSY|LOCKED)/.test(code);
}
