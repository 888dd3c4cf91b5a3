// `npm run audit -- verify`: reports whether the audit log of a hub is whole, and which lines were changed. `npm run audit -- search`:
// prints lines of the database and of the archives.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import SqliteDatabase from 'better-sqlite3';

import {
  auditArchiveFolder,
  auditHeadsPath,
  describeFault,
  describeRestore,
  readAuditLines,
  readAuditRestores,
} from '../src-sfu/storage/auditReading.ts';
import { openAuditHeadsFile } from '../src-sfu/storage/auditHeadsFile.ts';
import { verifyAuditChain } from '../src-sfu/storage/auditChain.ts';
import { auditMatcher } from '../src-sfu/storage/auditMatching.ts';
import { parseCommand, usage } from './audit/command.mjs';
import { CommandError, exitCodes, runCommand } from './commandLine.mjs';
import { hubSettings } from './hubSettings.mjs';

await runCommand({
  usage,
  parse: parseCommand,
  run: (command) => (command.name === 'verify' ? verify(command) : search(command)),
});

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'verify' }>} command */
async function verify({ data, heads, json }) {
  const config = hubSettings(data);
  const { dataDir } = config;
  const files = heads.length > 0 ? heads : [auditHeadsPath(config)];
  const published = [];
  for (const file of files) {
    if (heads.length > 0 && !existsSync(file)) {
      throw new CommandError(`There is no file ${file} with published heads.`);
    }
    published.push(...(await openAuditHeadsFile(file).read()));
  }
  const { lines, head, faults, guards, restores, archiveFaults } = readLog(dataDir, published);
  const isWhole = faults.length === 0 && archiveFaults.length === 0 && guards;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ isWhole, lines, head, publishedHeads: published.length, faults, guards, restores, archiveFaults })}\n`,
    );
    return isWhole ? exitCodes.done : exitCodes.no;
  }
  for (const restore of restores) process.stdout.write(`${describeRestore(restore)}\n`);
  for (const sentence of archiveFaults) process.stdout.write(`${sentence}\n`);
  for (const fault of faults) process.stdout.write(`${describeFault(fault)}\n`);
  if (!guards) {
    process.stdout.write('The triggers of the database that refuse changes of the audit log are missing.\n');
  }
  process.stdout.write(
    `${isWhole ? 'The audit log is whole' : 'The audit log is NOT whole'}: ${lines} lines, compared with ${published.length} published heads. Its head is line ${head.id}, ${head.hash}.\n`,
  );
  if (published.length === 0) {
    process.stdout.write(
      'No head was published yet: lines that were cut off at the end cannot be noticed. Name a file with --heads.\n',
    );
  }
  return isWhole ? exitCodes.done : exitCodes.no;
}

/**
 * @param {string} dataDir
 * @param {import('../src-sfu/features/audit/audit.repository.ts').PublishedHead[]} published
 */
function readLog(dataDir, published) {
  return inDatabase(dataDir, (database) => {
    const { lines, guards, archiveFaults } = readAuditLines(database, join(dataDir, auditArchiveFolder));
    const restores = readAuditRestores(database);
    return { ...verifyAuditChain(lines, published), guards, restores, archiveFaults };
  });
}

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'search' }>} command */
function search({ data, json, filter, limit }) {
  const { dataDir } = hubSettings(data);
  const isSought = auditMatcher(filter);
  const { found, count, archiveFaults } = inDatabase(dataDir, (database) => {
    const read = readAuditLines(database, join(dataDir, auditArchiveFolder));
    /** @type {import('../src-sfu/storage/auditChain.ts').AuditLine[]} */
    let newest = [];
    let matching = 0;
    for (const line of read.lines) {
      if (!isSought(line)) continue;
      matching += 1;
      newest.push(line);
      if (newest.length >= 2 * limit) newest = newest.slice(-limit);
    }
    return { found: newest.slice(-limit), count: matching, archiveFaults: read.archiveFaults };
  });
  for (const line of found) process.stdout.write(`${json ? JSON.stringify(line) : lineText(line)}\n`);
  for (const sentence of archiveFaults) process.stderr.write(`${sentence}\n`);
  process.stderr.write(
    `${found.length} of ${count} lines that match.${archiveFaults.length === 0 ? '' : ' Some archives were not searched as they were written: see above.'}\n`,
  );
  return Promise.resolve(archiveFaults.length === 0 ? exitCodes.done : exitCodes.no);
}

/** @param {import('../src-sfu/storage/auditChain.ts').AuditLine} line */
function lineText({ id, atMs, actor, action, subject, detail, principal }) {
  const date = new Date(atMs);
  const cells = [
    String(id),
    Number.isNaN(date.getTime()) ? String(atMs) : date.toISOString(),
    ...[actor, action, subject, detail, principal ?? ''],
  ];
  // Names are written by anybody: what would steer a terminal is printed as its code.
  return cells
    .map((cell) =>
      cell.replace(
        /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
        (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
      ),
    )
    .join('\t');
}

/**
 * @template Result
 * @param {string} dataDir
 * @param {(database: SqliteDatabase.Database) => Result} read
 */
function inDatabase(dataDir, read) {
  const path = join(dataDir, 'mingchu.sqlite');
  let database;
  try {
    database = new SqliteDatabase(path, { readonly: true, fileMustExist: true });
    return read(database);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `The database ${path} cannot be read: ${cause}. Is --data the folder of the hub's database?`,
    );
  } finally {
    database?.close();
  }
}
