/**
 * Whether the store refused a statement for what it says, and not because the store itself cannot work at this time (its
 * disk is full, its file is locked or damaged). Such a statement fails again whenever it is tried.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^SQLITE_(?:CONSTRAINT|TOOBIG|MISMATCH|RANGE|ERROR)(?:_|$)/.test(code);
}
