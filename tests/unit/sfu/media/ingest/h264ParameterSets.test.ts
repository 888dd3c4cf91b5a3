import { describe, expect, it } from 'vitest';
import {
  ParameterSetStore,
  parseSequenceParameters,
  pictureParameterSetId,
} from '../../../../../src-sfu/media/ingest/h264ParameterSets.ts';
import { pps, sps640x360 } from './rtpBuilders.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

describe('sequence parameter sets, as x264 writes them', () => {
  it.each([
    [
      'constrained baseline 640×360',
      sps640x360,
      { profileLevelId: '42c016', width: 640, height: 360, macroblocks: 920 },
    ],
    [
      '1920×1080, cropped from 1088 lines',
      hex('6742c028da01e0089f970110000003001000000301e0f1832a'),
      { profileLevelId: '42c028', width: 1920, height: 1080, interlaced: false },
    ],
    [
      'high 4:2:2 704×576',
      hex('677a001ebcb405809360220000030002000003003c1e2c5d40'),
      { profileIdc: 122, chromaFormatIdc: 2, width: 704, height: 576 },
    ],
    [
      'interlaced 1920×1080',
      hex('674d4028f403c0227ef0110000030001000003001e1f162ea0'),
      { profileIdc: 77, width: 1920, height: 1080, interlaced: true },
    ],
  ])('reads %s', (_name, nal, expected) => {
    expect(parseSequenceParameters(nal)).toMatchObject(expected);
  });

  it('refuses what is cut off, is of another type, or is larger than any', () => {
    expect(parseSequenceParameters(sps640x360.subarray(0, 8))).toBeUndefined();
    expect(parseSequenceParameters(pps)).toBeUndefined();
    expect(parseSequenceParameters(Buffer.concat([sps640x360, Buffer.alloc(2000, 1)]))).toBeUndefined();
  });
});

describe('ParameterSetStore', () => {
  it('is complete with one set of each kind, and distinguishes a change from a repeat', () => {
    const store = new ParameterSetStore();
    expect(store.put(sps640x360)).toBe(true);
    expect(store.complete).toBe(false);
    expect(store.put(pps)).toBe(true);
    expect(store.complete).toBe(true);
    expect(store.put(Buffer.from(sps640x360))).toBe(false);
    expect(store.list()).toEqual([sps640x360, pps]);
    expect(store.sequence?.width).toBe(640);
  });

  it('keeps a copy: the bytes it was given are used again', () => {
    const store = new ParameterSetStore();
    const given = Buffer.from(sps640x360);
    store.put(given);
    given.fill(0);
    expect(store.list()).toEqual([sps640x360]);
  });

  it('stays bounded under ever new ids', () => {
    const store = new ParameterSetStore();
    for (let index = 0; index < 2000; index += 1) {
      const set = Buffer.from([0x68, 0, 0, 0, 0, index >> 8, index & 0xff]);
      // ue(v) of index in 0…255: as many zeros as its length, then the value.
      const value = (index % 255) + 1;
      const zeros = Math.floor(Math.log2(value));
      set.writeUInt32BE((value << (31 - 2 * zeros)) >>> 0, 1);
      store.put(set);
    }
    expect(store.list().length).toBeLessThanOrEqual(16);
  });

  it('knows a damaged picture parameter set', () => {
    expect(pictureParameterSetId(pps)).toBe(0);
    expect(pictureParameterSetId(Buffer.from([0x68, 0, 0, 0, 0]))).toBe(-1);
  });
});
