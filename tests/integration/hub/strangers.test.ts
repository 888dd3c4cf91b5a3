import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { subprotocolsOf } from '../../../src-shared/protocol/credentials.ts';
import { protocolVersion } from '../../../src-shared/protocol/version.ts';
import { eventually, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { openRawSurface, type RawSurface } from '../../support/rawSurface.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { addSquads, granted, joinPhone, newToken } from '../talk/talkHub.ts';
import { administratorCookie } from '../../support/testAccount.ts';

describe('phones of strangers', () => {
  let hub: HubProcess;
  let desk: SurfaceClient;
  /** The sign-in of the member ann. */
  let token: string;
  const open: { close(): void }[] = [];
  beforeAll(async () => {
    // Nobody is trusted for coming from this machine, as nobody is from the network.
    hub = await startHubProcess({
      settings: { MINGCHU_MAX_SURFACES: '2', MINGCHU_MEDIA_WORKERS: '1' },
    });
    desk = await connectSurface(hub.url);
    granted(await desk.request('session:join', { surface: 'desk' }));
    await addSquads(desk);
    const { code } = granted(await desk.request('squads:makeSignInCode', { memberId: 'ann' }));
    token = newToken();
    const phone = await connectPhone();
    granted(await phone.request('squads:signIn', { code, token, phoneName: 'a phone' }));
    phone.close();
  });
  afterAll(async () => {
    desk.close();
    await hub.stop();
  });
  afterEach(() => {
    for (const each of open.splice(0)) each.close();
  });

  const connectPhone = async (
    auth: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<SurfaceClient> => {
    const phone = await connectSurface(hub.url, { protocolVersion, isPhone: true, ...auth }, headers);
    open.push(phone);
    return phone;
  };
  const idlePhones = async (count: number): Promise<SurfaceClient[]> => {
    const phones: SurfaceClient[] = [];
    for (let index = 0; index < count; index += 1) phones.push(await connectPhone());
    return phones;
  };
  const raise = (phone: SurfaceClient) =>
    phone.request('squads:raiseEmergency', { emergencyId: 'sos-ann', ageMs: 0, press: 1 });

  it('keep nobody out, be they as many as they like', async () => {
    const phones = await idlePhones(80);
    const held = () => phones.filter(({ socket }) => socket.connected).length;
    await eventually('the oldest ended', () => held() <= 20);
    const wall = await connectSurface(hub.url);
    open.push(wall);
    expect(await wall.request('session:join', { surface: 'wall' })).toMatchObject({ ok: true });
    // One that shows its token when it connects, and one that shows it when it joins.
    for (const auth of [{ memberToken: token }, {}]) {
      const phone = await connectPhone(auth);
      await joinPhone(phone, token);
      expect(await raise(phone)).toMatchObject({ ok: true });
    }
    // The newest stranger signs in.
    const { code } = granted(await desk.request('squads:makeSignInCode', { memberId: 'bo' }));
    const late = await connectPhone();
    expect(await late.request('squads:signIn', { code, token: newToken(), phoneName: 'late' })).toMatchObject(
      { ok: true },
    );
  });

  it('and idle WebSockets, on which nothing is ever sent, neither', async () => {
    const raw: RawSurface[] = [];
    for (let index = 0; index < 80; index += 1) raw.push(await openRawSurface(hub.url));
    open.push(...raw);
    await eventually('the oldest ended', () => raw.filter(({ socket }) => !socket.destroyed).length <= 20);
    const phone = await connectPhone();
    await joinPhone(phone, token);
    expect(await raise(phone)).toMatchObject({ ok: true });
  });

  it('leave the place of a signed-in phone alone, whatever comes after it', async () => {
    const phone = await connectPhone({ memberToken: token });
    await joinPhone(phone, token);
    const other = await connectPhone();
    await joinPhone(other, token).catch(() => undefined);
    await idlePhones(60);
    expect(other.socket.connected).toBe(true);
    expect(await other.request('session:checkLink', {})).toMatchObject({ ok: true });
  });

  it('are no reason to refuse an SOS of a hub that is full of surfaces', async () => {
    const walls = [await connectSurface(hub.url)];
    open.push(...walls);
    await expect(connectSurface(hub.url)).rejects.toMatchObject({
      data: { code: 'hub_full' },
    });
    const phone = await connectPhone({}, { cookie: administratorCookie });
    await joinPhone(phone, token);
    expect(await raise(phone)).toMatchObject({ ok: true });
  });

  it('are known at the request for the WebSocket when they show a member’s token there', async () => {
    const raw = await openRawSurface(hub.url, {
      headers: { 'sec-websocket-protocol': subprotocolsOf({ memberToken: token }).join(', ') },
    });
    open.push(raw);
    await idlePhones(60);
    expect(raw.socket.destroyed).toBe(false);
  });

  it('are ended after half a minute', async () => {
    const [visitor, silent] = await idlePhones(2);
    granted(await visitor!.request('session:join', { surface: 'field' }));
    const raw = await openRawSurface(hub.url);
    open.push(raw);
    const phone = await connectPhone({ memberToken: token });
    await joinPhone(phone, token);
    await eventually(
      'them ended',
      () => visitor?.socket.connected === false && silent?.socket.connected === false,
      45_000,
    );
    await raw.ended;
    expect(phone.socket.connected).toBe(true);
    expect(desk.socket.connected).toBe(true);
  });
});
