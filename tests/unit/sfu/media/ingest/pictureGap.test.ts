import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMediaOutput } from '../../../../../src-sfu/media/ingest/mediaOutput.ts';
import { rtpSequenceNumber } from '../../../../../src-sfu/media/ingest/rtpPacket.ts';
import { PictureGap } from '../../../../../src-sfu/media/ingest/pictureGap.ts';
import { parseSequenceParameters } from '../../../../../src-sfu/media/ingest/h264ParameterSets.ts';
import { splitByteStream } from '../../../../../src-sfu/media/ingest/annexBSplitter.ts';
import { rtp, sps640x360 } from './rtpBuilders.ts';

const sample = new URL('../../../../cases/cameras/samples/base.h264', import.meta.url);

/** The sample's pictures: a slice each, and what stands before it. */
function pictures(): Buffer[][] {
  const found: Buffer[][] = [[]];
  for (const nal of splitByteStream(readFileSync(sample))) {
    found.at(-1)?.push(nal);
    if ([1, 5].includes((nal[0] ?? 0) & 0x1f)) found.push([]);
  }
  return found.filter((nals) => nals.length > 0);
}

/** Whole pictures of the sample, one packet each and more for large ones, with what is to be left out. */
function send(change: (picture: number) => { skipNumbers?: number; leaveOut?: boolean }): {
  sent: number[];
  lost: number;
} {
  const sent: number[] = [];
  const output = createMediaOutput({
    videoSsrc: 7,
    videoPayloadType: 102,
    audioSsrc: 8,
    audioPayloadType: 8,
    sendVideo: (packet) => sent.push(rtpSequenceNumber(packet)),
    sendAudio: () => undefined,
    nowMs: () => 1_000_000,
  });
  output.beginSource({ videoClockRate: 90_000 });
  let sequence = 100;
  pictures()
    .slice(0, 40)
    .forEach((nals, picture) => {
      const { skipNumbers = 0, leaveOut = false } = change(picture);
      sequence += skipNumbers;
      nals.forEach((payload, index) => {
        const marker = index === nals.length - 1;
        if (!leaveOut) output.writeVideo(rtp({ sequence, timestamp: picture * 9_000, payload, marker }));
        sequence += 1;
      });
    });
  const { lostPackets } = output.statistics();
  output.close();
  return { sent, lost: lostPackets };
}

const gapsOf = (numbers: number[]): number =>
  numbers.slice(1).filter((number, index) => number !== (numbers[index] ?? 0) + 1).length;

describe('numbers that are missing between two pictures', () => {
  it.each([1, 2, 7])('are no loss where the pictures go on (%d of them)', (skipNumbers) => {
    const { sent, lost } = send((picture) => (picture > 5 ? { skipNumbers } : {}));
    expect(lost).toBe(0);
    expect(gapsOf(sent)).toBe(0);
  });

  it('are a loss where a picture is missing that the next one refers to', () => {
    const { sent, lost } = send((picture) => ({ leaveOut: picture === 7 || picture === 15 }));
    expect(lost).toBe(2);
    expect(gapsOf(sent)).toBe(2);
  });

  it('are a loss until the order of the pictures is known', () => {
    const gap = new PictureGap();
    gap.missing = 3;
    expect(gap.beginSlice(0x41, undefined, parseSequenceParameters(sps640x360))).toBe(3);
    expect(gap.missing).toBe(0);
  });

  it('are judged by the numbers of pictures that are referred to', () => {
    const sequence = parseSequenceParameters(sps640x360);
    const gap = new PictureGap();
    const slice = (frameNumber: number, field = 0) => ({ sliceType: 0, frameNumber, field, orderCount: 0 });
    const lostBefore = (header: number, frameNumber: number, field = 0): number => {
      gap.missing = 1;
      return gap.beginSlice(header, slice(frameNumber, field), sequence);
    };
    expect(lostBefore(0x65, 0)).toBe(0);
    expect(lostBefore(0x41, 1)).toBe(0);
    // A picture that none refers to has the number that the next one has, too.
    expect(lostBefore(0x01, 2)).toBe(0);
    expect(lostBefore(0x41, 2)).toBe(0);
    expect(lostBefore(0x41, 4)).toBe(1);
    // Fields have the numbers of their frames: one of two may be missing.
    expect(lostBefore(0x41, 5, 1)).toBe(1);
  });
});
