import { describe, expect, it } from 'vitest';
import { laneMarks } from '../../../../src-shared/timeline/laneMarks.ts';
import { timelineLanes, type TimelineEvent } from '../../../../src-shared/timeline/timeline.protocol.ts';
import { compareEvents, lastIndexAt, nearestEvent } from '../../../../src-shared/timeline/timelineOrder.ts';
import { trackMap } from '../../../../src-shared/timeline/trackMap.ts';
import fc from '../../../support/properties.ts';

const eventArbitrary = fc.record({
  eventId: fc.string({ minLength: 1, maxLength: 4 }),
  lane: fc.constantFrom(...timelineLanes),
  what: fc.constant('accepted'),
  atMs: fc.integer({ min: 0, max: 20 }),
});

describe('the order of a timeline', () => {
  it('is total: however the events come, they are sorted the same', () => {
    const ids = { selector: ({ eventId }: { eventId: string }) => eventId };
    fc.assert(
      fc.property(fc.uniqueArray(eventArbitrary, ids), (events) => {
        const sorted = events.toSorted(compareEvents);
        expect(events.toReversed().sort(compareEvents)).toEqual(sorted);
        for (const [index, event] of sorted.entries()) {
          const next = sorted[index + 1];
          if (next !== undefined) expect(event.atMs).toBeLessThanOrEqual(next.atMs);
        }
      }),
    );
  });

  it('finds the last event at a moment and the nearest one as a search through all of them does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 })),
        fc.integer({ min: -5, max: 55 }),
        (times, atMs) => {
          const events = times.toSorted((a, b) => a - b).map((time) => ({ atMs: time }));
          expect(lastIndexAt(events, atMs)).toBe(events.findLastIndex((event) => event.atMs <= atMs));
          const distances = events.map((event) => Math.abs(event.atMs - atMs));
          const nearest = nearestEvent(events, atMs);
          if (events.length === 0) expect(nearest).toBeUndefined();
          else expect(Math.abs((nearest?.atMs ?? Infinity) - atMs)).toBe(Math.min(...distances));
        },
      ),
    );
  });
});

describe('the marks of the lanes', () => {
  const events = Array.from({ length: 10_000 }, (_, index): Pick<TimelineEvent, 'lane' | 'atMs'> => ({
    lane: index % 2 === 0 ? 'talk' : 'position',
    atMs: index,
  }));

  it('are no more than the lanes are wide, however many events there are', () => {
    const marks = laneMarks(events, { fromMs: 0, toMs: 10_000 }, 900);
    expect(marks.length).toBeLessThanOrEqual(2 * 901);
    expect(marks.length).toBeGreaterThan(400);
    for (const { x, width } of marks) expect(x + width).toBeLessThanOrEqual(903);
  });

  it('of what lasts are as long as it took, cut at the ends of what is shown', () => {
    const talk = { lane: 'talk' as const, atMs: -50, endedAtMs: 50 };
    expect(laneMarks([talk], { fromMs: 0, toMs: 100 }, 1_000)).toEqual([{ lane: 2, x: 0, width: 500 }]);
    expect(laneMarks([talk], { fromMs: 60, toMs: 100 }, 1_000)).toEqual([]);
  });
});

describe('the map of positions', () => {
  const at = (metresNorth: number, metresEast: number, atMs: number) => ({
    lane: 'position' as const,
    actor: 'ann',
    atMs,
    place: {
      latitude: 29.8 + metresNorth / 111_320,
      longitude: 114.3 + metresEast / (111_320 * Math.cos((29.8 * Math.PI) / 180)),
    },
  });

  it('shows all of them within its sides, north up, with a scale that is true', () => {
    const map = trackMap([at(0, 0, 1), at(3_000, 1_000, 2)], undefined, { width: 400, height: 300 });
    const [first, second] = map?.tracks[0]?.points ?? [];
    if (map === undefined || first === undefined || second === undefined) throw new Error('no map');
    for (const { x, y } of [first, second]) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(400);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(300);
    }
    expect(second.y).toBeLessThan(first.y);
    expect(second.x).toBeGreaterThan(first.x);
    const metresPerUnit = map.scale.metres / map.scale.width;
    expect((first.y - second.y) * metresPerUnit).toBeCloseTo(3_000, -1);
    expect((second.x - first.x) * metresPerUnit).toBeCloseTo(1_000, -1);
  });

  it('is none without a position and a place, and finite with a single one', () => {
    expect(trackMap([], undefined, { width: 400, height: 300 })).toBeUndefined();
    const map = trackMap([at(0, 0, 1)], undefined, { width: 400, height: 300 });
    expect(map?.tracks[0]?.points).toMatchObject([{ x: 200, y: 150 }]);
  });
});
