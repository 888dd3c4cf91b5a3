import { parseOptions, UsageError } from '../commandLine.mjs';

const options = /** @type {const} */ ({
  data: { type: 'string' },
  heads: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

/** Shown with --help and after a mistake. */
export const usage = `Usage: npm run audit -- verify [--data FOLDER] [--heads FILE] [--json]

Reads the audit log from its first line to its last, also while the hub runs, and names every line that was edited, deleted or
swapped. With the heads that the hub published outside the database it also finds lines that were cut off at the end, and a log
that was written again or is an older copy.

--data FOLDER   the folder of the database, else as the hub's settings say
--heads FILE    the published heads, else as the hub's settings say; repeat it for several files

Exit code: 0 the log is whole, 1 it is not, 2 wrong usage, 3 it cannot be read.
`;

/** @param {string[]} args */
export function parseCommand(args) {
  const { values, positionals } = parseOptions(args, options);
  const [name, ...more] = positionals;
  if (values.help === true || name === 'help') return { name: /** @type {const} */ ('help') };
  if (name === undefined) throw new UsageError('Name a command: verify.');
  if (name !== 'verify') throw new UsageError(`There is no command "${name}"; the only command is verify.`);
  if (more.length > 0) throw new UsageError(`verify takes no "${more[0]}".`);
  return {
    name: /** @type {const} */ ('verify'),
    data: values.data,
    heads: values.heads ?? [],
    json: values.json === true,
  };
}
