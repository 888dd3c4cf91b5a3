import { afterEach, expect, it, vi } from 'vitest';
import { writeRtpHeader } from '../../../../../../src-sfu/media/ingest/rtpPacket.ts';
import type { LineListener } from '../../../../../../src-sfu/media/sources/gb28181/channelLines.ts';
import { gb28181Sources } from '../../../../../../src-sfu/media/sources/gb28181/gb28181Source.ts';
import { PsReceiver } from '../../../../../../src-sfu/media/sources/gb28181/psReceiver.ts';
import type { SipDoor } from '../../../../../../src-sfu/media/sources/gb28181/sipDoor.ts';
import { writePsPicture, writePsSound } from '../../../../../../src-sim/gb28181/psMuxer.ts';
import { channelId, recorderId } from '../../../../../support/recorderDoor.ts';

const sps = Buffer.from([0x67, 0x42, 0xc0, 0x1e, 0x95, 0xa0, 0x5a, 0x05, 0x13, 0xc4]);
const pps = Buffer.from([0x68, 0xce, 0x3c, 0x80]);
const slice = Buffer.from([0x65, 0x88, ...new Array<number>(300).fill(7)]);

afterEach(() => void vi.useRealTimers());

function packet(sequence: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + payload.length);
  writeRtpHeader(bytes, 0, 96 | 0x80, sequence, 0, 7);
  payload.copy(bytes, 12);
  return bytes;
}

it.each([
  ['0x90, A-law', 0x90, ['PCMA']],
  ['0x91, µ-law', 0x91, ['PCMU']],
  ['0x92, G.722.1', 0x92, []],
  ['0x99, G.729', 0x99, []],
  ['0x0f, AAC', 0x0f, []],
] as const)(
  '24 sound that the map calls %s is passed on or left out, and the picture comes',
  (_what, audioType, codecs) => {
    const heard: string[] = [];
    let pictures = 0;
    const receiver = new PsReceiver(
      {
        onPicture: () => (pictures += 1),
        onSound: (codec) => heard.push(codec),
        onGap: () => undefined,
      },
      () => 0,
    );
    const key = writePsPicture({ nals: [sps, pps, slice], isKey: true, ptsTicks: 6_000, audioType });
    receiver.write(packet(1, key));
    receiver.write(packet(2, writePsSound(Buffer.alloc(320, 0x55), 6_100)));
    receiver.write(packet(3, key));
    expect(heard).toEqual(codecs);
    expect(pictures).toBeGreaterThan(0);
  },
);

it.each([0x80, 0x9b])(
  '24 pictures of SVAC (%i) are said to be not supported, not to be missing',
  async (videoType) => {
    vi.useFakeTimers();
    const line: { listener?: LineListener } = {};
    const door = {
      askKeyPicture: () => undefined,
      lines: {
        join(_target: unknown, given: LineListener) {
          line.listener = given;
          return Promise.resolve({ word: undefined, leave: () => undefined });
        },
      },
    } as unknown as SipDoor;
    const events = {
      onPacket: () => undefined,
      onNamedSource: () => undefined,
      mayWait: () => false,
      endsWith: () => false,
      onSoundRefused: () => undefined,
      onMediaLost: () => undefined,
      onDigestTaken: () => undefined,
      onEnded: () => undefined,
    };
    const url = `gb28181://${recorderId}/${channelId}`;
    const source = gb28181Sources(() => door).create({ url, digestOnly: false }, events, {
      connectMs: 3_000,
      responseMs: 3_000,
    });
    const opening = expect(source.open()).rejects.toMatchObject({ problem: 'svac' });
    await vi.advanceTimersByTimeAsync(0);
    const nals = [Buffer.from([0x9d, 1, 2, 3]), Buffer.from([0x9e, ...new Array<number>(300).fill(7)])];
    for (let sequence = 1; sequence < 20; sequence += 1) {
      const ptsTicks = sequence * 6_000;
      line.listener?.onPacket(packet(sequence, writePsPicture({ nals, isKey: true, ptsTicks, videoType })));
    }
    await vi.advanceTimersByTimeAsync(60_000);
    await opening;
  },
);
