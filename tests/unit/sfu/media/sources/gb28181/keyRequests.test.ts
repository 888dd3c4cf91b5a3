import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { writeRtpHeader } from '../../../../../../src-sfu/media/ingest/rtpPacket.ts';
import type { LineListener } from '../../../../../../src-sfu/media/sources/gb28181/channelLines.ts';
import { gb28181Sources } from '../../../../../../src-sfu/media/sources/gb28181/gb28181Source.ts';
import { writePsPicture } from '../../../../../../src-sim/gb28181/psMuxer.ts';
import { channelId, doorInMemory, recorderId } from '../../../../../support/recorderDoor.ts';

const sps = Buffer.from([0x67, 0x42, 0xc0, 0x1e, 0x95, 0xa0, 0x5a, 0x05, 0x13, 0xc4]);
const pps = Buffer.from([0x68, 0xce, 0x3c, 0x80]);
const slice = (header: number): Buffer => Buffer.from([header, 0x88, ...new Array<number>(300).fill(7)]);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A source whose line is in the hand of the test, and how often a key picture was asked for. */
async function source() {
  const { door } = await doorInMemory(Date.now);
  const asked = vi.spyOn(door, 'askKeyPicture').mockReturnValue();
  let listener: LineListener | undefined;
  vi.spyOn(door.lines, 'join').mockImplementation((_target, given) => {
    listener = given;
    return Promise.resolve({ word: undefined, leave: () => undefined });
  });
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
  const made = gb28181Sources(() => door).create({ url, digestOnly: false }, events, {
    connectMs: 3_000,
    responseMs: 3_000,
  });
  const opening = made.open();
  await vi.advanceTimersByTimeAsync(0);
  let sequence = 0;
  let ticks = 0;
  return {
    made,
    opening,
    asked,
    send(isKey: boolean, skipped = 0) {
      sequence += 1 + skipped;
      const nals = isKey ? [sps, pps, slice(0x65)] : [slice(0x41)];
      const payload = writePsPicture({ nals, isKey, ptsTicks: (ticks += 6_000) });
      const packet = Buffer.alloc(12 + payload.length);
      writeRtpHeader(packet, 0, 96 | 0x80, sequence, 0, 7);
      payload.copy(packet, 12);
      listener?.onPacket(packet);
    },
  };
}

it('a key picture is asked for each second until one comes, also for a loss within a second of the last request', async () => {
  const { made, opening, asked, send } = await source();
  expect(asked).toHaveBeenCalledTimes(1);
  send(true);
  await opening;
  await made.play({ withSound: false });
  await vi.advanceTimersByTimeAsync(300);
  // 300 ms after the request: this one is not left out.
  send(false, 3);
  await vi.advanceTimersByTimeAsync(750);
  expect(asked).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toHaveBeenCalledTimes(3);
  send(true);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toHaveBeenCalledTimes(3);
  made.close();
});

it('a device that does not obey is asked five times for each loss, and no more once nobody looks', async () => {
  const { made, opening, asked, send } = await source();
  send(true);
  await opening;
  await made.play({ withSound: false });
  await vi.advanceTimersByTimeAsync(5_000);
  const before = asked.mock.calls.length;
  send(false, 3);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked).toHaveBeenCalledTimes(before + 5);
  send(false, 3);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(asked).toHaveBeenCalledTimes(before + 7);
  made.close();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked).toHaveBeenCalledTimes(before + 7);
});
