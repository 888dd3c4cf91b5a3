import { expect, it } from 'vitest';
import { keptBytes, ownCopy } from '../../../../src-sfu/media/keptBytes.ts';

it('bytes that are most of their memory are kept as they are, others are copied', () => {
  const datagram = Buffer.allocUnsafeSlow(1_412).fill(1);
  expect(keptBytes(datagram)).toBe(datagram);
  const payload = datagram.subarray(26);
  expect(keptBytes(payload)).toBe(payload);
  const piece = datagram.subarray(0, 100);
  const kept = keptBytes(piece);
  datagram.fill(2);
  expect(kept).toEqual(Buffer.alloc(100, 1));
});

it('a copy for long keeps no memory but its own', () => {
  const set = Buffer.from([0x67, 0x42, 0xc0, 0x1e]);
  const own = ownCopy(set);
  expect(own).toEqual(set);
  expect(own.buffer.byteLength).toBe(4);
});
