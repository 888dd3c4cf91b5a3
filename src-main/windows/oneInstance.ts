import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/** How long a running instance is given to answer. */
const answerTimeoutMs = 1_000;

/** Where instances of one kind meet. A path of a socket is short. */
export function instanceAddress(folder: string, kind: string): string {
  const hash = createHash('sha256').update(`${folder}\n${kind}`).digest('hex').slice(0, 16);
  return process.platform === 'win32' ? `\\\\.\\pipe\\mingchu-shell-${hash}` : join(folder, `${hash}.sock`);
}

/**
 * Becomes the one instance, which is notified by `onSecond` of each later start; undefined where another one runs, which was notified
 * of this one. What a killed instance left behind is taken away.
 */
export async function becomeOneInstance(
  address: string,
  onSecond: () => void,
): Promise<{ close(): Promise<void> } | undefined> {
  if (await notifyRunning(address)) return undefined;
  if (process.platform !== 'win32') {
    mkdirSync(join(address, '..'), { recursive: true, mode: 0o700 });
    rmSync(address, { force: true });
  }
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end();
    onSecond();
  });
  const isFirst = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(address, () => resolve(true));
  });
  if (!isFirst) return undefined;
  // It must not keep the program alive.
  server.unref();
  return { close: () => new Promise((resolve) => server.close(() => resolve())) };
}

function notifyRunning(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.setTimeout(answerTimeoutMs, () => socket.destroy(new Error('no answer')));
    socket.once('connect', () => {
      resolve(true);
      socket.end();
    });
    socket.once('error', () => resolve(false));
  });
}
