import { parseOptions, UsageError } from '../commandLine.mjs';

const options = /** @type {const} */ ({
  data: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
});

/** Shown with --help and after a mistake. */
export const supportUsage = `Usage: npm run support [-- --data FOLDER]

Makes one file for those who help from afar: versions, the machine, settings, the end of the logs and the names of the data's files.
Passwords, keys, codes and tokens are removed; no picture and no record is in it. It lies in the folder support of the data folder.

--data FOLDER   the hub's data folder, else as the hub's settings say

Exit code: 0 done, 2 wrong usage, 3 the bundle could not be made.
`;

/** @param {string[]} args */
export function parseSupport(args) {
  const { values, positionals } = parseOptions(args, options);
  if (values.help === true) return { name: /** @type {const} */ ('help') };
  if (positionals.length > 0) throw new UsageError(`There is one word too many: "${positionals[0]}".`);
  return { name: /** @type {const} */ ('support'), data: values.data };
}
