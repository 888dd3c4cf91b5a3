// `npm run retention`: says what the hub keeps, what it would remove now by its settings, and what grows.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';

import { keptDaysOf } from '../src-sfu/app/retention.ts';
import { createAuditArchiver } from '../src-sfu/storage/auditArchive.ts';
import { readGrowth } from '../src-sfu/storage/growth.sql.ts';
import { createRetentionRepository } from '../src-sfu/storage/retention.sql.ts';
import { CommandError, parseOptions, runCommand, UsageError } from './commandLine.mjs';
import { hubSettings } from './hubSettings.mjs';

const usage = `Usage: npm run retention [-- --data FOLDER] [--json]

Says how many records of each kind there are, how much room they take (estimated), since when, how many come in a day, for how long the
hub keeps them (settings keepAlertsDays and so on), and how many are older now and would be removed. It changes nothing: the hub removes by itself, each hour.

--data FOLDER   the hub's data folder, else as the hub's settings say

Exit code: 0 done, 2 wrong usage, 3 the database cannot be read.
`;

const options = /** @type {const} */ ({
  data: { type: 'string' },
  json: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

await runCommand({
  usage,
  parse(args) {
    const { values, positionals } = parseOptions(args, options);
    if (values.help === true) return { name: /** @type {const} */ ('help') };
    if (positionals.length > 0) throw new UsageError(`There is no "${positionals[0]}" here.`);
    return { name: /** @type {const} */ ('report'), data: values.data, json: values.json === true };
  },
  async run({ data, json }) {
    const config = hubSettings(data);
    const report = await read(config);
    if (json) return void process.stdout.write(`${JSON.stringify(report)}\n`);
    const line = (/** @type {string[]} */ ...words) =>
      process.stdout.write(
        `${words.map((word, index) => (index === 0 ? word.padEnd(14) : word.padStart(14))).join('')}\n`,
      );
    line('kind', 'rows', 'MiB', 'oldest', 'rows a day', 'kept (days)', 'removable');
    for (const { kind, rows, bytes, oldestMs, rowsPerDay, keptDays, removable } of report.kinds) {
      const oldest = oldestMs === undefined ? '' : new Date(oldestMs).toISOString().slice(0, 10);
      const kept = keptDays === 0 ? 'for ever' : String(keptDays);
      line(kind, String(rows), mebibytes(bytes), oldest, String(rowsPerDay), kept, String(removable));
    }
    process.stdout.write('\n');
    line('place', 'files', 'MiB');
    for (const { place, files, bytes } of report.places) line(place, String(files), mebibytes(bytes));
  },
});

/** @param {import('../src-sfu/config.ts').Config} config */
async function read(config) {
  const path = join(config.dataDir, 'mingchu.sqlite');
  if (!existsSync(path))
    throw new CommandError(`${config.dataDir} has no mingchu.sqlite. Name the folder with --data.`);
  const database = new SqliteDatabase(path, { readonly: true, timeout: 5_000 });
  const store = /** @type {any} */ (new Kysely({ dialect: new SqliteDialect({ database }) }));
  try {
    const archiver = createAuditArchiver(store, '');
    const repository = createRetentionRepository(store, archiver, Date.now);
    return await readGrowth({
      store,
      repository,
      kept: keptDaysOf(config),
      dataDir: config.dataDir,
      nowMs: Date.now(),
    });
  } catch (error) {
    throw new CommandError(
      `The database ${path} cannot be read: ${error instanceof Error ? error.message : error}.`,
    );
  } finally {
    await store.destroy();
  }
}

/** @param {number} bytes */
function mebibytes(bytes) {
  return (bytes / 1024 / 1024).toFixed(1);
}
