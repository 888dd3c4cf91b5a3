import { afterAll, expect, it } from 'vitest';
import { createMediaOutput, type MediaOutput } from '../../../../../src-sfu/media/ingest/mediaOutput.ts';
import { collectGarbage } from '../../../../support/collectGarbage.ts';
import { fragments, pps, rtp, slice, sps640x360 } from './rtpBuilders.ts';

const streams = 40;
const keyPictureBytes = 100_000;
const outputs: MediaOutput[] = [];
afterAll(() => {
  for (const output of outputs) output.close();
});

/** An output that nobody consumes, and what sends it a key picture and a picture after it. */
function openStream(): () => void {
  const output = createMediaOutput({
    videoSsrc: 7,
    videoPayloadType: 102,
    audioSsrc: 8,
    audioPayloadType: 8,
    sendVideo: () => undefined,
    sendAudio: () => undefined,
    nowMs: () => 1_000_000,
  });
  output.setConsumed(false);
  output.beginSource({ videoClockRate: 90_000, parameterSets: [sps640x360, pps] });
  outputs.push(output);
  let sequence = 1;
  let timestamp = 0;
  const send = (payloads: Buffer[]): void => {
    for (const [index, payload] of payloads.entries()) {
      output.writeVideo(rtp({ sequence, timestamp, payload, marker: index === payloads.length - 1 }));
      sequence += 1;
    }
    timestamp += 6_000;
  };
  return () => {
    send(fragments(slice('idr', keyPictureBytes, { seed: sequence }), 1_380));
    send([slice('predicted', 500, { seed: sequence })]);
  };
}

/** Buffers are given back only by the collection after the one that found them. */
function bufferBytes(): number {
  for (let times = 0; times < 3; times += 1) collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

it('a stream keeps its key picture once and what came since, and streams share what they do not need', () => {
  const before = bufferBytes();
  const cameras = Array.from({ length: streams }, () => openStream());
  for (let second = 0; second < 6; second += 1) for (const sendPictures of cameras) sendPictures();
  // Twice the key picture, in the group and for posters, on pages of 8 KiB, and what the streams share.
  expect((bufferBytes() - before) / streams).toBeLessThan(2.4 * keyPictureBytes);
  for (const output of outputs) expect(output.keyPicture()?.annexB.length).toBeGreaterThan(keyPictureBytes);
});

it('what streams that were closed kept is used by those that come', () => {
  for (const output of outputs.splice(0)) output.close();
  const before = bufferBytes();
  const cameras = Array.from({ length: streams }, () => openStream());
  for (let second = 0; second < 6; second += 1) for (const sendPictures of cameras) sendPictures();
  expect((bufferBytes() - before) / streams).toBeLessThan(0.4 * keyPictureBytes);
});
