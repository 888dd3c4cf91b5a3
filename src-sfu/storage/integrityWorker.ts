/** The thread that reads a whole database once and says whether it is as it was written. */
import { parentPort, workerData } from 'node:worker_threads';
import SqliteDatabase from 'better-sqlite3';
import { addAuditHash } from './auditChain.ts';
import { thrownOf } from './databaseMessages.ts';
import type { IntegrityAnswer, IntegrityTask } from './integrityCheck.ts';

const { path } = workerData as IntegrityTask;

function check(): IntegrityAnswer {
  const database = new SqliteDatabase(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    addAuditHash(database);
    const [first] = database.pragma('integrity_check(1)') as { integrity_check: string }[];
    const found = first?.integrity_check ?? 'no answer';
    return found === 'ok' ? { state: 'sound' } : { state: 'damaged', found };
  } finally {
    database.close();
  }
}

try {
  parentPort?.postMessage(check());
} catch (error) {
  parentPort?.postMessage({ state: 'thrown', error: thrownOf(error) } satisfies IntegrityAnswer);
}
