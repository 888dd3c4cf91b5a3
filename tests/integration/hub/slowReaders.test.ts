import * as messagePackParser from 'socket.io-msgpack-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxDeskStreams, maxStreams, rowsPerMinute } from '../../../src-sfu/signaling/budgets.ts';
import { protocolVersion } from '../../../src-shared/protocol/version.ts';
import { residentMebibytes } from '../../support/processStatistics.ts';
import { eventually, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { frameTypes, openRawSurface, type RawSurface } from '../../support/rawSurface.ts';
import { connectSurface } from '../../support/surfaceClient.ts';
import { addSquads, granted, openDesk, signIn, type Desk } from '../talk/talkHub.ts';
import { administratorCookie, hubFetch } from '../../support/testAccount.ts';

const encode = (packet: object): Buffer =>
  (new messagePackParser.Encoder().encode(packet) as unknown as Buffer[])[0] ?? Buffer.alloc(0);
const event = (id: number, ...data: unknown[]): Buffer => encode({ type: 2, nsp: '/', id, data });

/** Far below what unread answers of half a minute would be. */
const memoryBudgetMebibytes = 200;

describe('a surface that never reads', () => {
  let hub: HubProcess;
  let desk: Desk;
  beforeAll(async () => {
    hub = await startHubProcess({ settings: { MINGCHU_MEDIA_WORKERS: '1' } });
    const cameras = Array.from({ length: 1_500 }, (_, index) => ({
      ...{ externalId: `c${index}`, siteExternalId: 's', name: `Camera ${index} ${'x'.repeat(60)}` },
      streams: { main: { url: `rtsp://127.0.0.1:9/${index}` } },
    }));
    const imported = await hubFetch(`${hub.url}/api/v1/registry/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        sites: [{ externalId: 's', name: 'S', type: 'restaurant', district: '咸安区' }],
        cameras,
      }),
    });
    if (!imported.ok) throw new Error(await imported.text());
    desk = await openDesk(hub);
    await addSquads(desk);
  });
  afterAll(async () => {
    desk.close();
    await hub.stop();
  });

  /** Connects and joins as a desk, reading; then reads nothing any more. */
  const silentDesk = async (): Promise<RawSurface> => {
    const surface = await openRawSurface(hub.url, { headers: { cookie: administratorCookie } });
    surface.send(encode({ type: 0, nsp: '/', data: { protocolVersion } }));
    await eventually('the connection', () => surface.received().toString('latin1').split('sid').length > 2);
    surface.send(event(1, 'session:join', { surface: 'desk' }));
    await eventually('the snapshot', () => surface.received().includes('snapshot'));
    surface.socket.pause();
    return surface;
  };
  /** Sends until the hub ends the connection, or `limitMs` are over; answers pings, unread. Returns the most memory seen. */
  const floodUntilEnd = async (surface: RawSurface, message: Buffer, perTurn: number, limitMs: number) => {
    const before = residentMebibytes(hub.pid);
    let most = before;
    const endMs = performance.now() + limitMs;
    while (!surface.socket.destroyed && performance.now() < endMs) {
      for (let count = 0; count < perTurn; count += 1) surface.send(message);
      surface.send('3', frameTypes.text);
      most = Math.max(most, residentMebibytes(hub.pid));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { growth: most - before };
  };

  it.each([
    ['large answers', event(7, 'session:join', { surface: 'desk' }), 10],
    ['lists', event(7, 'cameras:readDirectory', {}), 10],
    ['refusals', event(7, 'x'.repeat(120), {}), 50],
    ['wrong requests', event(7, 'cameras:openStream', { cameraId: 7 }), 50],
  ])('does not make the hub grow by %s', async (_what, message, perTurn) => {
    const surface = await silentDesk();
    const { growth } = await floodUntilEnd(surface, message, perTurn, 6_000);
    surface.close();
    expect(growth).toBeLessThan(memoryBudgetMebibytes);
    expect(await desk.request('session:checkLink', {})).toMatchObject({ ok: true });
  });

  it('is ended, and is notified of the reason when it comes back', async () => {
    const surface = await silentDesk();
    // The second `sid` is that of the packet that admits it: its socket.io id, 20 characters of text.
    const connectionId = /sid.([\w-]{20})/.exec(
      `sid${surface.received().toString('latin1').split('sid')[2] ?? ''}`,
    )?.[1];
    await floodUntilEnd(surface, event(7, 'x'), 400, 20_000);
    surface.close();
    await eventually('its end in the log', () => hub.output().includes('a connection was ended'));
    expect(connectionId).toBeDefined();
    const refused = connectSurface(hub.url, { protocolVersion, previousConnectionId: connectionId });
    await expect(refused).rejects.toMatchObject({
      data: { code: expect.stringMatching(/too_(slow|busy)/) as string },
    });
    const again = await connectSurface(hub.url, { protocolVersion, previousConnectionId: connectionId });
    expect(await again.request('session:join', { surface: 'desk' })).toMatchObject({ ok: true });
    again.close();
  });

  it('is left out of notices that a snapshot replaces, and takes a new snapshot when it reads again', async () => {
    const phone = await signIn(hub, desk, 'ann', { hasVoice: false });
    const slow = await openDesk(hub, 'slow');
    // The client’s own socket is paused: the system’s buffers fill, then the hub’s.
    const engine = slow.socket.io.engine as unknown as {
      transport: { ws: { pause(): void; resume(): void } };
    };
    engine.transport.ws.pause();
    const place = { latitude: 29.84, longitude: 114.32 };
    const endMs = performance.now() + 4_000;
    while (performance.now() < endMs) {
      const positions = Array.from({ length: 100 }, () => ({ ...place, ageMs: 0 }));
      await phone.request('squads:reportPositions', { positions });
      // Slower than what ends the phone's own connection for being too busy, on any machine.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    engine.transport.ws.resume();
    await eventually('an answer', async () => (await slow.request('session:checkLink', {})).ok);
    const numbers = slow.notices.map(({ sequence }) => sequence);
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
    slow.close();
    phone.close();
  });

  it('cannot open streams without end', async () => {
    const wall = await connectSurface(hub.url);
    granted(await wall.request('session:join', { surface: 'wall' }));
    const directory = granted(await desk.request('cameras:readDirectory', {}));
    const answers = await Promise.all(
      directory.cameras
        .slice(0, maxStreams + 40)
        .map(({ cameraId }) => wall.request('cameras:openStream', { cameraId, stream: 'sub' })),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(maxStreams);
    expect(answers.filter((answer) => !answer.ok && answer.code === 'too_many')).toHaveLength(40);
    const opened = answers.find((answer) => answer.ok);
    if (opened?.ok !== true) throw new Error('no stream was opened');
    granted(await wall.request('cameras:closeStream', { streamId: opened.data.streamId }));
    const next = directory.cameras[maxStreams + 50]?.cameraId ?? '';
    expect(await wall.request('cameras:openStream', { cameraId: next, stream: 'sub' })).toMatchObject({
      ok: true,
    });
    wall.close();
  });

  it('may be a desk that holds a large part of the city open, and no more than that', async () => {
    const busy = await connectSurface(hub.url);
    granted(await busy.request('session:join', { surface: 'desk' }));
    const { cameras } = granted(await desk.request('cameras:readDirectory', {}));
    const open = (cameraId = '') => busy.request('cameras:openStream', { cameraId, stream: 'sub' });
    // As a desk does it: some at a time. What is over the limit of a second is asked again.
    for (let from = 0; from < maxDeskStreams; from += 128) {
      await Promise.all(
        cameras
          .slice(from, from + 128)
          .map(({ cameraId }) => eventually('the stream', async () => (await open(cameraId)).ok)),
      );
    }
    const refused = await open(cameras[maxDeskStreams]?.cameraId);
    expect(refused).toMatchObject({
      ok: false,
      code: 'too_many',
      message: expect.stringContaining(`${maxDeskStreams} streams`) as string,
    });
    busy.close();
  });

  it('cannot write rows without end, and still raises an SOS', async () => {
    const phone = await signIn(hub, desk, 'bo', { hasVoice: false });
    let written = 0;
    for (let request = 0; request < 60; request += 1) {
      const changes = Array.from({ length: 50 }, (_, index) => ({
        changeId: `b${request}-${index}`,
        status: 'available' as const,
        ageMs: 0,
      }));
      const answer = await phone.request('squads:reportStatuses', { changes });
      if (answer.ok) written += answer.data.results.length;
      if (request % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    expect(written).toBe(rowsPerMinute);
    expect(
      await phone.request('squads:raiseEmergency', { emergencyId: 'sos-1', ageMs: 0, press: 1 }),
    ).toMatchObject({ ok: true });
    phone.close();
  });
});
