import { describe, expect, it } from 'vitest';
import { createVoiceRewriter } from '../../../../src-sfu/media/voiceRewriter.ts';

const stream = { ssrc: 99, payloadType: 111 };

function packet(
  sequence: number,
  timestamp: number,
  options: { extension?: boolean; padding?: number } = {},
) {
  const header = Buffer.alloc(12);
  header[0] = 0x80 | (options.extension === true ? 0x10 : 0) | (options.padding === undefined ? 0 : 0x20);
  header[1] = 100;
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE(timestamp >>> 0, 4);
  header.writeUInt32BE(5, 8);
  const extension =
    options.extension === true ? Buffer.from([0xbe, 0xde, 0, 1, 0x10, 7, 0, 0]) : Buffer.alloc(0);
  const padding = Buffer.alloc(options.padding ?? 0);
  if (options.padding !== undefined) padding[options.padding - 1] = options.padding;
  return Buffer.concat([header, extension, Buffer.from('opus'), padding]);
}
const read = (out: Buffer | undefined) =>
  out === undefined
    ? undefined
    : {
        marker: ((out[1] ?? 0) & 0x80) !== 0,
        sequence: out.readUInt16BE(2),
        timestamp: out.readUInt32BE(4),
        ssrc: out.readUInt32BE(8),
        payload: out.subarray(12).toString(),
      };

describe('one stream made of many voices', () => {
  it('numbers on from talk to talk and lets time pass between them', () => {
    const rewriter = createVoiceRewriter(stream);
    rewriter.begin();
    const first = read(rewriter.pass(packet(65_535, 4_294_967_000), 1_000));
    const second = read(rewriter.pass(packet(65_536, 4_294_967_960), 1_020));
    expect(second).toMatchObject({
      sequence: (first?.sequence ?? 0) + 1,
      timestamp: (first?.timestamp ?? 0) + 960,
    });
    rewriter.begin();
    const other = read(rewriter.pass(packet(7, 123), 3_020));
    expect(other).toEqual({
      marker: true,
      sequence: (second?.sequence ?? 0) + 1,
      timestamp: (second?.timestamp ?? 0) + 96_000,
      ssrc: 99,
      payload: 'opus',
    });
  });

  it('keeps what is lost within a talk lost, and drops what is older than it', () => {
    const rewriter = createVoiceRewriter(stream);
    rewriter.begin();
    const first = read(rewriter.pass(packet(100, 0), 0));
    expect(read(rewriter.pass(packet(103, 2_880), 60))?.sequence).toBe((first?.sequence ?? 0) + 3);
    expect(read(rewriter.pass(packet(101, 960), 61))?.sequence).toBe((first?.sequence ?? 0) + 1);
    expect(rewriter.pass(packet(99, 0), 62)).toBeUndefined();
  });

  it('ends a talk with silence that the next one follows', () => {
    const rewriter = createVoiceRewriter(stream);
    rewriter.begin();
    const last = read(rewriter.pass(packet(65_535, 1_000), 1_000));
    const silence = rewriter.silence(1_005);
    expect([...silence.subarray(12)]).toEqual([0xf8, 0xff, 0xfe]);
    expect(read(silence)).toMatchObject({
      marker: false,
      ssrc: 99,
      sequence: ((last?.sequence ?? 0) + 1) & 0xffff,
      timestamp: (last?.timestamp ?? 0) + 960,
    });
    rewriter.begin();
    expect(read(rewriter.pass(packet(7, 123), 2_005))).toMatchObject({
      marker: true,
      sequence: ((last?.sequence ?? 0) + 2) & 0xffff,
      timestamp: (last?.timestamp ?? 0) + 960 + 48_000,
    });
  });

  it('passes on nothing but the voice', () => {
    const rewriter = createVoiceRewriter(stream);
    rewriter.begin();
    expect(read(rewriter.pass(packet(1, 0, { extension: true, padding: 4 }), 0))?.payload).toBe('opus');
    expect(rewriter.pass(Buffer.from('rubbish'), 0)).toBeUndefined();
    expect(rewriter.pass(Buffer.concat([packet(2, 0).subarray(0, 12)]), 0)).toBeUndefined();
    const lying = packet(3, 0);
    lying[0] = 0x90;
    lying.writeUInt16BE(60_000, 14);
    expect(rewriter.pass(lying, 0)).toBeUndefined();
  });
});
