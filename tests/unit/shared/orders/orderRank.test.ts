import { describe, expect, test } from 'vitest';
import { distanceM, rankMembers } from '../../../../src-shared/orders/orderRank.ts';
import type { Member } from '../../../../src-shared/squads/squads.protocol.ts';

const nowMs = 10_000_000;
const place = { latitude: 29.8413, longitude: 114.3225 };

function member(
  memberId: string,
  parts: Partial<Member> & { kmNorth?: number; ageMs?: number } = {},
): Member {
  const { kmNorth = 1, ageMs = 0, ...rest } = parts;
  return {
    memberId,
    squadId: 'wenquan',
    name: memberId,
    duty: { status: 'available', sinceMs: 0, checkedInAtMs: nowMs },
    isConnected: true,
    bodyCam: { state: 'off', sinceMs: 0 },
    position: {
      latitude: place.latitude + kmNorth / 111.195,
      longitude: place.longitude,
      atMs: nowMs - ageMs,
    },
    ...rest,
  };
}

function order(members: Member[], loads: Record<string, number> = {}): string[] {
  const loadOf = (memberId: string): number => loads[memberId] ?? 0;
  return rankMembers({ members, place, loadOf, nowMs }).map(({ memberId }) => memberId);
}

test('a degree of latitude is some 111 km', () => {
  expect(distanceM(place, { ...place, latitude: place.latitude + 1 })).toBeCloseTo(111_195, -2);
  expect(distanceM(place, place)).toBe(0);
});

describe('who should go', () => {
  test('the nearest who is free', () => {
    expect(
      order([member('far', { kmNorth: 9 }), member('near', { kmNorth: 1 }), member('mid', { kmNorth: 4 })]),
    ).toEqual(['near', 'mid', 'far']);
  });

  test.each<[string, Partial<Member> & { ageMs?: number }]>([
    ['who is at another place', { duty: { status: 'on_scene', sinceMs: 0, checkedInAtMs: nowMs } }],
    ['who is off duty', { duty: { status: 'off_duty', sinceMs: 0 } }],
    ['whose phone is offline', { isConnected: false }],
    ['whose position is old', { ageMs: 10 * 60_000 }],
  ])('not the nearest %s, when another is not much farther', (_what, parts) => {
    expect(order([member('near', { ...parts, kmNorth: 1 }), member('other', { kmNorth: 3 })])).toEqual([
      'other',
      'near',
    ]);
  });

  test('not who has orders already', () => {
    expect(order([member('near'), member('other', { kmNorth: 3 })], { near: 1 })).toEqual(['other', 'near']);
  });

  test('who has the skill that is wanted, however it was typed, before who is nearer', () => {
    const ranked = rankMembers({
      members: [
        member('near'),
        member('sampler', { kmNorth: 9, skills: ['特种设备', 'ＡＥＤ '] }),
        member('off', { skills: ['aed'], duty: { status: 'off_duty', sinceMs: 0 } }),
      ],
      place,
      loadOf: () => 0,
      skill: 'AED',
      nowMs,
    });
    expect(ranked.map(({ memberId, reasons }) => [memberId, reasons])).toEqual([
      ['sampler', ['has_skill', 'free']],
      ['near', ['lacks_skill', 'free', 'near']],
      ['off', ['off_duty', 'has_skill', 'near']],
    ]);
  });

  test('without a wanted skill nobody is preferred or judged by what they can do', () => {
    const [first] = rankMembers({
      members: [member('far', { kmNorth: 3, skills: ['AED'] }), member('near')],
      place,
      loadOf: () => 0,
      nowMs,
    });
    expect(first).toMatchObject({ memberId: 'near', reasons: ['free', 'near'] });
  });

  test('a skill does not make up for a phone that is offline', () => {
    const ranked = rankMembers({
      members: [member('skilled', { isConnected: false, skills: ['采样'] }), member('other')],
      place,
      loadOf: () => 0,
      skill: '采样',
      nowMs,
    });
    expect(ranked.map(({ memberId }) => memberId)).toEqual(['other', 'skilled']);
  });

  test('who is far and free goes before nobody: everybody is in the list, with why', () => {
    const [first] = rankMembers({
      members: [member('far', { kmNorth: 20, isConnected: false })],
      place,
      loadOf: () => 0,
      nowMs,
    });
    expect(first).toMatchObject({ memberId: 'far', reasons: ['offline', 'far', 'free'] });
    expect(first?.distanceM).toBeCloseTo(20_000, -2);
  });

  test('without a place, by what is known of the members', () => {
    const ranked = rankMembers({
      members: [member('b', { isConnected: false }), member('a')],
      place: undefined,
      loadOf: () => 0,
      nowMs,
    });
    expect(ranked.map(({ memberId, distanceM: away }) => [memberId, away])).toEqual([
      ['a', undefined],
      ['b', undefined],
    ]);
  });
});
