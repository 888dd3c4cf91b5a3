/** One page of rows, of which one more than `limit` was asked for: what shows that there is a next page, and where it begins. */
export function pageOf<Row, Cursor>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => Cursor,
): { page: Row[]; next?: Cursor } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, ...(rows.length > limit && last !== undefined ? { next: cursorOf(last) } : {}) };
}
