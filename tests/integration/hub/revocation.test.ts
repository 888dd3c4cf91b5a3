import { createHmac, randomBytes } from 'node:crypto';
import { request as httpRequest, type ClientRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timeCodeAt } from '../../../src-sfu/features/accounts/timeCodes.ts';
import { protocolVersion } from '../../../src-shared/protocol/index.ts';
import { browser, command } from '../../support/accountBrowser.ts';
import { eventually, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { h264Section, offerOf, opusSection } from '../../unit/sfu/media/whip/offers.ts';
import { addSquads, granted, makeVoice, signIn } from '../talk/talkHub.ts';

const password = 'four kitchens by the lake';
/** Everything that a revoked credential holds ends within this time. Milliseconds. */
const longestMs = 1_000;
const groupId = 'squad:wenquan';

let hub: HubProcess;
let admin: ReturnType<typeof browser>;
let desk: SurfaceClient;
const clients: SurfaceClient[] = [];
let people = 0;

/** Somebody with an account of this role, signed in; an administrator with an authenticator. */
async function person(role: string) {
  people += 1;
  const signInName = `person-${people}`;
  const account = { command: 'add', signInName, name: `人${people}`, role };
  const { data } = (await command(hub, account)) as unknown as { data: { code: string } };
  const made = browser(hub);
  expect((await made.ask('POST', 'session/redeem', { code: data.code, password })).status).toBe(200);
  if (role === 'administrator') {
    const { body } = await made.ask('POST', 'session/codes');
    const code = timeCodeAt(String(body.secret), Date.now());
    expect((await made.ask('POST', 'session/codes/confirm', { code })).status).toBe(200);
  }
  return { ...made, signInName };
}

async function open(cookie: string, surface?: 'desk' | 'wall'): Promise<SurfaceClient> {
  const client = await connectSurface(hub.url, { protocolVersion }, { cookie });
  clients.push(client);
  if (surface !== undefined) granted(await client.request('session:join', { surface }));
  return client;
}

/** Resolves when the hub has ended the socket. */
const gone = ({ socket }: SurfaceClient): Promise<unknown> =>
  new Promise((resolve) => void socket.once('disconnect', resolve));

/** Revokes, waits for what must end, and says how long that took. */
async function timeTo(revoke: () => Promise<unknown>, ...ends: Promise<unknown>[]): Promise<number> {
  const began = performance.now();
  const revoked = revoke();
  await Promise.all(ends);
  const tookMs = performance.now() - began;
  await revoked;
  return tookMs;
}

const api = (method: string, path: string, body?: object) => admin.ask(method, path, body);

async function makeKey(purpose: string): Promise<{ keyId: string; secret: string }> {
  const { status, body } = await api('POST', 'alert-keys', { name: '平台', purpose });
  expect(status).toBe(201);
  return { keyId: String(body.keyId), secret: String(body.secret) };
}

const withToken = (path: string, token: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${hub.url}/api/v1/${path}`, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` },
  });

/** A request whose body never ends; `closed` resolves when the hub has ended its connection. */
async function slowRequest(path: string, headers: Record<string, string>) {
  const asked: ClientRequest = httpRequest(`${hub.url}/api/v1/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': '1000',
      expect: '100-continue',
      ...headers,
    },
  });
  // The hub has this request before whatever is asked on another connection.
  const heard = new Promise((resolve) => asked.once('continue', resolve));
  const closed = new Promise((resolve) => asked.once('close', resolve));
  asked.on('error', () => undefined);
  asked.flushHeaders();
  await heard;
  await new Promise((resolve) => asked.write('{', resolve));
  return { closed };
}

beforeAll(async () => {
  hub = await startHubProcess({ settings: { MINGCHU_TRUST_LOOPBACK: 'false' } });
  admin = await person('administrator');
  desk = await open(admin.cookie(), 'desk');
  await addSquads(desk);
});
afterAll(async () => {
  for (const client of clients) client.close();
  await hub.stop();
});

describe('a credential that is revoked', () => {
  it('of a person ends the sockets, joined or not, and the voice that holds the floor', async () => {
    const officer = await person('supervisor');
    const joined = await open(officer.cookie(), 'desk');
    const waiting = await open(officer.cookie());
    await makeVoice(joined);
    granted(await joined.request('talk:requestFloor', { groupId, press: 1, priority: 'normal' }));
    const taken = desk.noticesOf('talk:floorIdle').length;
    const tookMs = await timeTo(
      () => command(hub, { command: 'revoke', signInName: officer.signInName }),
      gone(joined),
      gone(waiting),
      eventually('the floor is free', () => desk.noticesOf('talk:floorIdle').length > taken),
    );
    expect(tookMs).toBeLessThan(longestMs);
    await expect(open(officer.cookie())).rejects.toThrow();
    expect((await officer.ask('GET', 'alerts.csv')).status).toBe(401);
  });

  it('of a screen ends the wall that is drawn there', async () => {
    const paired = { command: 'pairScreen', surface: 'wall', screenId: 'main', name: '大厅' };
    const { data } = (await command(hub, paired)) as unknown as {
      data: { credential: string; pairingId: string };
    };
    const cookie = `mingchu-screen-1=${data.credential}`;
    const wall = await open(cookie, 'wall');
    const tookMs = await timeTo(() => api('DELETE', `screens/${data.pairingId}`), gone(wall));
    expect(tookMs).toBeLessThan(longestMs);
    await expect(open(cookie)).rejects.toThrow();
  });

  it('of a phone ends its socket and its voice, and opens neither a socket nor WHIP any more', async () => {
    const phone = await signIn(hub, desk, 'ann');
    clients.push(phone);
    granted(await phone.request('talk:requestFloor', { groupId, press: 1, priority: 'normal' }));
    const taken = desk.noticesOf('talk:floorIdle').length;
    const tookMs = await timeTo(
      () => desk.request('squads:revokePhone', { memberId: 'ann' }),
      gone(phone),
      eventually('the floor is free', () => desk.noticesOf('talk:floorIdle').length > taken),
    );
    expect(tookMs).toBeLessThan(longestMs);
    const again = await connectSurface(hub.url, { protocolVersion, isPhone: true });
    clients.push(again);
    expect(await again.request('session:join', { surface: 'field', memberToken: phone.token })).toMatchObject(
      { ok: false, reason: 'session.phone_signed_out' },
    );
    const device = granted(await desk.request('whip:makeDevice', { name: 'r', memberId: 'ann' }));
    const answer = await fetch(`${hub.url}${device.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', authorization: `Bearer ${phone.token}` },
      body: offerOf([h264Section, opusSection]),
    });
    expect(answer.status).toBe(401);
    expect(((await answer.json()) as { error: { code: string } }).error.code).toBe('wrong_token');
  });

  it('of a recorder ends its session and its picture', async () => {
    const { device, token, path } = granted(
      await desk.request('whip:makeDevice', { name: 'r', memberId: 'bo' }),
    );
    const ask = (method: string, at: string): Promise<Response> =>
      fetch(new URL(at, hub.url), {
        method,
        headers: { 'content-type': 'application/sdp', authorization: `Bearer ${token}` },
        ...(method === 'POST' ? { body: offerOf([h264Section, opusSection]) } : {}),
      });
    const started = await ask('POST', path);
    expect(started.status).toBe(201);
    const bodyCam = (state: string) =>
      eventually(`a body cam that is ${state}`, () =>
        desk
          .noticesOf('squads:membersChanged')
          .at(-1)
          ?.members.some((member) => member.memberId === 'bo' && member.bodyCam.state === state),
      );
    await bodyCam('live');
    const { deviceId } = device;
    const tookMs = await timeTo(() => desk.request('whip:removeDevice', { deviceId }), bodyCam('lost'));
    expect(tookMs).toBeLessThan(longestMs);
    expect((await ask('DELETE', started.headers.get('location') ?? '')).status).toBe(404);
    expect((await ask('POST', path)).status).toBe(404);
  });

  it('of a platform that signs ends a delivery that is coming in', async () => {
    const key = await makeKey('alerts');
    const time = String(Date.now());
    const nonce = randomBytes(16).toString('hex');
    const { closed } = await slowRequest('alerts', {
      'x-mingchu-key': key.keyId,
      'x-mingchu-time': time,
      'x-mingchu-nonce': nonce,
      'x-mingchu-signature': createHmac('sha256', key.secret).update(`${time}.${nonce}.`).digest('hex'),
    });
    expect(await timeTo(() => api('DELETE', `alert-keys/${key.keyId}`), closed)).toBeLessThan(longestMs);
  });

  it('of a platform with a token ends an import that is coming in, and opens nothing any more', async () => {
    const key = await makeKey('registry');
    expect((await withToken('registry/export', key.secret)).status).toBe(200);
    const { closed } = await slowRequest('registry/import', { authorization: `Bearer ${key.secret}` });
    expect(await timeTo(() => api('DELETE', `alert-keys/${key.keyId}`), closed)).toBeLessThan(longestMs);
    expect((await withToken('registry/export', key.secret)).status).toBe(401);
  });
});

describe('a key of a command of this machine', () => {
  const openKey = async (purpose: string): Promise<{ key: string; keyId: string }> => {
    const { data } = (await command(hub, { command: 'openKey', purpose })) as unknown as {
      data: { key: string; keyId: string };
    };
    return data;
  };

  it('that was given back ends an import that is coming in, and opens nothing any more', async () => {
    const { key, keyId } = await openKey('registry');
    expect((await withToken('registry/export', key)).status).toBe(200);
    const { closed } = await slowRequest('registry/import', { authorization: `Bearer ${key}` });
    expect(await timeTo(() => command(hub, { command: 'endKey', keyId }), closed)).toBeLessThan(longestMs);
    for (const path of ['registry/export', 'alerts.csv', 'whip-devices', 'alert-keys']) {
      expect([path, (await withToken(path, key)).status]).toEqual([path, 401]);
    }
  });

  it('does what its command needs, and nothing else', async () => {
    const { key } = await openKey('recorders');
    expect((await withToken('whip-devices', key)).status).toBe(200);
    for (const path of ['registry/export', 'alerts.csv', 'audit.csv', 'alert-keys']) {
      expect([path, (await withToken(path, key)).status]).toEqual([path, 403]);
    }
  });
});

describe('a key of another system', () => {
  it('of the registry imports and exports, and does nothing else', async () => {
    const { keyId, secret } = await makeKey('registry');
    const exported = await withToken('registry/export', secret);
    expect(exported.status).toBe(200);
    const imported = await withToken('registry/import?dryRun=true', secret, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(await exported.json()),
    });
    expect(imported.status).toBe(200);
    for (const path of ['alerts.csv', 'alert-keys', 'audit.csv', 'whip-devices', 'alert-kinds', 'accounts']) {
      expect([path, (await withToken(path, secret)).status]).toEqual([path, 403]);
    }
    // What is somebody's own asks for the sign-in of a person.
    expect((await withToken('session/sign-ins', secret)).status).toBe(401);
    const { body } = await api('GET', 'alert-keys');
    const listed = (body.keys as unknown as { keyId: string }[]).find((one) => one.keyId === keyId);
    expect(listed).toMatchObject({ purpose: 'registry', lastAddress: '127.0.0.1' });
  });

  it('of the records reads alerts as CSV, and opens no socket', async () => {
    const { secret } = await makeKey('records');
    expect((await withToken('alerts.csv', secret)).status).toBe(200);
    expect((await withToken('alerts/none', secret)).status).toBe(404);
    expect((await withToken('registry/export', secret)).status).toBe(403);
    const headers = { authorization: `Bearer ${secret}`, cookie: '' };
    await expect(connectSurface(hub.url, { protocolVersion }, headers)).rejects.toThrow();
    await expect(connectSurface(hub.url, { protocolVersion, key: secret }, { cookie: '' })).rejects.toThrow(
      'Sign in',
    );
  });
});
