import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { writeRtpHeader } from '../../../../../../src-sfu/media/ingest/rtpPacket.ts';
import { openRecordedPictures } from '../../../../../../src-sfu/media/sources/gb28181/recordedPictures.ts';
import { writePsPicture } from '../../../../../../src-sim/gb28181/psMuxer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A recorder that sends one picture, and a converter that makes nothing of it; `fail` ends the converter. */
function open(pictures: 'none' | 'H265') {
  let fail = (): void => undefined;
  const nals = [0x40, 0x42, 0x44, 0x26].map((header) => Buffer.from([header, 1, 0x88, 1, 2, 3, 4, 5]));
  const bytes = writePsPicture({ nals, isKey: true, ptsTicks: 6_000, videoType: 0x24 });
  const packet = Buffer.alloc(12 + bytes.length);
  writeRtpHeader(packet, 0, 96 | 0x80, 1, 0, 7);
  bytes.copy(packet, 12);
  const lines = {
    openRecorded: (_target: unknown, _span: unknown, events: { onPacket(packet: Buffer): void }) => {
      // Once a second, so that it is never silent.
      if (pictures === 'H265') setInterval(() => events.onPacket(packet), 1_000);
      return Promise.resolve({ inform: () => Promise.resolve(200), close: () => undefined });
    },
  };
  const transcoder = {
    running: () => 0,
    start(_track: unknown, events: { onFailed(): void }) {
      fail = () => events.onFailed();
      return { write: () => undefined, close: () => undefined };
    },
  };
  const outcome: unknown[] = [];
  const opening = openRecordedPictures(
    { lines } as never,
    { recorderId: '', channelId: '' },
    { from: 0, to: 60 },
    transcoder as never,
  );
  opening.catch((error: unknown) => outcome.push(error));
  return { outcome, fail: () => fail() };
}

it('a recorder that sends nothing has nothing of that time', async () => {
  const { outcome } = open('none');
  await vi.advanceTimersByTimeAsync(8_000);
  expect(outcome).toMatchObject([{ failure: 'notFound', status: 404 }]);
});

it('a converter that ends is no recorder that has nothing', async () => {
  const { outcome, fail } = open('H265');
  await vi.advanceTimersByTimeAsync(3_000);
  fail();
  await vi.advanceTimersByTimeAsync(0);
  expect(outcome).toMatchObject([{ failure: 'protocolError', status: undefined }]);
});

it('the converter has 20 s for the first part of what it makes', async () => {
  const { outcome } = open('H265');
  await vi.advanceTimersByTimeAsync(20_500);
  expect(outcome).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(outcome).toMatchObject([{ failure: 'protocolError' }]);
});
