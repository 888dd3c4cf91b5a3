import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMediaOutput, type MediaOutput } from '../../../../../src-sfu/media/ingest/mediaOutput.ts';
import { parseSequenceParameters } from '../../../../../src-sfu/media/ingest/h264ParameterSets.ts';
import { readSliceHeader } from '../../../../../src-sfu/media/ingest/h264SliceHeader.ts';
import { PictureOrder } from '../../../../../src-sfu/media/ingest/pictureOrder.ts';
import { fragments, rtp } from './rtpBuilders.ts';

const samples = new URL('../../../../cases/cameras/samples/', import.meta.url);

/** The NAL units of an Annex B byte stream. */
function unitsOf(name: string): Buffer[] {
  const stream = readFileSync(new URL(`${name}.h264`, samples));
  const startCode = Buffer.from([0, 0, 1]);
  const starts: number[] = [];
  for (let at = stream.indexOf(startCode); at !== -1; at = stream.indexOf(startCode, at + 3))
    starts.push(at + 3);
  return starts.map((start, index) => {
    let end = (starts[index + 1] ?? stream.length + 3) - 3;
    while (end > start && stream[end - 1] === 0) end -= 1;
    return stream.subarray(start, end);
  });
}

/** An output after so many pictures of a sample; `time` is the timestamp of a picture by its place in the stream. */
function outputAfter(
  name: string,
  pictures: number,
  time = (picture: number) => picture * 9_000,
): MediaOutput {
  const output = createMediaOutput({
    videoSsrc: 1,
    videoPayloadType: 102,
    audioSsrc: 2,
    audioPayloadType: 8,
    sendVideo: () => undefined,
    sendAudio: () => undefined,
    nowMs: () => 0,
  });
  output.beginSource({ videoClockRate: 90_000 });
  let picture = -1;
  let sequence = 0;
  for (const nal of unitsOf(name)) {
    const type = (nal[0] ?? 0) & 0x1f;
    if ((type === 1 || type === 5) && ((nal[1] ?? 0) & 0x80) !== 0) picture += 1;
    if (picture >= pictures) break;
    const pieces = nal.length > 1_200 ? fragments(nal, 1_200) : [nal];
    for (const payload of pieces) {
      const timestamp = time(type > 5 ? picture + 1 : picture);
      output.writeVideo(rtp({ sequence, timestamp, payload, marker: payload === pieces.at(-1) }));
      sequence += 1;
    }
  }
  output.close();
  return output;
}

describe('whether pictures come in the order in which they are shown', () => {
  it.each(['base', 'slices', 'small', 'longgop'])('they do: %s', (name) => {
    expect(outputAfter(name, 100).needsConversion).toBe(false);
  });

  it.each(['bframes', 'bframe1'])('they do not: %s, found within a group of pictures', (name) => {
    expect(outputAfter(name, 12).needsConversion).toBe(true);
  });

  it('they do not, whatever their timestamps say', () => {
    expect(outputAfter('bframes', 12, () => 90_000).needsConversion).toBe(true);
    expect(outputAfter('bframes', 12, (picture) => picture * 9_000).needsConversion).toBe(true);
  });

  it('is judged again for each source', () => {
    const output = outputAfter('bframes', 12);
    output.beginSource({ videoClockRate: 90_000 });
    expect(output.needsConversion).toBe(false);
  });

  /** Order counts of pictures as they come; `I` begins a group. */
  function reorders(counts: (number | 'I')[], bits = 8): boolean {
    const order = new PictureOrder();
    const sequence = {
      ...parseSequenceParameters(unitsOf('bframes')[0]!)!,
      orderCountType: 0,
      orderCountBits: bits,
    };
    for (const count of counts) {
      const orderCount = count === 'I' ? 0 : count;
      order.see({ sliceType: 0, frameNumber: 0, field: 0, orderCount }, count === 'I' ? 5 : 1, sequence);
    }
    return order.reorders;
  }

  it('follows the count over its wrap', () => {
    const rising = Array.from({ length: 300 }, (_, index) => (index * 2) % 256);
    expect(reorders(['I', ...rising])).toBe(false);
    expect(reorders(['I', 250, 254, 252, 2, 0, 6, 4])).toBe(true);
  });

  it('does not take a count that began again, or one damaged number, for another order', () => {
    const again = Array.from({ length: 40 }, (_, index) => index * 2);
    expect(reorders(['I', ...again, ...again])).toBe(false);
    expect(reorders(['I', 2, 4, 100, 6, 8, 10, 12, 14, 16, 18])).toBe(false);
  });

  it('counts pictures that are behind at the end of a group', () => {
    expect(reorders(['I', 4, 2, 'I', 4, 2, 'I'])).toBe(true);
  });
});

describe('a slice header', () => {
  it('is read as the encoder wrote it', () => {
    const units = unitsOf('bframes');
    const sequence = parseSequenceParameters(units.find((nal) => (nal[0]! & 0x1f) === 7)!)!;
    const types = units
      .filter((nal) => [1, 5].includes(nal[0]! & 0x1f))
      .slice(0, 6)
      .map((nal) => readSliceHeader(nal, 1, nal.length, nal[0]! & 0x1f, sequence)?.sliceType);
    // I P B B B P, in the order of sending.
    expect(types).toEqual([2, 0, 1, 1, 1, 0]);
  });

  it('of damaged or cut bytes is no header, and takes no time', () => {
    const sequence = parseSequenceParameters(unitsOf('bframes').find((nal) => (nal[0]! & 0x1f) === 7)!)!;
    expect(readSliceHeader(Buffer.alloc(40), 0, 40, 1, sequence)).toBeUndefined();
    expect(readSliceHeader(Buffer.from([0x80]), 0, 1, 1, sequence)).toBeUndefined();
    expect(readSliceHeader(Buffer.alloc(0), 0, 0, 1, sequence)).toBeUndefined();
  });
});
