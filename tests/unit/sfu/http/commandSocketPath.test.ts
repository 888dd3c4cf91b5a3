import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { askHub } from '../../../../scripts/accounts/hubSocket.mjs';
import { createTickets } from '../../../../src-main/hub/hubTickets.ts';
import { openCommandSocket, type CommandSocket } from '../../../../src-sfu/http/accounts/commandSocket.ts';
import { BackupError } from '../../../../src-sfu/storage/backup/backupManifest.ts';
import { refuseRunningHub } from '../../../../src-sfu/storage/backup/runningHub.ts';
import { openHubKey } from '../../../../src-sim/squads/hubKey.ts';

let folder: string | undefined;
let socket: CommandSocket | undefined;
afterEach(async () => {
  await socket?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** What the hub was asked. */
let asked: unknown[] = [];

/** A hub that answers every command with the same. */
async function hubAt(name: string): Promise<string> {
  folder = mkdtempSync(join(tmpdir(), 'mingchu-socket-'));
  const dataDir = join(folder, name);
  socket = await openCommandSocket({
    dataDir,
    run(command) {
      asked.push(command);
      return Promise.resolve({ ok: true, data: { ticket: 'the ticket', key: 'the key' } });
    },
    logger: pino({ level: 'silent' }),
  });
  return dataDir;
}
const ticketOf = (dataDir: string) =>
  createTickets(dataDir)({ origin: 'http://127.0.0.1:7400' }, { surface: 'wall', screenId: 'main' });

/** The layers allow no module in common: the desktop application, the tools, the demo and the hub each work the path out. */
describe.each([
  ['beside the database', 'data'],
  ['elsewhere, because that path would be too long', `${'data'.repeat(30)}`],
  ['beside the database, in a folder with a name in Chinese', '明厨 数据'],
])('the socket of a hub that lies %s', (_where, name) => {
  it('is found by the tools, the desktop application, the demo’s squads, and restoring', async () => {
    const dataDir = await hubAt(name);
    expect(await askHub(dataDir, { command: 'list' })).toMatchObject({ key: 'the key' });
    expect(await ticketOf(dataDir)).toBe('the ticket');
    expect(await openHubKey(dataDir)).toBe('the key');
    await expect(refuseRunningHub(dataDir)).rejects.toThrow(BackupError);
  });

  it('is found by none of them once the hub has ended', async () => {
    const dataDir = await hubAt(name);
    await socket?.close();
    socket = undefined;
    await expect(askHub(dataDir, { command: 'list' })).rejects.toThrow(/No hub runs/);
    expect(await ticketOf(dataDir)).toBeUndefined();
    await expect(openHubKey(dataDir)).rejects.toThrow(/gives no key/);
    await refuseRunningHub(dataDir);
  });
});

describe('a ticket of the hub on this machine', () => {
  it('is for each screen of the wall and for the showcase, and for no desk nor another machine', async () => {
    const dataDir = await hubAt('data');
    const ask = createTickets(dataDir);
    const here = { origin: 'http://127.0.0.1:7400' };
    asked = [];
    expect(await ask(here, { surface: 'wall', screenId: 'east' })).toBe('the ticket');
    expect(await ask(here, { surface: 'showcase' })).toBe('the ticket');
    expect(await ask(here, { surface: 'desk' })).toBeUndefined();
    expect(await ask({ origin: 'http://192.0.2.7:7400' }, { surface: 'showcase' })).toBeUndefined();
    expect(asked).toEqual([
      { command: 'ticket', surface: 'wall', screenId: 'east', name: 'east (shell)' },
      { command: 'ticket', surface: 'showcase', screenId: 'main', name: 'showcase (shell)' },
    ]);
  });
});
