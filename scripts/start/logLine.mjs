/** pino's numbers for its levels. */
const levelNames = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);
/** Of no use to somebody who watches one machine's console. */
const omittedFields = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'name']);

/**
 * The structured record in a line of a program's output, or undefined when it is plain text.
 * @param {string} line
 * @returns {Record<string, unknown> | undefined}
 */
export function parseLogLine(line) {
  if (!line.startsWith('{')) return undefined;
  try {
    const record = JSON.parse(line);
    return typeof record.msg === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A line of a program's output for a person: `hub │ info  hub ready url=http://127.0.0.1:7400`.
 * @param {string} program
 * @param {string} line
 */
export function formatLogLine(program, line) {
  const prefix = `${program.padEnd(5)} │ `;
  const record = parseLogLine(line);
  if (!record) return prefix + line;
  const level = levelNames.get(Number(record.level)) ?? String(record.level ?? 'info');
  const fields = Object.entries(record)
    .filter(([name]) => !omittedFields.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${prefix}${level.padEnd(5)} ${[record.msg, ...fields].join(' ')}`;
}
