/** The smallest grid for so many equal tiles that is as wide as high, or one row less high. */
export function squareGrid(tileCount: number): { columns: number; rows: number } {
  const columns = Math.max(1, Math.ceil(Math.sqrt(tileCount)));
  return { columns, rows: Math.max(1, Math.ceil(tileCount / columns)) };
}
