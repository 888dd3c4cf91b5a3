import fc from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  HealthSchedule,
  type ProbeLimits,
  type ProbeOutcome,
  type ScheduledCamera,
} from '../../../../src-shared/cameras/healthSchedule.ts';

const limits: ProbeLimits = { intervalMs: 300_000, maxRunning: 24, maxPerSecond: 12, maxRunningPerHost: 0 };
const startMs = 1_700_000_000_000;

function camerasOf(
  count: number,
  hostOf: (index: number) => string = (index) => `10.0.0.${index}`,
): ScheduledCamera[] {
  return Array.from({ length: count }, (_unused, index) => ({
    cameraId: `camera-${index}`,
    host: hostOf(index),
  }));
}

interface Probe {
  cameraId: string;
  host: string;
  beganAtMs: number;
  endedAtMs: number;
}

/** Lets the schedule work for a while; a probe takes `probeMs` and comes to `outcome`. Ticks are 100 ms apart. */
function run(
  schedule: HealthSchedule,
  cameras: readonly ScheduledCamera[],
  options: {
    forMs: number;
    fromMs?: number;
    probeMs?: (cameraId: string, probes: number) => number;
    outcome?: (cameraId: string) => ProbeOutcome;
  },
): Probe[] {
  const { forMs, fromMs = startMs, probeMs = () => 1_800, outcome = () => 'seen' } = options;
  const hosts = new Map(cameras.map(({ cameraId, host }) => [cameraId, host]));
  const probes: Probe[] = [];
  let running: Probe[] = [];
  for (let now = fromMs; now < fromMs + forMs; now += 100) {
    for (const probe of running.filter(({ endedAtMs }) => endedAtMs <= now)) {
      schedule.ended(probe.cameraId);
      schedule.found(probe.cameraId, outcome(probe.cameraId), now);
    }
    running = running.filter(({ endedAtMs }) => endedAtMs > now);
    for (let id = schedule.next(now); id !== undefined; id = schedule.next(now)) {
      const probe = {
        cameraId: id,
        host: hosts.get(id) ?? '',
        beganAtMs: now,
        endedAtMs: now + probeMs(id, probes.length),
      };
      running.push(probe);
      probes.push(probe);
    }
  }
  return probes;
}

/** The longest time a camera went without a probe's end, from the start to the end of the run. */
function longestWaitMs(
  probes: readonly Probe[],
  cameraIds: readonly string[],
  fromMs: number,
  untilMs: number,
): number {
  const last = new Map(cameraIds.map((cameraId) => [cameraId, fromMs]));
  let longest = 0;
  for (const { cameraId, endedAtMs } of [...probes].sort((left, right) => left.endedAtMs - right.endedAtMs)) {
    if (endedAtMs > untilMs) continue;
    longest = Math.max(longest, endedAtMs - (last.get(cameraId) ?? fromMs));
    last.set(cameraId, endedAtMs);
  }
  for (const atMs of last.values()) longest = Math.max(longest, untilMs - atMs);
  return longest;
}

function mostAtOnce(probes: readonly Probe[]): number {
  const changes = probes.flatMap(({ beganAtMs, endedAtMs }) => [
    { atMs: beganAtMs, by: 1 },
    { atMs: endedAtMs, by: -1 },
  ]);
  changes.sort((left, right) => left.atMs - right.atMs || left.by - right.by);
  let running = 0;
  let most = 0;
  for (const { by } of changes) {
    running += by;
    most = Math.max(most, running);
  }
  return most;
}

function mostWithinASecond(probes: readonly Probe[]): number {
  const begins = probes.map(({ beganAtMs }) => beganAtMs);
  return Math.max(
    0,
    ...begins.map((atMs) => begins.filter((other) => other >= atMs && other < atMs + 1_000).length),
  );
}

describe('probes 2,200 cameras', () => {
  const cameras = camerasOf(2_200, (index) => `recorder-${Math.floor(index / 16)}`);

  it('come to each within 5 minutes, round after round', () => {
    const schedule = new HealthSchedule(limits);
    schedule.setCameras(cameras, startMs);
    const forMs = 1_800_000;
    const probes = run(schedule, cameras, { forMs });
    const ids = cameras.map(({ cameraId }) => cameraId);
    expect(longestWaitMs(probes, ids, startMs, startMs + forMs)).toBeLessThanOrEqual(300_000);
    expect(mostAtOnce(probes)).toBeLessThanOrEqual(24);
  });

  it('are spread evenly once every camera was seen', () => {
    const schedule = new HealthSchedule(limits);
    schedule.setCameras(cameras, startMs);
    run(schedule, cameras, { forMs: 900_000 });
    const probes = run(schedule, cameras, { fromMs: startMs + 900_000, forMs: 600_000 });
    const perHalfMinute = Array.from({ length: 20 }, (_unused, index) => {
      const fromMs = startMs + 900_000 + index * 30_000;
      return probes.filter(({ beganAtMs }) => beganAtMs >= fromMs && beganAtMs < fromMs + 30_000).length;
    });
    // 2,200 in 270 s are 244 in half a minute.
    expect(Math.min(...perHalfMinute)).toBeGreaterThan(150);
    expect(Math.max(...perHalfMinute)).toBeLessThan(340);
  });

  it('come to each within 5 minutes also when all lie behind one address', () => {
    const behindOne = camerasOf(2_200, () => 'gateway');
    const schedule = new HealthSchedule(limits);
    schedule.setCameras(behindOne, startMs);
    const probes = run(schedule, behindOne, { forMs: 1_200_000 });
    const ids = behindOne.map(({ cameraId }) => cameraId);
    expect(longestWaitMs(probes, ids, startMs, startMs + 1_200_000)).toBeLessThanOrEqual(300_000);
  });

  it('after a restart are spread over the interval, those out of order within a minute', () => {
    const remembered = cameras.map((camera, index) => ({
      ...camera,
      lastProbeAtMs: startMs - 3_600_000,
      isFailing: index < 40,
    }));
    const schedule = new HealthSchedule(limits);
    schedule.setCameras(remembered, startMs);
    const probes = run(schedule, cameras, { forMs: 300_000 });
    const firstMinute = probes.filter(({ beganAtMs }) => beganAtMs < startMs + 60_000);
    const isFailing = ({ cameraId }: Probe): boolean => Number(cameraId.slice('camera-'.length)) < 40;
    expect(new Set(firstMinute.filter(isFailing).map(({ cameraId }) => cameraId)).size).toBeGreaterThan(35);
    expect(firstMinute.length).toBeLessThan(700);
    expect(new Set(probes.map(({ cameraId }) => cameraId)).size).toBe(2_200);
  });
});

describe('whatever the cameras and the limits', () => {
  const anyLimits = fc.record({
    intervalMs: fc.integer({ min: 10_000, max: 300_000 }),
    maxRunning: fc.integer({ min: 1, max: 12 }),
    maxPerSecond: fc.integer({ min: 1, max: 12 }),
    maxRunningPerHost: fc.integer({ min: 1, max: 4 }),
  });
  const outcomes: ProbeOutcome[] = ['seen', 'failed', 'refused'];

  it('there are never more probes once, in a second or at one address than set', () => {
    fc.assert(
      fc.property(
        anyLimits,
        fc.integer({ min: 0, max: 80 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 100, max: 9_000 }),
        (set, count, hosts, probeMs) => {
          const cameras = camerasOf(count, (index) => `host-${index % hosts}`);
          const schedule = new HealthSchedule(set);
          schedule.setCameras(cameras, startMs);
          const probes = run(schedule, cameras, {
            forMs: 60_000,
            probeMs: (_cameraId, number) => 100 + ((number * 977) % probeMs),
            outcome: (cameraId) => outcomes[cameraId.length % 3] ?? 'seen',
          });
          expect(mostAtOnce(probes)).toBeLessThanOrEqual(set.maxRunning);
          expect(mostWithinASecond(probes)).toBeLessThanOrEqual(set.maxPerSecond);
          for (let host = 0; host < hosts; host += 1) {
            const atHost = probes.filter((probe) => probe.host === `host-${host}`);
            expect(mostAtOnce(atHost)).toBeLessThanOrEqual(set.maxRunningPerHost);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('every camera is probed within the interval where the limits suffice, and failing ones too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 200, max: 2_000 }),
        fc.constantFrom<ProbeOutcome>(...outcomes),
        (count, hosts, probeMs, outcome) => {
          const cameras = camerasOf(count, (index) => `host-${index % hosts}`);
          const set = { intervalMs: 60_000, maxRunning: 12, maxPerSecond: 12, maxRunningPerHost: 0 };
          const schedule = new HealthSchedule(set);
          schedule.setCameras(cameras, startMs);
          const probes = run(schedule, cameras, {
            forMs: 300_000,
            probeMs: () => probeMs,
            outcome: () => outcome,
          });
          const ids = cameras.map(({ cameraId }) => cameraId);
          expect(longestWaitMs(probes, ids, startMs, startMs + 300_000)).toBeLessThanOrEqual(60_000);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('the same calls give the same probes', () => {
    const probesOf = (): Probe[] => {
      const cameras = camerasOf(50);
      const schedule = new HealthSchedule(limits);
      schedule.setCameras(cameras, startMs);
      return run(schedule, cameras, { forMs: 600_000 });
    };
    expect(probesOf()).toEqual(probesOf());
  });
});

describe('the next probe a camera', () => {
  const one = camerasOf(1);
  const scheduleOfOne = (): HealthSchedule => {
    const schedule = new HealthSchedule(limits);
    schedule.setCameras(one, startMs);
    return schedule;
  };

  it('comes sooner after a failure, then less and less soon, but always within the interval', () => {
    const probes = run(scheduleOfOne(), one, {
      forMs: 1_500_000,
      probeMs: () => 100,
      outcome: () => 'failed',
    });
    const gaps = probes.slice(1).map((probe, index) => probe.beganAtMs - (probes[index]?.endedAtMs ?? 0));
    expect(gaps.slice(0, 5)).toEqual([15_000, 30_000, 60_000, 120_000, 240_000]);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(270_000);
  });

  it('does not come soon after a refusal: accounts are locked by passwords tried often', () => {
    const probes = run(scheduleOfOne(), one, {
      forMs: 1_200_000,
      probeMs: () => 100,
      outcome: () => 'refused',
    });
    const gaps = probes.slice(2).map((probe, index) => probe.beganAtMs - (probes[index + 1]?.beganAtMs ?? 0));
    expect(gaps.length).toBeGreaterThan(1);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(270_000);
  });

  it('is put off while somebody watches', () => {
    const schedule = scheduleOfOne();
    for (let now = startMs; now < startMs + 3_600_000; now += 60_000) {
      schedule.found('camera-0', 'seen', now);
      if (now > startMs) expect(schedule.next(now + 1)).toBeUndefined();
    }
  });

  it('comes at once when its address changed', () => {
    const schedule = scheduleOfOne();
    schedule.found('camera-0', 'seen', startMs);
    expect(schedule.next(startMs + 1)).toBeUndefined();
    schedule.probeSoon('camera-0', startMs + 1);
    expect(schedule.next(startMs + 1)).toBe('camera-0');
  });

  it('is not lost when the clock is set back an hour', () => {
    const schedule = scheduleOfOne();
    run(schedule, one, { forMs: 600_000 });
    const backMs = startMs + 600_000 - 3_600_000;
    expect(run(schedule, one, { fromMs: backMs, forMs: 300_000 }).length).toBeGreaterThanOrEqual(1);
  });

  it('never comes for a removed camera, whose running probe frees its place', () => {
    const schedule = new HealthSchedule({ ...limits, maxRunning: 1 });
    schedule.setCameras(camerasOf(2), startMs);
    expect(schedule.next(startMs)).toBe('camera-0');
    schedule.setCameras([{ cameraId: 'camera-1', host: 'b' }], startMs);
    expect(schedule.next(startMs + 1_000)).toBe('camera-1');
    schedule.ended('camera-0');
    schedule.found('camera-0', 'seen', startMs + 2_000);
    expect(schedule.running).toBe(1);
  });

  it('nobody is probed where no probe is allowed', () => {
    const schedule = new HealthSchedule({ ...limits, maxRunning: 0 });
    schedule.setCameras(camerasOf(3), startMs);
    expect(schedule.next(startMs)).toBeUndefined();
  });
});
