/** Rows of one statement: SQLite takes 32,766 values in one. */
const rowsPerStatement = 400;

/** Cuts items into parts that one statement can take. */
export function chunks<Item>(items: readonly Item[]): Item[][] {
  const parts: Item[][] = [];
  for (let start = 0; start < items.length; start += rowsPerStatement) {
    parts.push(items.slice(start, start + rowsPerStatement));
  }
  return parts;
}
