import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { BackupError } from './backupManifest.ts';

/** Throws BackupError while a hub answers on the command socket of a data folder. */
export async function refuseRunningHub(dataDir: string): Promise<void> {
  const socketPath = join(dataDir, 'hub.sock');
  let path = socketPath;
  try {
    path = readFileSync(`${socketPath}.path`, 'utf8').trim();
  } catch {
    // The socket lies in the folder itself.
  }
  const isRunning = await new Promise<boolean>((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
  if (isRunning) throw new BackupError(`A hub runs with the data folder ${dataDir}. Stop it first.`);
}
