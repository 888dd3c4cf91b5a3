import * as messagePackParser from 'socket.io-msgpack-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { protocolVersion } from '../../../src-shared/protocol/version.ts';
import { eventually, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { openRawSurface } from '../../support/rawSurface.ts';
import { addSquads, openDesk, signIn, type Desk } from '../talk/talkHub.ts';
import { administratorCookie, hubFetch } from '../../support/testAccount.ts';

const encode = (packet: object): Buffer =>
  (new messagePackParser.Encoder().encode(packet) as unknown as Buffer[])[0] ?? Buffer.alloc(0);

describe('a request that comes together with the end of its connection', () => {
  let hub: HubProcess;
  let desk: Desk;
  beforeAll(async () => {
    hub = await startHubProcess({ settings: { MINGCHU_LINGER_MS: '0', MINGCHU_MEDIA_WORKERS: '1' } });
    const registry = {
      sites: [{ externalId: 's', name: 'S', type: 'restaurant', district: '咸安区' }],
      cameras: [
        {
          ...{ externalId: 'c', siteExternalId: 's', name: 'C' },
          streams: { main: { url: 'rtsp://127.0.0.1:9/main' } },
        },
      ],
    };
    const imported = await hubFetch(`${hub.url}/api/v1/registry/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(registry),
    });
    if (!imported.ok) throw new Error(await imported.text());
    desk = await openDesk(hub);
    await addSquads(desk);
  });
  afterAll(async () => {
    desk.close();
    await hub.stop();
  });

  /** Connects, joins, then sends the requests and the goodbye at once. */
  const leaveWith = async (join: object, requests: [string, object][]): Promise<void> => {
    const surface = await openRawSurface(hub.url, { headers: { cookie: administratorCookie } });
    const sids = (): number => surface.received().toString('latin1').split('sid').length - 1;
    const event = (id: number, ...data: unknown[]): Buffer => encode({ type: 2, nsp: '/', id, data });
    surface.send(encode({ type: 0, nsp: '/', data: { protocolVersion, isPhone: true } }));
    await eventually('the connection', () => sids() === 2);
    if (requests.length > 0) {
      surface.send(event(1, 'session:join', join));
      await eventually('the snapshot', () => surface.received().includes('snapshot'));
    }
    surface.socket.cork();
    if (requests.length === 0) surface.send(event(2, 'session:join', join));
    for (const [index, request] of requests.entries()) surface.send(event(10 + index, ...request));
    surface.send(encode({ type: 1, nsp: '/' }));
    surface.socket.uncork();
    surface.socket.end();
    await surface.ended;
  };
  const streamsNotIdle = async (): Promise<number> => {
    const metrics = await (await hubFetch(`${hub.url}/metrics`)).text();
    const lines = metrics.matchAll(/^mingchu_camera_streams\{state="(\w+)"\} (\d+)/gm);
    return [...lines]
      .filter(([, state]) => state !== 'idle')
      .reduce((sum, [, , count]) => sum + Number(count), 0);
  };

  it('opens no stream that runs for ever', async () => {
    const directory = await desk.request('cameras:readDirectory', {});
    const cameraId = directory.ok ? directory.data.cameras[0]?.cameraId : undefined;
    for (let round = 0; round < 5; round += 1) {
      await leaveWith({ surface: 'wall' }, [
        ['cameras:openStream', { cameraId, stream: 'sub' }],
        ['cameras:openStream', { cameraId, stream: 'main' }],
        ['cameras:openStreams', { streams: [{ cameraId, stream: 'sub' }] }],
      ]);
    }
    await eventually('every stream let go', async () => (await streamsNotIdle()) === 0, 5_000);
  });

  it('leaves no member who looks connected', async () => {
    const phone = await signIn(hub, desk, 'ann');
    phone.close();
    const isConnected = async (): Promise<boolean | undefined> => {
      const answer = await desk.request('session:join', { surface: 'desk' });
      return answer.ok
        ? answer.data.snapshot.squads?.members.find(({ memberId }) => memberId === 'ann')?.isConnected
        : undefined;
    };
    await eventually('the phone gone', async () => (await isConnected()) === false);
    for (let round = 0; round < 5; round += 1)
      await leaveWith({ surface: 'field', memberToken: phone.token }, []);
    expect(await isConnected()).toBe(false);
  });
});
