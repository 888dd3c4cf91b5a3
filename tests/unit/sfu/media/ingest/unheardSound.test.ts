import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startIngest, type Ingest } from '../../../../../src-sfu/media/ingest/ingest.ts';
import type { StreamSourceEvents } from '../../../../../src-sfu/media/sources/streamSource.ts';
import { oneTranscoder, recordingOutput, silentLogger } from '../../../../support/ingestAttempt.ts';
import { pps, rtp, slice, sps640x360 } from './rtpBuilders.ts';

const pictureMs = 66;
const soundBytes = 160;

let ingest: Ingest | undefined;
afterEach(() => ingest?.close());

/** A running attempt at a camera whose packets the test sends. */
async function running() {
  const clock = { nowMs: 1_000_000 };
  const recording = recordingOutput(() => clock.nowMs);
  const wishes = { isSoundWanted: false };
  let events: StreamSourceEvents | undefined;
  ingest = startIngest({
    createSource: (sourceEvents) => {
      events = sourceEvents;
      const track = { payloadType: 96, channels: 1, parameterSets: [sps640x360, pps] };
      return {
        open: () =>
          Promise.resolve({
            video: { ...track, kind: 'video', codec: 'H264', clockRate: 90_000 },
            audio: { ...track, kind: 'audio', codec: 'PCMA', payloadType: 8, clockRate: 8_000 },
          }),
        play: () => Promise.resolve(),
        isReliable: () => true,
        close: () => undefined,
      };
    },
    output: recording.output,
    transcoder: oneTranscoder(),
    logger: silentLogger,
    nowMs: () => clock.nowMs,
    isSoundWanted: () => wishes.isSoundWanted,
    onEvent: () => undefined,
  });
  await turn();
  if (events === undefined) throw new Error('no source was created');
  const source = events;
  let videoSequence = 100;
  let soundSequence = 500;
  let pictures = 0;
  return {
    ...recording,
    wishes,
    /** A picture of one packet; `sharedWithSound` counts so many packets of sound along. */
    picture(type: 'idr' | 'predicted', sharedWithSound = 0) {
      pictures += 1;
      const payload = slice(type, 600, { seed: pictures });
      const timestamp = pictures * 6_000;
      source.onPacket('video', rtp({ sequence: videoSequence, timestamp, payload, marker: true }));
      videoSequence += 1;
      for (let count = 0; count < sharedWithSound; count += 1) {
        soundSequence = videoSequence;
        this.sound();
        videoSequence += 1;
      }
      clock.nowMs += pictureMs;
    },
    sound() {
      const timestamp = soundSequence * soundBytes;
      const payload = Buffer.alloc(soundBytes, 0xd5);
      source.onPacket('audio', rtp({ sequence: soundSequence, timestamp, payload, payloadType: 8 }));
      soundSequence += 1;
    },
  };
}

describe('sound of a camera', () => {
  const sequenceOf = (packet: Buffer | undefined): number => packet?.readUInt16BE(2) ?? -1;

  it('is passed over while nobody wants it, and passed on from the moment on in which somebody does', async () => {
    const camera = await running();
    camera.picture('idr');
    for (let count = 0; count < 20; count += 1) camera.sound();
    expect(camera.audio).toHaveLength(0);
    camera.wishes.isSoundWanted = true;
    for (let count = 0; count < 5; count += 1) camera.sound();
    expect(camera.audio).toHaveLength(5);
  });

  it('goes on without a gap in its numbers after it was passed over, and later in its time', async () => {
    const camera = await running();
    camera.wishes.isSoundWanted = true;
    camera.sound();
    camera.wishes.isSoundWanted = false;
    for (let count = 0; count < 30; count += 1) {
      camera.sound();
      camera.picture('predicted');
    }
    camera.wishes.isSoundWanted = true;
    camera.sound();
    const [before, after] = camera.audio;
    expect(sequenceOf(after)).toBe((sequenceOf(before) + 1) & 0xffff);
    const ticks = (after?.readUInt32BE(4) ?? 0) - (before?.readUInt32BE(4) ?? 0);
    expect(ticks).toBe(30 * pictureMs * 8);
  });

  it('that is passed over still shows that the camera counts it along with its pictures', async () => {
    const camera = await running();
    camera.picture('idr', 1);
    for (let count = 0; count < 6; count += 1) camera.picture('predicted', 1);
    const { lostPackets } = camera.output.statistics();
    for (let count = 0; count < 50; count += 1) camera.picture('predicted', 1);
    expect(camera.output.statistics().lostPackets).toBe(lostPackets);
  });
});
