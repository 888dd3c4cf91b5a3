import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually, repositoryRoot, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { h264Section, offerOf, opusSection } from '../../unit/sfu/media/whip/offers.ts';
import { addSquads, granted, openDesk, signIn, type Desk } from '../talk/talkHub.ts';
import { makeDevice, type MadeDevice } from './whipStage.ts';

const offer = offerOf([h264Section, opusSection]);
const fragmentType = 'application/trickle-ice-sdpfrag';
const candidate = 'a=mid:v\r\na=candidate:1 1 udp 2130706431 10.0.0.9 50000 typ host\r\n';
const restart = 'a=ice-ufrag:newu\r\na=ice-pwd:newpasswordnewpassword22\r\n';

describe('WHIP over HTTP, at a hub', () => {
  let hub: HubProcess;
  let desk: Desk;
  let device: MadeDevice;

  beforeAll(async () => {
    hub = await startHubProcess();
    desk = await openDesk(hub);
    await addSquads(desk);
  });
  beforeEach(async () => {
    device = await makeDevice(hub.url, 'ann');
  });
  afterAll(async () => {
    desk.close();
    await hub.stop();
  });

  const ask = (
    method: string,
    path: string,
    {
      body,
      type,
      token = device.token,
      etag,
    }: { body?: string; type?: string; token?: string; etag?: string } = {},
  ): Promise<Response> =>
    fetch(new URL(path, hub.url), {
      method,
      ...(body === undefined ? {} : { body }),
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(type === undefined ? {} : { 'content-type': type }),
        ...(etag === undefined ? {} : { 'if-match': etag }),
      },
    });
  const post = (options: Parameters<typeof ask>[2] = {}): Promise<Response> =>
    ask('POST', device.address, { body: offer, type: 'application/sdp', ...options });
  const start = async () => {
    const response = await post();
    expect(response.status).toBe(201);
    return { path: response.headers.get('location') ?? '', etag: response.headers.get('etag') ?? '' };
  };
  const patch = (path: string, body: string, etag?: string): Promise<Response> =>
    ask('PATCH', path, { body, type: fragmentType, ...(etag === undefined ? {} : { etag }) });
  const bodyCam = (state: string) =>
    eventually(`a body cam that is ${state}`, () =>
      desk
        .noticesOf('squads:membersChanged')
        .at(-1)
        ?.members.some((member) => member.memberId === 'ann' && member.bodyCam.state === state),
    );

  it('answers an offer, shows it as the member’s body cam, and ends with DELETE', async () => {
    const response = await post();
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toMatch(/^application\/sdp/);
    expect(await response.text()).toMatch(/^v=0\r\n[^]*a=recvonly/);
    await bodyCam('live');
    const { devices } = granted(await desk.request('whip:listDevices', {}));
    expect(devices.find(({ deviceId }) => deviceId === device.deviceId)?.live).toMatchObject({
      isConnected: false,
    });
    const path = response.headers.get('location') ?? '';
    expect((await ask('DELETE', path)).status).toBe(200);
    await bodyCam('off');
    expect((await ask('DELETE', path)).status).toBe(404);
  });

  it('takes candidates with the session’s ETag, restarts ICE with "*", and knows an old ETag', async () => {
    const { path, etag } = await start();
    expect((await patch(path, candidate, etag)).status).toBe(204);
    expect((await patch(path, candidate)).status).toBe(428);
    expect((await patch(path, candidate, '*')).status).toBe(412);
    const restarted = await patch(path, restart, '"*"');
    expect(restarted.status).toBe(200);
    expect(await restarted.text()).toMatch(/a=ice-ufrag:\S+[^]*a=candidate:/);
    expect(restarted.headers.get('etag')).not.toBe(etag);
    expect((await patch(path, candidate, etag)).status).toBe(412);
    for (const garbage of ['', '\u0000', 'a=candidate:x', 'a=ice-ufrag:alone\r\n', 'hello']) {
      expect((await patch(path, garbage, restarted.headers.get('etag') ?? '')).status).toBe(400);
    }
  });

  it('lets an encoder that came back take the place of its old session', async () => {
    const before = await start();
    const now = await start();
    expect((await patch(before.path, candidate, before.etag)).status).toBe(404);
    expect((await patch(now.path, candidate, now.etag)).status).toBe(204);
  });

  it('keeps a live session when a later offer is bad', async () => {
    const { path, etag } = await start();
    expect((await post({ body: 'v=0\r\nnonsense' })).status).toBe(400);
    expect((await patch(path, candidate, etag)).status).toBe(204);
  });

  it('ends what a removed device sends, and its token', async () => {
    await start();
    granted(await desk.request('whip:removeDevice', { deviceId: device.deviceId }));
    expect((await post()).status).toBe(404);
    await bodyCam('lost');
  });

  it('ends the session when a desk ends the picture', async () => {
    const { path, etag } = await start();
    granted(await desk.request('bodycam:end', { memberId: 'ann' }));
    expect((await patch(path, candidate, etag)).status).toBe(404);
  });

  it('refuses who has no token or a wrong one, another device’s session, and what does not exist', async () => {
    const { path, etag } = await start();
    const none = await post({ token: '' });
    expect(none.status).toBe(401);
    expect(none.headers.get('www-authenticate')).toContain('Bearer');
    expect((await post({ token: 'wrong' })).status).toBe(401);
    expect((await ask('POST', '/whip/wd_nobody', { body: offer, type: 'application/sdp' })).status).toBe(404);
    const other = await makeDevice(hub.url, 'bo');
    const session = path.split('/').at(-1) ?? '';
    const theirs = { body: candidate, type: fragmentType, token: other.token, etag };
    expect((await ask('PATCH', path, theirs)).status).toBe(401);
    expect((await ask('PATCH', `/whip/${other.deviceId}/${session}`, theirs)).status).toBe(404);
  });

  it('takes no phone’s token for a recorder’s, be the phone signed in or signed out', async () => {
    const phone = await signIn(hub, desk, 'bo', { hasVoice: false });
    expect((await post({ token: phone.token })).status).toBe(401);
    const ended = new Promise((resolve) => void phone.socket.once('disconnect', resolve));
    // The connection ends with its credential, often before the answer.
    await phone.request('squads:signOut', {}).catch(() => undefined);
    await ended;
    expect((await post({ token: phone.token })).status).toBe(401);
    phone.close();
  });

  it('refuses wrong types, sizes, methods and offers, each with a reason', async () => {
    const cases: [number, Promise<Response>][] = [
      [415, post({ type: 'application/json' })],
      [415, post({ type: fragmentType })],
      [413, post({ body: `${offer}${'a=x\r\n'.repeat(20_000)}` })],
      [400, post({ body: 'garbage' })],
      [422, post({ body: offerOf([opusSection]) })],
      [405, ask('GET', device.address)],
    ];
    for (const [status, asked] of cases) {
      const response = await asked;
      expect(response.status).toBe(status);
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      expect(error.message.length).toBeGreaterThan(10);
    }
  });

  it('has a command line that makes, lists and removes devices', async () => {
    const run = async (...args: string[]): Promise<string> => {
      const command = ['scripts/whipDevices.mjs', ...args, '--hub', hub.url, '--data', hub.dataDir];
      return (await promisify(execFile)(process.execPath, command, { cwd: repositoryRoot })).stdout;
    };
    const made = await run('make', 'chen', 'helmet camera');
    const [, deviceId] = /whip\/(\S+)\ntoken {4}\S{43}\n/.exec(made) ?? [];
    expect(await run('list')).toContain(`${deviceId}  off         chen  helmet camera`);
    await run('remove', String(deviceId));
    expect(await run('list')).not.toContain(deviceId);
    await expect(run('make', 'nobody', 'x')).rejects.toMatchObject({ code: 3 });
    await expect(run('make')).rejects.toMatchObject({ code: 2 });
  });

  it('answers OPTIONS with what it accepts', async () => {
    const response = await ask('OPTIONS', device.address, { token: '' });
    expect(response.status).toBe(204);
    expect(response.headers.get('accept-post')).toBe('application/sdp');
  });

  it('holds up a flood of requests, and the hub goes on', async () => {
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => post({ body: 'garbage' })));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400, 429]));
    expect((await fetch(`${hub.url}/healthz`)).status).toBe(200);
  });
});
