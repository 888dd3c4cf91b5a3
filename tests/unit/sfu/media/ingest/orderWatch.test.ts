import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { splitByteStream } from '../../../../../src-sfu/media/ingest/annexBSplitter.ts';
import { parseSequenceParameters } from '../../../../../src-sfu/media/ingest/h264ParameterSets.ts';
import { createMediaOutput } from '../../../../../src-sfu/media/ingest/mediaOutput.ts';
import { OrderWatch } from '../../../../../src-sfu/media/ingest/orderWatch.ts';
import { fragments, rtp } from './rtpBuilders.ts';

const samples = new URL('../../../../cases/cameras/samples/', import.meta.url);
const unitsOf = (name: string): Buffer[] => splitByteStream(readFileSync(new URL(`${name}.h264`, samples)));
const typeOf = (nal: Buffer): number => (nal[0] ?? 0) & 0x1f;
const isFirstSlice = (nal: Buffer): boolean => [1, 5].includes(typeOf(nal)) && ((nal[1] ?? 0) & 0x80) !== 0;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A watched output; `play` sends so many pictures of a sample, 100 ms apart. */
function setUp(name: string) {
  const clock = { nowMs: 1_000_000 };
  const sent: Buffer[] = [];
  const output = createMediaOutput({
    videoSsrc: 1,
    videoPayloadType: 102,
    audioSsrc: 2,
    audioPayloadType: 8,
    sendVideo: (packet) => sent.push(Buffer.from(packet)),
    sendAudio: () => undefined,
    nowMs: () => clock.nowMs,
  });
  output.beginSource({ videoClockRate: 90_000 });
  const watch = new OrderWatch(output);
  output.onKeyPicture(() => watch.keyPictureCame(clock.nowMs));
  const nals = unitsOf(name);
  let sequence = 0;
  let picture = -1;
  const play = (pictures: number): void => {
    for (let left = pictures; nals.length > 0;) {
      const nal = nals[0]!;
      if (isFirstSlice(nal)) {
        if (left === 0) break;
        left -= 1;
        picture += 1;
        clock.nowMs += 100;
      }
      nals.shift();
      const pieces = nal.length > 1_200 ? fragments(nal, 1_200) : [nal];
      for (const payload of pieces) {
        const isLast = payload === pieces.at(-1) && [1, 5].includes(typeOf(nal));
        const timestamp = (typeOf(nal) > 5 ? picture + 1 : picture) * 9_000;
        const packet = rtp({ sequence, timestamp, payload, marker: isLast });
        watch.keep(packet);
        output.writeVideo(packet);
        watch.look(clock.nowMs);
        sequence += 1;
      }
    }
    vi.runAllTimers();
  };
  return { clock, sent, output, watch, play };
}

describe('pictures whose order is not known yet', () => {
  it.each(['bframes', 'bframe1'])('are held back where it turns out to be another one: %s', (name) => {
    const { sent, output, watch, play } = setUp(name);
    play(9);
    expect(output.needsConversion).toBe(true);
    expect(watch.isOpen).toBe(false);
    expect(sent).toEqual([]);
    // The converter gets them from the first packet on.
    expect(watch.take().length).toBeGreaterThan(4);
    expect(watch.take()).toEqual([]);
  });

  it('go out, from the key picture on, as soon as they are known to be in order', () => {
    for (const name of ['base', 'longgop', 'slices', 'small']) {
      const { sent, watch, play } = setUp(name);
      play(4);
      expect(watch.isOpen).toBe(false);
      expect((sent[0]?.[20] ?? 0) & 0x1f).toBe(24);
      const numbers = sent.map((packet) => packet.readUInt16BE(2));
      expect(numbers).toEqual(numbers.map((_none, index) => (numbers[0] ?? 0) + index));
    }
  });

  it('are not held back for longer than a second', () => {
    const { clock, sent, watch, play } = setUp('bframes');
    play(1);
    expect(watch.isOpen).toBe(true);
    watch.look(clock.nowMs + 999);
    expect(sent).toEqual([]);
    watch.look(clock.nowMs + 1_001);
    vi.runAllTimers();
    expect(sent.length).toBeGreaterThan(0);
  });

  it('go out at once where the parameter sets rule another order out', () => {
    const setOf = (name: string) => unitsOf(name).find((nal) => typeOf(nal) === 7)!;
    expect(parseSequenceParameters(setOf('bframes'))?.isInOrder).toBe(false);
    expect(parseSequenceParameters(setOf('bframe1'))?.isInOrder).toBe(false);
    // The same pictures with the profile that knows no B-pictures.
    const baseline = Buffer.from('6742c016da0280bfe5c044000003000400000300783c58ba80', 'hex');
    expect(parseSequenceParameters(baseline)?.isInOrder).toBe(true);
  });

  it('of a main profile that announces no reordering go out at once', () => {
    // Main profile, order type 0, with max_num_reorder_frames 0 at its end, bit by bit (H.264, 7.3.2.1.1 and E.1.1).
    const unsigned = (value: number): string => {
      const binary = (value + 1).toString(2);
      return '0'.repeat(binary.length - 1) + binary;
    };
    const setWith = (reorderFrames: number | undefined): Buffer => {
      const usability =
        reorderFrames === undefined
          ? '0'
          : `10000000011${[0, 0, 10, 10, reorderFrames, 4].map(unsigned).join('')}`;
      const bits = [
        [0, 0, 0, 0, 1].map(unsigned).join(''),
        '0',
        [19, 10].map(unsigned).join(''),
        '110',
        usability,
        '1',
      ].join('');
      const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0');
      const bytes = padded.match(/.{8}/g)!.map((byte) => parseInt(byte, 2));
      return Buffer.from([0x67, 77, 0, 30, ...bytes]);
    };
    expect(parseSequenceParameters(setWith(0))).toMatchObject({ width: 320, isInOrder: true });
    expect(parseSequenceParameters(setWith(2))).toMatchObject({ width: 320, isInOrder: false });
    expect(parseSequenceParameters(setWith(undefined))).toMatchObject({ width: 320, isInOrder: false });
  });
});
