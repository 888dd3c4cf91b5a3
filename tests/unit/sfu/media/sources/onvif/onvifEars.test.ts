import { afterEach, describe, expect, it } from 'vitest';
import { isOnvifFailure } from '../../../../../../src-sfu/base/onvifError.ts';
import type { Ears } from '../../../../../../src-sfu/features/kitchenTalk/kitchenTalk.ports.ts';
import { onvifEars } from '../../../../../../src-sfu/media/sources/onvif/onvifEars.ts';
import { rtspEars } from '../../../../../../src-sfu/media/sources/rtsp/rtspBackChannel.ts';
import { describeEar } from '../../../../../../src-sim/rtsp/backChannel.ts';
import { clientOf, deviceSettings, openDevice } from '../../../../../support/onvifDevices.ts';
import { startScriptedCamera } from '../../../../../support/scriptedCamera.ts';

/** How the camera answers DESCRIBE. */
let describing: 'ear' | 'none' | '401 Unauthorized' | '404 Not Found' | '453 Not Enough Bandwidth';
/** The profile with the loudspeaker, where it is another one. */
let earToken: string | undefined;
/** How it answers another request than DESCRIBE. */
let answering: Record<string, string> = {};
const ends: (() => Promise<void> | void)[] = [];
const url = 'onvif://d1/V1_main';
const how = { signal: new AbortController().signal, onEnded: () => undefined };

async function stage(credentials?: { username: string; password: string }) {
  const camera = await startScriptedCamera((from, request) => {
    if (request.method === 'TEARDOWN') return;
    if (request.method !== 'DESCRIBE')
      return from.answer(request, answering[request.method] ?? '200 OK', { Session: '7' });
    const sdp = ['v=0', 'm=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=recvonly', ''].join('\r\n');
    if (describing === 'ear') from.answer(request, '200 OK', {}, sdp + describeEar('ear'));
    else if (describing === 'none') from.answer(request, '200 OK', {}, sdp);
    else from.answer(request, describing, { 'WWW-Authenticate': 'Digest realm="r", nonce="n"' });
  });
  const [source] = deviceSettings().sources;
  if (source === undefined) throw new Error('a device of the tests has no lens');
  const streams = { main: camera.url, sub: `${camera.url}-sub` };
  const device = await openDevice({ sources: [{ ...source, streams }] });
  ends.push(camera.close, () => device.close());
  const client = clientOf(device, credentials === undefined ? {} : { credentials });
  const reports: string[] = [];
  const rtsp = rtspEars(() => 0);
  const devices = {
    clientOf: (deviceId: string) => (deviceId === 'd1' ? client : undefined),
    earTokenOf: (_deviceId: string, profileToken: string) => earToken ?? profileToken,
    turnTokenOf: () => undefined,
    reported: (_deviceId: string, error: unknown) =>
      void reports.push(isOnvifFailure(error) ? error.failure : 'ready'),
  };
  const all: Ears[] = [onvifEars({ devices }, rtsp), rtsp];
  const ears = all.find(({ serves }) => serves(url));
  if (ears === undefined) throw new Error('no way serves an ONVIF camera');
  return { ears, rtsp, camera, device, reports };
}

afterEach(async () => {
  answering = {};
  earToken = undefined;
  for (const end of ends.splice(0)) await end();
});

describe('the ear of an ONVIF camera', () => {
  it('is asked for at the address that the device names, and takes a voice there', async () => {
    describing = 'ear';
    const { ears, camera, device, reports } = await stage();
    expect(await ears.read({ url })).toEqual({ has: 'yes' });
    const ear = await ears.open({ url }, how);
    ear.close();
    const [described, , , ...rest] = camera.requests;
    expect(described?.url).toBe(camera.url);
    expect(rest.slice(0, 1).map(({ method }) => method)).toEqual(['PLAY']);
    expect(device.received.filter((name) => name === 'GetStreamUri')).toHaveLength(1);
    expect(reports).toEqual(['ready']);
  });

  it('is asked for at the profile that has the loudspeaker', async () => {
    describing = 'ear';
    const { ears, camera } = await stage();
    earToken = 'V1_sub';
    expect(await ears.read({ url })).toEqual({ has: 'yes' });
    expect(camera.requests.map((request) => request.url)).toEqual([`${camera.url}-sub`]);
  });

  it('is not known of a device that is not known, and never rejects a reading', async () => {
    const { ears, rtsp } = await stage();
    expect(await ears.read({ url: 'onvif://d2/V1_main' })).toEqual({ has: 'unknown' });
    await expect(ears.open({ url: 'onvif://d2/V1_main' }, how)).rejects.toMatchObject({
      fault: 'notReached',
    });
    expect(await rtsp.read({ url })).toEqual({ has: 'unknown' });
  });

  it('says that the password of the device is wrong', async () => {
    const { ears, reports } = await stage({ username: 'admin', password: 'wrong' });
    expect(await ears.read({ url })).toEqual({ has: 'no', fault: 'wrongPassword' });
    await expect(ears.open({ url }, how)).rejects.toMatchObject({ fault: 'wrongPassword' });
    expect(reports).toEqual(['unauthorized', 'unauthorized']);
  });
});

describe('what a camera answered about its loudspeaker', () => {
  it.each([
    ['401 Unauthorized', 'wrongPassword'],
    ['404 Not Found', 'noStream'],
    ['453 Not Enough Bandwidth', 'cameraRefused'],
  ] as const)('is asked again after %s, which may be over the next moment', async (status, fault) => {
    describing = status;
    const { rtsp, camera } = await stage();
    const address = { url: camera.url, username: 'admin', password: 'kitchen-7' };
    expect(await rtsp.read(address)).toEqual({ has: 'no', fault });
    describing = 'ear';
    expect(await rtsp.read(address)).toEqual({ has: 'yes' });
  });

  it.each([
    [{ SETUP: '461 Unsupported Transport' }, 'noTcp'],
    [{ PLAY: '454 Session Not Found', RECORD: '454 Session Not Found' }, 'endedByDevice'],
    [
      { PLAY: '455 Method Not Valid in This State', RECORD: '455 Method Not Valid in This State' },
      'cameraRefused',
    ],
  ])('has words of its own for each way to refuse: %o', async (answers, fault) => {
    describing = 'ear';
    answering = answers;
    const { rtsp, camera } = await stage();
    await expect(rtsp.open({ url: camera.url }, how)).rejects.toMatchObject({ fault });
  });

  it('is believed where it has none', async () => {
    describing = 'none';
    const { rtsp, camera } = await stage();
    for (const _ of [1, 2])
      expect(await rtsp.read({ url: camera.url })).toEqual({ has: 'no', fault: 'noBackChannel' });
    expect(camera.requests.filter(({ method }) => method === 'DESCRIBE')).toHaveLength(1);
  });
});
