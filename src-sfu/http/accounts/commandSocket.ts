import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { databaseRefusalOf } from '../../base/databaseTrouble.ts';
import type { Logger } from '../../logger.ts';

/** A path of a Unix socket holds 107 bytes on Linux and 103 on macOS (`sun_path` in `sys/un.h`). */
const longestPath = 100;
const maxLineLength = 64 * 1024;
/** Somebody who opens the socket and says nothing is not waited for. Milliseconds. */
const idleMs = 30_000;

/** A socket in the file system on which the hub takes commands of its own user: one line of JSON each way. */
export interface CommandSocket {
  path: string;
  close(): Promise<void>;
}

/**
 * Listens at `hub.sock` in the data folder, with mode 0600. Where that path is too long for a socket, it lies in a new folder for
 * temporary files, and `hub.sock.path` in the data folder says where. Undefined where there cannot be one; the log says why.
 */
export async function openCommandSocket(options: {
  dataDir: string;
  run(input: unknown): Promise<object>;
  logger: Logger;
}): Promise<CommandSocket | undefined> {
  const { dataDir, logger } = options;
  if (dataDir === ':memory:' || process.platform === 'win32') return undefined;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const wanted = resolve(dataDir, 'hub.sock');
  const isLong = Buffer.byteLength(wanted) > longestPath;
  // mkdtemp makes a folder that only this user can enter.
  const folder = isLong ? mkdtempSync(join(tmpdir(), 'mingchu-')) : undefined;
  const path = folder === undefined ? wanted : join(folder, 'hub.sock');
  const pathFile = `${wanted}.path`;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket, options);
  });
  try {
    await listen(server, path);
    if (folder !== undefined) writeFileSync(pathFile, path, { mode: 0o600 });
  } catch (error) {
    logger.warn(
      { err: error, path },
      'the socket for commands of this machine could not be opened; "npm run accounts" and other commands cannot reach this hub',
    );
    return undefined;
  }
  server.on('error', (error) =>
    logger.warn({ err: error }, 'the socket for commands of this machine failed'),
  );
  return {
    path,
    async close() {
      const closed = new Promise((done) => server.close(done));
      for (const socket of sockets) socket.destroy();
      await closed;
      if (folder !== undefined) {
        rmSync(folder, { recursive: true, force: true });
        rmSync(pathFile, { force: true });
      }
    },
  };
}

/** Listens; the socket of a hub that was killed is taken away first. Throws when a hub answers there. */
async function listen(server: Server, path: string): Promise<void> {
  if (await answers(path)) throw new Error('another hub uses this data folder');
  rmSync(path, { force: true });
  await new Promise<void>((done, reject) => {
    server.once('error', reject);
    // The socket is made within the call, so that nobody else can open it even for a moment.
    const before = process.umask(0o177);
    try {
      server.listen(path, () => {
        server.off('error', reject);
        done();
      });
    } finally {
      process.umask(before);
    }
  });
  chmodSync(path, 0o600);
}

function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

/** One command a connection: who wants another one connects again. */
function serve(
  socket: Socket,
  { run, logger }: { run(input: unknown): Promise<object>; logger: Logger },
): void {
  let text = '';
  let isOver = false;
  socket.setEncoding('utf8');
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  const reply = (data: object): void => void socket.end(`${JSON.stringify(data)}\n`);
  socket.on('data', (chunk: string) => {
    if (isOver) return;
    text += chunk;
    const end = text.indexOf('\n');
    if (end < 0 && text.length <= maxLineLength) return;
    isOver = true;
    let input: unknown;
    try {
      input = JSON.parse(text.slice(0, end < 0 ? 0 : end));
    } catch {
      return reply({ ok: false, message: 'Send one command as a line of JSON.' });
    }
    run(input).then(reply, (error: unknown) => {
      const refusal = databaseRefusalOf(error);
      if (refusal === undefined) logger.error({ err: error }, 'a command of this machine failed');
      else logger.warn({ err: error }, 'a command of this machine was not carried out by the database');
      reply({ ok: false, message: refusal?.message ?? 'The hub failed at this command. See its log.' });
    });
  });
}
