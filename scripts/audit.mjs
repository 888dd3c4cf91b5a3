// `npm run audit -- verify`: says whether the audit log of a hub is whole, and which lines are not.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import SqliteDatabase from 'better-sqlite3';

import { auditHeadsPath, describeFault, readAuditLines } from '../src-sfu/storage/auditReading.ts';
import { openAuditHeadsFile } from '../src-sfu/storage/auditHeadsFile.ts';
import { verifyAuditChain } from '../src-sfu/storage/auditChain.ts';
import { ConfigError, readConfig } from '../src-sfu/config.ts';
import { parseCommand, usage, UsageError } from './audit/command.mjs';

/** Exit codes, by which scripts see what happened. */
const exitCodes = { whole: 0, notWhole: 1, usage: 2, unreadable: 3 };

/** The log cannot be read. The message says what to do. */
class ReadError extends Error {
  name = 'ReadError';
}

try {
  const command = parseCommand(process.argv.slice(2));
  if (command.name === 'help') process.stdout.write(usage);
  else process.exitCode = await verify(command);
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exitCode = exitCodes.usage;
  } else if (error instanceof ReadError || error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitCodes.unreadable;
  } else {
    throw error;
  }
}

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'verify' }>} command */
async function verify({ data, heads, json }) {
  const config = readConfig(process.env, process.cwd());
  const dataDir = data ?? config.dataDir;
  const files = heads.length > 0 ? heads : [auditHeadsPath({ ...config, dataDir })];
  const published = [];
  for (const file of files) {
    if (heads.length > 0 && !existsSync(file)) {
      throw new ReadError(`There is no file ${file} with published heads.`);
    }
    published.push(...(await openAuditHeadsFile(file).read()));
  }
  const { lines, head, faults, guards } = readLog(join(dataDir, 'mingchu.sqlite'), published);
  const isWhole = faults.length === 0 && guards;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ isWhole, lines, head, publishedHeads: published.length, faults, guards })}\n`,
    );
    return isWhole ? exitCodes.whole : exitCodes.notWhole;
  }
  for (const fault of faults) process.stdout.write(`${describeFault(fault)}\n`);
  if (!guards) {
    process.stdout.write('The rules in the database that refuse changes of the audit log were taken away.\n');
  }
  process.stdout.write(
    `${isWhole ? 'The audit log is whole' : 'The audit log is NOT whole'}: ${lines} lines, compared with ${published.length} published heads. Its head is line ${head.id}, ${head.hash}.\n`,
  );
  if (published.length === 0) {
    process.stdout.write(
      'No head was published yet: lines that were cut off at the end cannot be noticed. Name a file with --heads.\n',
    );
  }
  return isWhole ? exitCodes.whole : exitCodes.notWhole;
}

/**
 * @param {string} path
 * @param {import('../src-sfu/features/audit/audit.repository.ts').PublishedHead[]} published
 */
function readLog(path, published) {
  let database;
  try {
    database = new SqliteDatabase(path, { readonly: true, fileMustExist: true });
    const { lines, guards } = readAuditLines(database);
    return { ...verifyAuditChain(lines, published), guards };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new ReadError(
      `The database ${path} cannot be read: ${cause}. Is --data the folder of the hub's database?`,
    );
  } finally {
    database?.close();
  }
}
