import { describe, expect, test } from 'vitest';
import { districts, type District } from '../../../../src-shared/cameras/cameras.protocol.ts';
import { rankMembers } from '../../../../src-shared/orders/orderRank.ts';
import { distanceM } from '../../../../src-shared/orders/straightLine.ts';
import { memberStatuses } from '../../../../src-shared/squads/memberStatus.ts';
import type { Member } from '../../../../src-shared/squads/squads.protocol.ts';
import fc from '../../../support/properties.ts';

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

describe('the home districts of squads', () => {
  const homes: Record<string, readonly District[]> = {
    home: ['通山县', '咸安区'],
    other: ['赤壁市'],
    none: [],
  };
  const ranked = (members: Member[], parts: Partial<Parameters<typeof rankMembers>[0]> = {}) =>
    rankMembers({
      members,
      place,
      loadOf: () => 0,
      district: '咸安区',
      homeOf: (squadId) => homes[squadId],
      nowMs,
      ...parts,
    });
  const three = (): Member[] => [
    member('a', { squadId: 'other' }),
    member('b', { squadId: 'none' }),
    member('c', { squadId: 'home' }),
    member('d', { squadId: 'removed' }),
  ];

  test('put who is of the district first, who is of another last, and between them who is of none', () => {
    expect(ranked(three()).map(({ memberId, reasons }) => [memberId, reasons])).toEqual([
      ['c', ['free', 'home_district', 'near']],
      ['b', ['free', 'near']],
      ['d', ['free', 'near']],
      ['a', ['other_district', 'free', 'near']],
    ]);
  });

  test('say nothing of an order whose district is not known', () => {
    const without = ranked(three(), { district: undefined });
    expect(without.map(({ memberId }) => memberId)).toEqual(['a', 'b', 'c', 'd']);
    expect(without.flatMap(({ reasons }) => reasons)).not.toContain('other_district');
  });

  test('are worth three kilometres, whatever else is the same of both', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 40, noNaN: true }),
        fc.double({ min: 0, max: 6, noNaN: true }),
        fc.constantFrom(...memberStatuses),
        fc.boolean(),
        fc.nat(3),
        (kmNorth, fartherKm, status, isConnected, load) => {
          fc.pre(Math.abs(fartherKm - 3) > 0.01);
          const same = { duty: { status, sinceMs: 0, checkedInAtMs: nowMs }, isConnected };
          const [first] = ranked(
            [
              member('a', { ...same, squadId: 'other', kmNorth }),
              member('z', { ...same, squadId: 'home', kmNorth: kmNorth + fartherKm }),
            ],
            { loadOf: () => load },
          );
          expect(first?.memberId).toBe(fartherKm < 3 ? 'z' : 'a');
        },
      ),
      { numRuns: 50 },
    );
  });

  test('do not make up for being far: who is on scene near by with that one order goes before the free from 17 km on', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1.99, noNaN: true }),
        fc.double({ min: 17, max: 80, noNaN: true }),
        (nearKm, farKm) => {
          const onScene = { status: 'on_scene', sinceMs: 0, checkedInAtMs: nowMs } as const;
          const [first] = ranked(
            [
              member('home', { squadId: 'home', kmNorth: farKm }),
              member('there', { squadId: 'other', duty: onScene, kmNorth: nearKm }),
            ],
            { loadOf: (memberId) => (memberId === 'there' ? 1 : 0) },
          );
          expect(first?.memberId).toBe('there');
        },
      ),
      { numRuns: 30 },
    );
  });

  test('leave one order of all members: everybody once, the same however they are listed, by cost', () => {
    const anyMember = fc.record({
      squadId: fc.constantFrom('home', 'other', 'none', 'removed'),
      name: fc.constantFrom('陈', '刘', '王'),
      status: fc.constantFrom(...memberStatuses),
      isConnected: fc.boolean(),
      kmNorth: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.array(anyMember, { maxLength: 25 }),
        fc.option(fc.constantFrom(...districts), { nil: undefined }),
        fc.infiniteStream(fc.nat(1_000)),
        (parts, district, shuffle) => {
          const members = parts.map(({ kmNorth, status, ...rest }, index): Member => {
            const { position, ...made } = member(`m${index}`, { kmNorth: kmNorth ?? 0, ...rest });
            const duty = { status, sinceMs: 0, checkedInAtMs: nowMs };
            return kmNorth === undefined || position === undefined
              ? { ...made, duty }
              : { ...made, duty, position };
          });
          const once = ranked(members, { district });
          expect(new Set(once.map(({ memberId }) => memberId)).size).toBe(members.length);
          const costs = once.map(({ cost }) => cost);
          expect(costs).toEqual(costs.toSorted((left, right) => left - right));
          const mixed = members
            .map((one) => ({ one, key: Number(shuffle.next().value) }))
            .toSorted((left, right) => left.key - right.key)
            .map(({ one }) => one);
          expect(ranked(mixed, { district })).toEqual(once);
        },
      ),
      { numRuns: 40 },
    );
  });
});
