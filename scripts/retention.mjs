// `npm run retention`: says what the hub keeps, what it would remove now by its settings, and what grows.
import { existsSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';

import { keptDaysOf } from '../src-sfu/app/retention.ts';
import { retentionKinds } from '../src-sfu/features/retention/retention.repository.ts';
import { removedBefore } from '../src-sfu/features/retention/retention.service.ts';
import { createAuditArchiver } from '../src-sfu/storage/auditArchive.ts';
import { createRetentionRepository } from '../src-sfu/storage/retention.sql.ts';
import { CommandError, parseOptions, runCommand, UsageError } from './commandLine.mjs';
import { hubSettings } from './hubSettings.mjs';

const usage = `Usage: npm run retention [-- --data FOLDER] [--json]

Says for how long the hub keeps each kind of record (settings keepAlertsDays and so on), how many are older now and would be removed,
and how much room everything takes. It changes nothing: the hub removes by itself, each hour.

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
    for (const { kind, keptDays, removable } of report.kinds) {
      const kept = keptDays === 0 ? 'kept for ever' : `kept for ${keptDays} days, ${removable} are older`;
      process.stdout.write(`${kind.padEnd(12)}${kept}\n`);
    }
    process.stdout.write('\n');
    for (const { folder, files, bytes } of report.room) {
      process.stdout.write(`${folder.padEnd(20)}${mebibytes(bytes).padStart(10)} MiB  ${files} files\n`);
    }
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
    const kept = keptDaysOf(config);
    const kinds = [];
    for (const kind of retentionKinds) {
      const beforeMs = removedBefore(kept, kind, Date.now());
      const removable = beforeMs === undefined ? 0 : await repository.count(kind, beforeMs);
      kinds.push({ kind, keptDays: kept[kind], removable });
    }
    const room = [{ folder: 'mingchu.sqlite', files: 1, bytes: statSync(path).size }];
    for (const folder of ['snapshots', 'posters', 'audit-archive', 'map']) {
      room.push({ folder, ...(await sizeOf(join(config.dataDir, folder))) });
    }
    return { kinds, room };
  } catch (error) {
    throw new CommandError(
      `The database ${path} cannot be read: ${error instanceof Error ? error.message : error}.`,
    );
  } finally {
    await store.destroy();
  }
}

/** @param {string} folder */
async function sizeOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let files = 0;
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    files += 1;
    bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  }
  return { files, bytes };
}

/** @param {number} bytes */
function mebibytes(bytes) {
  return (bytes / 1024 / 1024).toFixed(1);
}
