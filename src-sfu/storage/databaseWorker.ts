/** The thread that has the database: it runs one order after another, and nothing that it waits for delays the hub. */
import { parentPort, workerData } from 'node:worker_threads';
import { thrownOf, type DatabaseAnswer, type DatabaseOrder, type DatabaseTask } from './databaseMessages.ts';
import { openSqliteFile, type SqliteFile } from './sqliteFile.ts';

const task = workerData as DatabaseTask;
const port = parentPort;
if (port === null) throw new Error('this is the thread of the database; it is started by databaseThread.ts');

let file: SqliteFile | undefined;
let busyTimeoutMs = task.startTimeoutMs;
/** A file that was there and is gone, as with its disk, must not be taken for a new hub's. */
let { mustExist = false } = task;
const opened = (): SqliteFile => {
  file ??= openSqliteFile({ path: task.path, busyTimeoutMs, mustExist });
  mustExist = task.path !== ':memory:';
  return file;
};

const obey = (order: DatabaseOrder): DatabaseAnswer => {
  try {
    if (order.type === 'close' || (order.type === 'probe' && order.reopens)) {
      file?.close();
      file = undefined;
      ({ busyTimeoutMs } = task);
    }
    if (order.type === 'close') return { ok: true, outcomes: [], isInTransaction: false };
    const outcomes = order.type === 'run' ? opened().run(order.statements, order.together) : [];
    if (order.type === 'probe') opened().probe();
    return { ok: true, outcomes, isInTransaction: opened().isInTransaction() };
  } catch (error) {
    return { ok: false, error: thrownOf(error) };
  }
};

port.on('message', (order: DatabaseOrder) => {
  port.postMessage(obey(order));
  if (order.type === 'close') port.close();
});
