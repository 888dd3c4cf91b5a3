/**
 * A cell that begins like this is a formula to a spreadsheet program, which then runs it. The wide forms count too:
 * Chinese and Japanese editions take them for the narrow ones.
 */
const formulaStart = /^'*[=+\-@\t\r＝＋－＠]/;

/** A cell's text for a spreadsheet: what would be a formula gets an apostrophe in front (OWASP, "CSV Injection"). */
export function neutraliseCell(text: string): string {
  return formulaStart.test(text) ? `'${text}` : text;
}

/** Takes the apostrophe of neutraliseCell away again. */
export function restoreCell(cell: string): string {
  return cell.startsWith("'") && formulaStart.test(cell) ? cell.slice(1) : cell;
}

/** A cell as one line of plain text, the way people mean it. */
export function plainCell(cell: string): string {
  return restoreCell(cell.replace(/\s*\n\s*/g, ' ').trim());
}
