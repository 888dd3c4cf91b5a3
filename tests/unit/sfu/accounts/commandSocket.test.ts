import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { askHub } from '../../../../scripts/accounts/hubSocket.mjs';
import { openCommandSocket, type CommandSocket } from '../../../../src-sfu/http/accounts/commandSocket.ts';
import { createLogger } from '../../../../src-sfu/logger.ts';

const logger = createLogger('error');
let folder: string;
const open: CommandSocket[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mingchu-socket-'));
});
afterEach(async () => {
  for (const socket of open.splice(0)) await socket.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(dataDir: string) {
  const run = vi.fn((input: unknown) => Promise.resolve({ ok: true, data: { input } }));
  const socket = await openCommandSocket({ dataDir, run, logger });
  if (socket !== undefined) open.push(socket);
  return { run, socket };
}

it('takes a command of its own user, and gives nobody else the socket', async () => {
  const { socket } = await start(folder);
  expect(statSync(socket?.path ?? '').mode & 0o777).toBe(0o600);
  expect(await askHub(folder, { command: 'list' })).toEqual({ input: { command: 'list' } });
});

it('lies elsewhere, in a folder of its own, when the path of the data folder is too long', async () => {
  const deep = join(folder, '很长的文件夹名'.repeat(6), 'x'.repeat(60));
  const { socket } = await start(deep);
  expect(socket?.path.startsWith(deep)).toBe(false);
  expect(statSync(dirname(socket?.path ?? '')).mode & 0o777).toBe(0o700);
  expect(await askHub(deep, { command: 'list' })).toEqual({ input: { command: 'list' } });
  await socket?.close();
  await expect(askHub(deep, { command: 'list' })).rejects.toThrow('No hub runs');
});

it('takes the place of a hub that was killed, and leaves one that runs alone', async () => {
  writeFileSync(join(folder, 'hub.sock'), '');
  expect((await start(folder)).socket).toBeDefined();
  expect((await start(folder)).socket).toBeUndefined();
  expect(await askHub(folder, {})).toEqual({ input: {} });
});

it('says that the database is busy, and not that the hub failed', async () => {
  const socket = await openCommandSocket({
    dataDir: folder,
    run: () => Promise.reject(Object.assign(new Error('locked'), { code: 'SQLITE_BUSY' })),
    logger: createLogger('silent'),
  });
  if (socket !== undefined) open.push(socket);
  await expect(askHub(folder, { command: 'list' })).rejects.toThrow('The database is busy');
});

it.each([['not json\n'], ['\n'], ['{"a":\n'], ['x'.repeat(70_000)]])('refuses %.12j', async (text) => {
  const { run, socket } = await start(folder);
  const answer = await new Promise<string>((resolve) => {
    const client = connect(socket?.path ?? '');
    let received = '';
    client.on('data', (chunk: Buffer) => (received += chunk.toString()));
    client.on('close', () => resolve(received));
    client.write(text);
  });
  expect(JSON.parse(answer)).toMatchObject({ ok: false, message: expect.any(String) as string });
  expect(run).not.toHaveBeenCalled();
});
