import { parseOptions, UsageError } from '../commandLine.mjs';
import { auditFilterSchema } from '../../src-shared/audit/audit.protocol.ts';

const options = /** @type {const} */ ({
  data: { type: 'string' },
  heads: { type: 'string', multiple: true },
  who: { type: 'string' },
  what: { type: 'string' },
  kind: { type: 'string', multiple: true },
  from: { type: 'string' },
  to: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

/** Lines that a search prints where nobody names a number. */
const usualLimit = 100;
const maxLimit = 100_000;

/** Shown with --help and after a mistake. */
export const usage = `Usage: npm run audit -- verify [--data FOLDER] [--heads FILE] [--json]
       npm run audit -- search [--who WORDS] [--what WORDS] [--kind KIND] [--from DATE] [--to DATE] [--limit COUNT] [--data FOLDER] [--json]

verify reads the audit log from its first line to its last, also while the hub runs, and names every line that was edited, deleted or
swapped. With the heads that the hub published outside the database it also finds lines that were cut off at the end, and a log
that was written again or is an older copy.

search prints the newest lines for which everything that was given holds, from the database and from all archives, the oldest first.

--data FOLDER   the folder of the database, else as the hub's settings say
--heads FILE    the published heads, else as the hub's settings say; repeat it for several files
--who WORDS     part of a name, an account, a role or an address
--what WORDS    part of the thing or of the detail
--kind KIND     the part of an action before the colon, such as talk; repeat it for several kinds
--from, --to    dates such as 2026-11-02 or 2026-11-02T08:30:00+08:00; a date without an hour begins, or ends, at midnight here
--limit COUNT   how many lines are printed, ${usualLimit} where nobody says
--json          one JSON object for verify; one for each line for search

Exit code: 0 the log is whole, or every archive was searched; 1 it is not; 2 wrong usage; 3 it cannot be read.
`;

/** @param {string[]} args */
export function parseCommand(args) {
  const { values, positionals } = parseOptions(args, options);
  const [name, ...more] = positionals;
  if (values.help === true || name === 'help') return { name: /** @type {const} */ ('help') };
  if (name === undefined) throw new UsageError('Name a command: verify or search.');
  if (name !== 'verify' && name !== 'search') {
    throw new UsageError(`There is no command "${name}"; the commands are verify and search.`);
  }
  if (more.length > 0) throw new UsageError(`${name} takes no "${more[0]}".`);
  const { who, what, kind, from, to, limit, heads, ...common } = values;
  const data = common.data;
  const json = common.json === true;
  if (name === 'verify') {
    for (const [option, value] of Object.entries({ who, what, kind, from, to, limit })) {
      if (value !== undefined) throw new UsageError(`--${option} belongs to search.`);
    }
    return { name: /** @type {const} */ ('verify'), data, heads: heads ?? [], json };
  }
  if (heads !== undefined) throw new UsageError('--heads belongs to verify.');
  const filter = auditFilterSchema.safeParse({
    ...(from === undefined ? {} : { fromMs: dateOf('--from', from) }),
    ...(to === undefined ? {} : { toMs: dateOf('--to', to) }),
    who,
    what,
    kinds: kind,
  });
  if (!filter.success) {
    const [issue] = filter.error.issues;
    throw new UsageError(`--${String(issue?.path[0]).replace('kinds', 'kind')}: ${issue?.message}.`);
  }
  return {
    name: /** @type {const} */ ('search'),
    data,
    json,
    filter: filter.data,
    limit: limit === undefined ? usualLimit : countOf(limit),
  };
}

/**
 * @param {string} option
 * @param {string} text
 */
function dateOf(option, text) {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/.test(text);
  const date = new Date(isDay ? `${text}T00:00:00` : text);
  // A day that no calendar has becomes one of the next month.
  const isReal = !Number.isNaN(date.getTime()) && (!isDay || date.getDate() === Number(text.slice(8)));
  if ((!isDay && !isMoment) || !isReal) {
    throw new UsageError(`${option}: "${text}" is no date; write for example 2026-11-02.`);
  }
  if (isDay && option === '--to') date.setDate(date.getDate() + 1);
  return date.getTime() - (isDay && option === '--to' ? 1 : 0);
}

/** @param {string} text */
function countOf(text) {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > maxLimit) {
    throw new UsageError(`--limit: "${text}" is no number from 1 to ${maxLimit}.`);
  }
  return count;
}
