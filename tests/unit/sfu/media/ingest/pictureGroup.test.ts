import { afterEach, expect, it } from 'vitest';
import { PictureGroup } from '../../../../../src-sfu/media/ingest/pictureGroup.ts';

const packet = Buffer.alloc(1_200, 7);
/** 1.7 MB, of which 384 KiB are a stream's own. */
const packetsOfLongGroup = 1_390;
const groups: PictureGroup[] = [];
afterEach(() => {
  for (const group of groups.splice(0)) group.abandon();
});

/** A group that began 30 s ago and got so many packets; whether it is kept still. */
function fill(packets: number): boolean {
  let nowMs = 1_000;
  const group = new PictureGroup(() => nowMs);
  groups.push(group);
  group.begin();
  nowMs += 30_000;
  for (let count = 0; count < packets; count += 1) group.add(packet, 0, packet.length);
  return group.beganAtMs !== undefined;
}

it('a stream keeps at most 2 MiB of a long group', () => {
  expect(fill(1_500)).toBe(true);
  expect(fill(1_600)).toBe(false);
});

it('all streams together keep 64 MiB of long groups, and each keeps a short one in any case', () => {
  const kept = Array.from({ length: 100 }, () => fill(packetsOfLongGroup)).filter(Boolean).length;
  // 64 MiB hold what 44 of them keep beyond their own part.
  expect(kept).toBeGreaterThan(40);
  expect(kept).toBeLessThan(50);
  expect(fill(300)).toBe(true);
});

it('what ends makes room for another long group', () => {
  for (let count = 0; count < 100; count += 1) fill(packetsOfLongGroup);
  expect(fill(packetsOfLongGroup)).toBe(false);
  groups[0]!.abandon();
  groups[1]!.begin();
  expect(fill(packetsOfLongGroup)).toBe(true);
  expect(fill(packetsOfLongGroup)).toBe(true);
});
