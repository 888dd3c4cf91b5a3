import { BackupError } from '../../src-sfu/storage/backup/backupManifest.ts';
import { CommandError, parseOptions, UsageError } from '../commandLine.mjs';

const backupOptions = /** @type {const} */ ({
  data: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});
const restoreOptions = /** @type {const} */ ({
  ...backupOptions,
  credentials: { type: 'string' },
  'dry-run': { type: 'boolean' },
});

/** Shown with --help and after a mistake. */
export const backupUsage = `Usage: npm run backup -- TARGET [--data FOLDER] [--json]

Copies the hub's data into the new folder TARGET, also while the hub runs: the database, the pictures of alerts and the operator's
map. The keys stay behind: copy hub.key and the folder tls by themselves, and keep them at another place.

--data FOLDER   the hub's data folder, else as the hub's settings say

Exit code: 0 done, 2 wrong usage, 3 the backup could not be made.
`;

/** Shown with --help and after a mistake. */
export const restoreUsage = `Usage: npm run restore -- SOURCE [--data FOLDER] [--credentials end|keep] [--dry-run] [--json]

Puts the backup in the folder SOURCE in the place of the hub's database. The hub must be stopped. Everything is checked first, and
what is replaced is kept in a folder beside it. Who has access is not turned back: accounts, paired screens, keys, phones and recorders
stay as they are now.

--data FOLDER       the hub's data folder, else as the hub's settings say
--credentials end   where the present database is missing or damaged: nobody has access, everybody is set up again
--credentials keep  there: everybody who had access at the time of the backup has it again, also if it was revoked since
--dry-run           only checks

Exit code: 0 done, 2 wrong usage, 3 the backup could not be restored.
`;

/** @param {string[]} args */
export function parseBackup(args) {
  const { values, positionals } = parseOptions(args, backupOptions);
  if (values.help === true) return { name: /** @type {const} */ ('help') };
  const target = onlyFolder(positionals, 'TARGET, the new folder of the backup');
  return { name: /** @type {const} */ ('backup'), target, data: values.data, json: values.json === true };
}

/** @param {string[]} args */
export function parseRestore(args) {
  const { values, positionals } = parseOptions(args, restoreOptions);
  if (values.help === true) return { name: /** @type {const} */ ('help') };
  const { credentials } = values;
  if (credentials !== undefined && credentials !== 'end' && credentials !== 'keep') {
    throw new UsageError(`--credentials takes end or keep, not "${credentials}".`);
  }
  return {
    name: /** @type {const} */ ('restore'),
    source: onlyFolder(positionals, 'SOURCE, the folder of the backup'),
    data: values.data,
    credentials,
    isDryRun: values['dry-run'] === true,
    json: values.json === true,
  };
}

/**
 * @param {string[]} positionals
 * @param {string} what
 */
function onlyFolder(positionals, what) {
  const [folder, ...more] = positionals;
  if (folder === undefined || folder === '') throw new UsageError(`Name ${what}.`);
  if (more.length > 0) throw new UsageError(`There is one folder too many: "${more[0]}".`);
  return folder;
}

/**
 * @template Value
 * @param {Promise<Value>} work
 */
export async function orCommandError(work) {
  try {
    return await work;
  } catch (error) {
    throw error instanceof BackupError ? new CommandError(error.message) : error;
  }
}
