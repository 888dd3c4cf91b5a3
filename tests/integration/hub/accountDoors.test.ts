import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { browser, command } from '../../support/accountBrowser.ts';
import { startHubProcess, type HubProcess } from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { protocolVersion } from '../../../src-shared/protocol/index.ts';

const password = 'four kitchens by the lake';
let hub: HubProcess;
const clients: SurfaceClient[] = [];
let accounts = 0;

beforeAll(async () => {
  hub = await startHubProcess({ hasAccount: false });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => hub.stop());

async function signIn(role: string) {
  accounts += 1;
  const signInName = `person-${accounts}`;
  const { data } = (await command(hub, {
    command: 'add',
    signInName,
    name: `人${accounts}`,
    role,
  })) as unknown as {
    data: { code: string };
  };
  const person = browser(hub);
  expect((await person.ask('POST', 'session/redeem', { code: data.code, password })).status).toBe(200);
  return { ...person, signInName };
}
async function open(cookie: string): Promise<SurfaceClient> {
  const client = await connectSurface(hub.url, { protocolVersion }, { cookie });
  clients.push(client);
  return client;
}

const gone = (client: SurfaceClient): Promise<void> =>
  new Promise((resolve) => void client.socket.once('disconnect', () => resolve()));

describe('a socket', () => {
  it('is opened for nobody who is not signed in', async () => {
    const strange = ['', 'mingchu-person-1=made-up', 'mingchu-screen-1=made-up'];
    for (const cookie of strange) await expect(open(cookie)).rejects.toThrow();
  });

  it('is that of the person who is signed in, with the person’s role, and ends within 1 s of the revocation', async () => {
    const officer = await signIn('duty_officer');
    const client = await open(officer.cookie());
    const joined = await client.request('session:join', { surface: 'desk' });
    expect(joined).toMatchObject({ ok: true, data: { snapshot: { role: 'duty_officer' } } });
    const ended = gone(client);
    const began = performance.now();
    await command(hub, { command: 'revoke', signInName: officer.signInName });
    await ended;
    expect(performance.now() - began).toBeLessThan(1_000);
    await expect(open(officer.cookie())).rejects.toThrow();
  });

  it.each([
    ['the role is another', { command: 'change', role: 'auditor' }],
    ['the account is disabled', { command: 'change', isDisabled: true }],
    ['the password is reset', { command: 'reset' }],
  ])('ends when %s', async (_case, line) => {
    const officer = await signIn('duty_officer');
    const client = await open(officer.cookie());
    await client.request('session:join', { surface: 'desk' });
    const ended = gone(client);
    await command(hub, { ...line, signInName: officer.signInName });
    await ended;
  });

  it('of an administrator without an authenticator may do nothing', async () => {
    const { cookie } = await signIn('administrator');
    const client = await open(cookie());
    await client.request('session:join', { surface: 'desk' });
    expect(await client.requestAnything('wall:startTour', {})).toMatchObject({ code: 'forbidden' });
  });

  it('of a desk that is locked stays, is refused what it asks, and takes a new snapshot when it is unlocked', async () => {
    const { ask, cookie } = await signIn('duty_officer');
    const client = await open(cookie());
    await client.request('session:join', { surface: 'desk' });
    expect(await client.requestAnything('wall:startTour', {})).not.toMatchObject({
      code: 'forbidden',
    });
    await ask('POST', 'session/lock', {});
    await vi.waitFor(() => expect(client.noticesOf('session:noticesDropped')).toHaveLength(1));
    expect(await client.requestAnything('wall:startTour', {})).toMatchObject({
      code: 'forbidden',
    });
    // The call goes on: what belongs to it is not refused for the lock.
    expect(await client.requestAnything('talk:requestFloor', {})).not.toMatchObject({
      code: 'forbidden',
    });
    await ask('POST', 'session/unlock', { proof: password });
    await vi.waitFor(() => expect(client.noticesOf('session:noticesDropped')).toHaveLength(2));
    expect(await client.requestAnything('wall:startTour', {})).not.toMatchObject({
      code: 'forbidden',
    });
  });

  it('opens to a wall whose code the command line confirmed', async () => {
    const begun = await fetch(`${hub.url}/api/v1/pairings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ surface: 'wall', screenId: 'lobby' }),
    });
    const { code } = (await begun.json()) as { code: string };
    const confirm = { command: 'confirmScreen', code, name: '前厅' };
    expect(await command(hub, confirm)).toMatchObject({ ok: true, data: { screen: { name: '前厅' } } });
    expect(await command(hub, confirm)).toMatchObject({ ok: false, reason: 'accounts.pairing_unknown' });
  });

  it('of a paired wall is its screen only, also where a person is signed in beside it', async () => {
    const { ask, cookie } = await signIn('duty_officer');
    const { data } = (await command(hub, {
      command: 'pairScreen',
      surface: 'wall',
      screenId: 'hall',
      name: '大厅',
    })) as unknown as { data: { credential: string; pairingId: string } };
    const both = `${cookie()}; mingchu-screen-1=${data.credential}`;
    const wall = await open(both);
    expect(await wall.request('session:join', { surface: 'wall', screenId: 'hall' })).toMatchObject({
      data: { snapshot: { role: 'screen' } },
    });
    await ask('DELETE', 'session');
    expect(await wall.request('session:checkLink', {})).toEqual({ ok: true, data: {} });
    const other = await open(`mingchu-screen-1=${data.credential}`);
    expect(await other.request('session:join', { surface: 'wall', screenId: 'main' })).toMatchObject({
      ok: false,
      code: 'forbidden',
    });
    expect(await other.request('session:join', { surface: 'desk' })).toMatchObject({
      ok: false,
      code: 'forbidden',
    });
  });
});

describe('HTTP', () => {
  it('is open to an administrator with codes only, by the cookie', async () => {
    const { ask } = await signIn('duty_officer');
    const metrics = (cookie: string) => fetch(`${hub.url}/metrics`, { headers: { cookie } });
    expect((await metrics('')).status).toBe(401);
    const officer = await signIn('duty_officer');
    expect((await metrics(officer.cookie())).status).toBe(403);
    expect((await ask('GET', 'session')).status).toBe(200);
  });
});
