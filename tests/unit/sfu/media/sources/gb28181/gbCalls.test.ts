import { expect, it } from 'vitest';
import { MediaPlaces } from '../../../../../../src-sfu/media/sources/gb28181/mediaPlaces.ts';
import { GbCalls } from '../../../../../../src-sfu/media/sources/gb28181/gbCalls.ts';
import type { OutgoingRequest } from '../../../../../../src-sfu/media/sources/gb28181/sipRequests.ts';
import { at, platformId, recorderId } from '../../../../../support/recorderDoor.ts';

const channel = (number: number): string => `4212000000132000000${number}`;
const sdp = `v=0\r\no=${recorderId} 0 0 IN IP4 127.0.0.1\r\ns=Playback\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 15060 TCP/RTP/AVP 96\r\na=setup:active\r\na=sendonly\r\na=rtpmap:96 PS/90000\r\ny=1200000001\r\nf=\r\n`;

/** A recorder that says yes to everything. */
function stage() {
  const callIds: string[] = [];
  const ended: string[] = [];
  const calls = new GbCalls({
    settings: {
      host: '127.0.0.1',
      port: 5060,
      address: '127.0.0.1',
      platformId,
      mediaPorts: { first: 40_700, last: 40_799 },
    },
    directory: {
      placeOf: () => at('127.0.0.1'),
      callBegan: () => undefined,
      callEnded: () => undefined,
    } as never,
    places: new MediaPlaces(() => true),
    requests: {
      send(_peer: unknown, { method, callId }: OutgoingRequest) {
        if (method === 'INVITE') callIds.push(callId);
        return Promise.resolve({ start: { status: 200 }, headers: new Map(), body: Buffer.from(sdp) });
      },
      sendOnly: () => undefined,
    } as never,
    onWay: () => undefined,
    own: () => '127.0.0.1:5060',
    nowMs: () => 0,
  });
  const play = (channelId: string) =>
    calls.begin({
      ...{ recorderId, channelId, way: 'tcpPassive', recorded: { from: 0, to: 60 }, limitMs: 1_000 },
      events: { onPacket: () => undefined, onEnded: () => void ended.push(channelId) },
    });
  return { calls, play, callIds, ended };
}

it('a word that a recording has ended, repeated or late within its own call, leaves the one of somebody else alone', async () => {
  const { calls, play, callIds, ended } = stage();
  for (const number of [1, 2]) await play(channel(number));
  const [first] = callIds;
  for (let times = 0; times < 3; times += 1) calls.recordingEnded(recorderId, recorderId, first);
  expect(ended).toEqual([channel(1)]);
  // Devices that say it in a message of its own: of one recording that is sent this says which.
  calls.recordingEnded(recorderId, recorderId, '1804289383');
  expect(ended).toEqual([channel(1), channel(2)]);
  await calls.close();
});
