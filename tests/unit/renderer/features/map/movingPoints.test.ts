import { describe, expect, it } from 'vitest';
import { MovingPoints, type MovingPoint } from '../../../../../src-renderer/features/map/movingPoints.ts';

function squad(changes: Partial<MovingPoint> = {}): MovingPoint {
  return { id: 'w', longitude: 114.3, latitude: 29.84, label: '温泉中队', atMs: 0, stale: false, ...changes };
}

function placeAt(points: MovingPoints, nowMs: number): [number, number] | undefined {
  const [first] = [...points.drawnAt(nowMs)];
  return first && [first.longitude, first.latitude];
}

describe('moving points', () => {
  it('stand where they are first heard of', () => {
    const points = new MovingPoints();
    points.take([squad()], 500);
    expect(placeAt(points, 500)).toEqual([114.3, 29.84]);
    expect(points.isMoving(500)).toBe(false);
  });

  it('glide to a new place for a moment, and no further', () => {
    const points = new MovingPoints();
    points.take([squad()], 500);
    points.take([squad({ longitude: 114.302, atMs: 1_000 })], 1_500);
    expect(placeAt(points, 1_625)?.[0]).toBeCloseTo(114.301, 6);
    expect(points.isMoving(1_749)).toBe(true);
    expect(placeAt(points, 1_750)).toEqual([114.302, 29.84]);
    expect(placeAt(points, 9_000)).toEqual([114.302, 29.84]);
    expect(points.isMoving(1_750)).toBe(false);
  });

  it('go on from where they are seen when a report comes early', () => {
    const points = new MovingPoints();
    points.take([squad()], 0);
    points.take([squad({ longitude: 114.302, atMs: 1_000 })], 1_000);
    points.take([squad({ longitude: 114.304, atMs: 1_125 })], 1_125);
    expect(placeAt(points, 1_125)?.[0]).toBeCloseTo(114.301, 6);
  });

  it('do not crawl over the map after a long silence', () => {
    const points = new MovingPoints();
    points.take([squad()], 0);
    points.take([squad({ longitude: 114.302, atMs: 600_000 })], 600_000);
    expect(placeAt(points, 600_250)).toEqual([114.302, 29.84]);
  });

  it('jump when they are suddenly far away', () => {
    const points = new MovingPoints();
    points.take([squad()], 0);
    points.take([squad({ latitude: 29.9, atMs: 1_000 })], 1_000);
    expect(placeAt(points, 1_000)).toEqual([114.3, 29.9]);
  });

  it('are gone when they are not among those taken, and say when something was taken', () => {
    const points = new MovingPoints();
    let notified = 0;
    const stop = points.onTaken(() => (notified += 1));
    points.take([squad(), squad({ id: 'x' })], 0);
    points.take([squad()], 1_000);
    expect([...points.drawnAt(1_000)].map(({ point }) => point.id)).toEqual(['w']);
    stop();
    points.take([], 2_000);
    expect(notified).toBe(2);
    expect(points.size).toBe(0);
  });

  it('keep gliding when only their words change', () => {
    const points = new MovingPoints();
    points.take([squad()], 0);
    points.take([squad({ longitude: 114.302, atMs: 1_000 })], 1_000);
    points.take([squad({ longitude: 114.302, atMs: 1_000, stale: true })], 1_125);
    expect(placeAt(points, 1_125)?.[0]).toBeCloseTo(114.301, 6);
    expect([...points.drawnAt(1_125)][0]?.point.stale).toBe(true);
  });
});
