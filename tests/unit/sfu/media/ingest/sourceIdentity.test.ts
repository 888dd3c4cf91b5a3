import { describe, expect, it } from 'vitest';
import { rtcpGoodbyes } from '../../../../../src-sfu/media/ingest/rtpPacket.ts';
import { packetRoles, SourceIdentity } from '../../../../../src-sfu/media/ingest/sourceIdentity.ts';
import { aggregate, fragments, pps, rtp, slice, sps640x360 } from './rtpBuilders.ts';

const key = slice('idr', 900);
const difference = slice('predicted', 300);
const delimiter = Buffer.from([0x09, 0xf0]);

function packetOf(payload: Buffer, ssrc: number): Buffer {
  const packet = rtp({ sequence: 1, timestamp: 1, payload });
  packet.writeUInt32BE(ssrc, 8);
  return packet;
}

/** Sends pictures of several sources, `everyMs` apart; answers whose were taken, a letter each, capital for a change. */
function taken(
  pictures: [ssrc: number, payload: Buffer][],
  options: { named?: number; everyMs?: number } = {},
): string {
  const identity = new SourceIdentity(packetRoles('H264'));
  identity.name(options.named);
  let nowMs = 5_000;
  return pictures
    .map(([ssrc, payload]) => {
      nowMs += options.everyMs ?? 50;
      const outcome = identity.accept(packetOf(payload, ssrc), nowMs);
      const letter = String.fromCharCode(96 + ssrc);
      return outcome === 'foreign' ? '-' : outcome === 'changed' ? letter.toUpperCase() : letter;
    })
    .join('');
}
const [a, b, c] = [1, 2, 3];
const group = (ssrc: number): [number, Buffer][] => [
  [ssrc, key],
  [ssrc, difference],
  [ssrc, difference],
];

describe('whose packets are shown', () => {
  it('goes with a camera that changes its SSRC with each group of pictures', () => {
    expect(taken([...group(a), ...group(b), ...group(c)])).toBe('aaaBbbCcc');
    expect(taken([...group(a), ...group(b), ...group(c)], { named: a })).toBe('aaaBbbCcc');
  });

  it('goes with one that begins each group with a delimiter, or with parameter sets', () => {
    expect(taken([...group(a), [b, delimiter], ...group(b)])).toBe('aaa-Bbb');
    expect(taken([...group(a), [b, sps640x360], [b, pps], ...group(b)])).toBe('aaaBbbbb');
    expect(taken([...group(a), [b, aggregate(sps640x360, pps)], ...group(b)])).toBe('aaaBbbb');
  });

  it('goes with one that has two and takes turns with them', () => {
    expect(taken([...group(a), ...group(b), ...group(a), ...group(b)], { everyMs: 300 })).toBe(
      'aaaBbbAaaBbb',
    );
  });

  it('passes over a dead session beside ours, at its key pictures too', () => {
    const both: [number, Buffer][] = [
      [b, difference],
      ...group(a).flatMap((mine): [number, Buffer][] => [mine, [b, difference]]),
      ...group(a).flatMap((mine): [number, Buffer][] => [[b, key], mine]),
    ];
    expect(taken(both, { named: a })).toBe('-a-a-a--a-a-a');
    // Not named: ours is the one that begins with a key picture, since a session does.
    expect(taken(both)).toBe('bA-a-a--a-a-a');
  });

  it('passes over a dead session of key pictures alone', () => {
    const both = Array.from({ length: 6 }, (): [number, Buffer][] => [
      [a, key],
      [b, key],
    ]).flat();
    expect(taken(both, { named: a })).toMatch(/^a[B-](?:A-|a-)(?:a-)+$/);
    const unnamed = taken(both);
    expect(new Set(unnamed.slice(4).replaceAll('-', ''))).toHaveProperty('size', 1);
  });

  it('goes back to the SSRC that was named when a dead session was shown first', () => {
    expect(taken([...group(b), ...group(a), ...group(b), ...group(a)], { named: a })).toBe('bbbAaa---aaa');
  });

  it('takes another SSRC than the one that was named when packets of that one do not come', () => {
    expect(taken(group(a), { named: 99 })).toBe('aaa');
    expect(taken([[a, difference], ...group(a)], { named: 99 })).toBe('-aaa');
    expect(
      taken(
        [
          [a, difference],
          [a, difference],
        ],
        { named: 99, everyMs: 1_001 },
      ),
    ).toBe('-a');
  });

  it('goes over to a rival when ours has been silent for a second', () => {
    const identity = new SourceIdentity(packetRoles('H264'));
    expect(identity.accept(packetOf(key, a), 1_000)).toBe('same');
    expect(identity.accept(packetOf(difference, b), 1_900)).toBe('foreign');
    expect(identity.accept(packetOf(difference, b), 2_001)).toBe('changed');
  });

  it('does not forget who sends beside it in a flood of others', () => {
    const identity = new SourceIdentity(packetRoles('H264'));
    identity.name(a);
    identity.accept(packetOf(key, a), 0);
    for (let other = 10; other < 2_000; other += 1) identity.accept(packetOf(difference, other), 0);
    expect(identity.accept(packetOf(difference, a), 10)).toBe('same');
  });
});

describe('a farewell', () => {
  const goodbye = (...sources: number[]): Buffer => {
    const packet = Buffer.alloc(4 + sources.length * 4);
    packet[0] = 0x80 | sources.length;
    packet[1] = 203;
    packet.writeUInt16BE(sources.length, 2);
    for (const [index, ssrc] of sources.entries()) packet.writeUInt32BE(ssrc, 4 + index * 4);
    return packet;
  };
  const report = Buffer.from([0x80, 200, 0, 6, ...Buffer.alloc(24)]);

  it('names the sources it is for, behind other reports too', () => {
    expect(rtcpGoodbyes(goodbye(7, 0xffff_ffff))).toEqual([7, 0xffff_ffff]);
    expect(rtcpGoodbyes(Buffer.concat([report, goodbye(9)]))).toEqual([9]);
    expect(rtcpGoodbyes(report)).toEqual([]);
    expect(rtcpGoodbyes(goodbye())).toEqual([]);
    expect(rtcpGoodbyes(Buffer.from([0x9f, 203, 0, 1, 0, 0, 0, 5]))).toEqual([5]);
  });

  it('of ours is the end, of another is not', () => {
    const identity = new SourceIdentity(packetRoles('H264'));
    identity.accept(packetOf(key, a), 0);
    expect(identity.endsWith(b)).toBe(false);
    expect(identity.endsWith(a)).toBe(true);
  });

  it('of one of many that a camera goes through is not the end', () => {
    const identity = new SourceIdentity(packetRoles('H264'));
    for (const ssrc of [a, b, c]) identity.accept(packetOf(key, ssrc), 0);
    expect(identity.endsWith(c)).toBe(false);
  });
});

describe('where a picture can be decoded from', () => {
  it.each([
    ['H264', key, 'begins'],
    ['H264', fragments(key, 300)[0]!, 'begins'],
    ['H264', fragments(key, 300)[1]!, 'continues'],
    ['H264', difference, 'continues'],
    ['H264', delimiter, 'neither'],
    ['H265', Buffer.from([0x40, 1, 0]), 'begins'],
    ['H265', Buffer.from([0x26, 1, 0]), 'begins'],
    ['H265', Buffer.from([0x62, 1, 0x93]), 'begins'],
    ['H265', Buffer.from([0x62, 1, 0x13]), 'continues'],
    ['H265', Buffer.from([0x02, 1, 0]), 'continues'],
    ['H265', Buffer.from([0x60, 1, 0, 8, 0x40, 1]), 'begins'],
    ['H265', Buffer.from([0x46, 1]), 'neither'],
    ['PCMA', Buffer.from([1]), 'begins'],
  ])('%s %#', (codec, payload, role) => {
    expect(packetRoles(codec)(packetOf(payload, 1))).toBe(role);
  });
});
