import fc from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { mayChangeStatus } from '../../../../src-shared/squads/memberStatus.ts';
import { demoCity } from '../../../../src-sim/city/demoCity.ts';
import { demoSquads } from '../../../../src-sim/squads/demoSquads.ts';
import { headingBetween, metresBetween } from '../../../../src-sim/squads/ground.ts';
import { fastestKmh, patrolAt, slowestKmh } from '../../../../src-sim/squads/patrol.ts';
import { makeRounds } from '../../../../src-sim/squads/rounds.ts';
import { statusSteps } from '../../../../src-sim/squads/statusSteps.ts';
import { isWet } from '../../../../src-sim/squads/streets.ts';

const rtspUrl = 'rtsp://127.0.0.1';
const sitesOf = (sites: number) => demoCity({ sites, cameras: 0, seed: 715, rtspUrl }).sites;
const roundsOf = (sites: ReturnType<typeof sitesOf>) =>
  demoSquads.flatMap((squad, order) =>
    makeRounds(squad, sites, 715 + order).map((patrol) => ({ squad, patrol })),
  );
const nowMs = Date.UTC(2026, 10, 23, 9, 0, 0);

describe.each([
  ['30 sites', sitesOf(30)],
  ['1,500 sites', sitesOf(1_500)],
])('the rounds of the demo’s squads in a city of %s', (_name, sites) => {
  const rounds = roundsOf(sites);

  it('are the same at every start', () => {
    expect(roundsOf(sites)).toEqual(rounds);
  });

  it('are another one for each member', () => {
    const first = rounds.map(({ patrol }) => JSON.stringify(patrol.points));
    expect(new Set(first).size).toBe(rounds.length);
  });

  it('stay within some kilometres of the station, and on dry land', () => {
    for (const { squad, patrol } of rounds) {
      for (const point of patrol.points) expect(metresBetween(point, squad.station)).toBeLessThan(6_500);
      expect(patrol.points.filter(isWet)).toEqual([]);
    }
  });

  it('end where they begin', () => {
    for (const { patrol } of rounds) {
      const [first, last] = [patrol.points[0], patrol.points.at(-1)];
      if (first === undefined || last === undefined) throw new Error('a round has no points');
      expect(metresBetween(first, last)).toBeLessThan(1);
    }
  });

  it('are driven at the speeds of a town, and stand between', () => {
    for (const { patrol } of rounds) {
      for (let atMs = nowMs; atMs < nowMs + patrol.loopMs; atMs += 5_000) {
        const { isMoving, speedMps, headingDeg } = patrolAt(patrol, atMs);
        expect(headingDeg === undefined).toBe(!isMoving);
        if (!isMoving) expect(speedMps).toBe(0);
        else {
          expect(speedMps * 3.6).toBeGreaterThan(slowestKmh - 1);
          expect(speedMps * 3.6).toBeLessThan(fastestKmh + 1);
        }
      }
    }
  });

  it('have somebody on the move at any time', () => {
    for (let atMs = nowMs; atMs < nowMs + 3_600_000; atMs += 60_000) {
      expect(rounds.filter(({ patrol }) => patrolAt(patrol, atMs).isMoving).length).toBeGreaterThan(0);
    }
  });
});

describe('a moment of a round', () => {
  const [first] = roundsOf(sitesOf(30));
  if (first === undefined) throw new Error('there are no rounds');
  const { patrol } = first;

  it('is no further from the one before than the speed allows, whatever the time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 * patrol.loopMs }),
        fc.integer({ min: 1, max: 5_000 }),
        (afterMs, stepMs) => {
          const [one, other] = [
            patrolAt(patrol, nowMs + afterMs),
            patrolAt(patrol, nowMs + afterMs + stepMs),
          ];
          expect(metresBetween(one, other)).toBeLessThan(((fastestKmh + 1) / 3.6) * (stepMs / 1_000) + 0.5);
          expect(other.leg).toBeGreaterThanOrEqual(one.leg);
        },
      ),
    );
  });

  it('heads where it goes', () => {
    const movingAtMs = Array.from({ length: 600 }, (_unused, step) => nowMs + step * 2_000).find(
      (atMs) =>
        patrolAt(patrol, atMs).isMoving &&
        patrolAt(patrol, atMs).headingDeg === patrolAt(patrol, atMs + 500).headingDeg,
    );
    if (movingAtMs === undefined) throw new Error('nobody moves');
    const [one, other] = [patrolAt(patrol, movingAtMs), patrolAt(patrol, movingAtMs + 500)];
    expect(headingBetween(one, other)).toBeCloseTo(one.headingDeg ?? NaN, 0);
  });
});

describe('the way from one status to another', () => {
  it('is one that a member may go alone, and ends where it should', () => {
    for (const from of [
      'available',
      'dispatched',
      'en_route',
      'on_scene',
      'returning',
      'unavailable',
      'off_duty',
    ] as const) {
      for (const to of [
        'available',
        'en_route',
        'on_scene',
        'returning',
        'unavailable',
        'off_duty',
      ] as const) {
        const steps = statusSteps(from, to);
        expect(steps.at(-1) ?? from).toBe(to);
        [from, ...steps].reduce((before, after) => {
          expect(mayChangeStatus(before, after, 'member')).toBe(true);
          return after;
        });
      }
    }
  });

  it('goes on duty before it sets out', () => {
    expect(statusSteps('off_duty', 'en_route')).toEqual(['available', 'en_route']);
    expect(statusSteps('on_scene', 'en_route')).toEqual(['en_route']);
    expect(statusSteps('available', 'available')).toEqual([]);
  });

  it('never leads to what only the centre sets', () => {
    expect(statusSteps('available', 'dispatched')).toEqual([]);
  });
});
