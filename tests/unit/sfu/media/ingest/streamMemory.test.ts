import { afterAll, describe, expect, it } from 'vitest';
import { createMediaOutput, type MediaOutput } from '../../../../../src-sfu/media/ingest/mediaOutput.ts';
import { collectGarbage } from '../../../../support/collectGarbage.ts';
import { fragments, pps, rtp, slice, sps640x360 } from './rtpBuilders.ts';

const streams = 40;
const keyPictureBytes = 100_000;
const outputs: MediaOutput[] = [];
afterAll(() => {
  for (const output of outputs) output.close();
});

/** An output that nobody consumes, and what sends it one picture. */
function openOutput(nowMs: () => number): (payloads: Buffer[]) => void {
  const output = createMediaOutput({
    videoSsrc: 7,
    videoPayloadType: 102,
    audioSsrc: 8,
    audioPayloadType: 8,
    sendVideo: () => undefined,
    sendAudio: () => undefined,
    nowMs,
  });
  output.setConsumed(false);
  output.beginSource({ videoClockRate: 90_000, parameterSets: [sps640x360, pps] });
  outputs.push(output);
  let sequence = 1;
  let timestamp = 0;
  return (payloads) => {
    for (const [index, payload] of payloads.entries()) {
      output.writeVideo(rtp({ sequence, timestamp, payload, marker: index === payloads.length - 1 }));
      sequence = (sequence + 1) & 0xffff;
    }
    timestamp += 6_000;
  };
}

/** An output that nobody consumes, and what sends it a key picture and a picture after it. */
function openStream(): () => void {
  const send = openOutput(() => 1_000_000);
  let seed = 1;
  return () => {
    send(fragments(slice('idr', keyPictureBytes, { seed }), 1_380));
    send([slice('predicted', 500, { seed: seed + 1 })]);
    seed += 75;
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

describe('what cameras make a hub keep that never send a next key picture', () => {
  // Slabs of the pool, key pictures, and at most 2 MiB of a long group, or 384 KiB of another.
  const boundBytes = 4 * 1024 * 1024;

  it.each([
    ['of small packets, minutes long', 10, 100, 66],
    ['of large packets, 30 s long', 40, 1_380, 33],
    ['of large packets that come at once', 500, 1_380, 8],
  ])('a group %s', (_what, packetsOfPicture, bytes, intervalMs) => {
    let nowMs = 1_000_000;
    const before = bufferBytes();
    const send = openOutput(() => nowMs);
    send(fragments(slice('idr', keyPictureBytes), 1_380));
    let most = 0;
    for (let packets = 0; packets < 20_000; packets += packetsOfPicture) {
      nowMs += intervalMs;
      send(fragments(slice('predicted', packetsOfPicture * bytes, { seed: packets }), bytes));
      if (packets % 4_000 === 0) most = Math.max(most, bufferBytes() - before);
    }
    expect(most).toBeLessThan(boundBytes);
    expect(bufferBytes() - before).toBeLessThan(boundBytes);
  });

  it('a key picture that has no end', () => {
    const before = bufferBytes();
    const send = openOutput(() => 1_000_000);
    const endless = fragments(slice('idr', 20 * 1024 * 1024), 1_380);
    endless.pop();
    // The parts of a test's own are no part of what the hub keeps.
    const own = endless.reduce((sum, part) => sum + part.length, 0);
    send(endless);
    expect(bufferBytes() - before - own).toBeLessThan(boundBytes);
    expect(endless.length).toBeGreaterThan(15_000);
  });
});
