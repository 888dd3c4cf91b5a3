import fc from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  decodeLimits,
  fullDecodeBudget,
  qualityLevelOf,
  qualityLevels,
  transitionDecodeBudget,
  type DecodeBudgetState,
} from '../../../../src-shared/wall/decodeBudget.ts';
import { worstMeasurement, type DecodeMeasurement } from '../../../../src-shared/wall/decodeMeasurement.ts';

const secondMs = 1_000;
const hourMs = 3_600_000;

describe('a screen that keeps up', () => {
  it('gets everything', () => {
    const run = new BudgetRun().measure(measurement(), 600);
    expect(qualityLevelOf(run.state)).toMatchObject({ name: 'full', liveShare: 1 });
    expect(run.changes).toEqual([]);
  });

  it('is not blamed for a camera that sends less', () => {
    const run = new BudgetRun().measure(measurement({ framesExpected: 40, framesPresented: 40 }), 60);
    expect(run.changes).toEqual([]);
  });

  it('is not judged while it shows nothing', () => {
    const nothing = measurement({ tilesShown: 0, framesExpected: 0, framesPresented: 0, decodeMs: 500 });
    expect(new BudgetRun().measure(nothing, 60).changes).toEqual([]);
  });

  it('is not judged by one bad second', () => {
    const run = new BudgetRun().measure(measurement(), 10);
    for (let times = 0; times < 20; times += 1) run.measure(dropping(), 1).measure(measurement(), 3);
    expect(run.changes).toEqual([]);
  });
});

describe('a screen that drops frames', () => {
  it('is degraded step by step, each step given time to work, and stays at the last', () => {
    const run = new BudgetRun().measure(dropping(), 120);
    expect(run.changes.map(({ level }) => qualityLevels[level]!.name)).toEqual([
      'fewerMains',
      'subOnly',
      'halfRate',
      'fewerTiles',
      'fewestTiles',
    ]);
    const times = run.changes.map(({ atMs }) => atMs);
    expect(times[0]).toBeLessThanOrEqual(decodeLimits.settleMs + 2 * secondMs);
    for (let index = 1; index < times.length; index += 1) {
      expect(times[index]! - times[index - 1]!).toBeGreaterThanOrEqual(decodeLimits.settleMs);
    }
  });

  it.each([
    ['dropped', { framesDropped: 30 }, 0.1, 0.05],
    ['notPresented', { framesPresented: 240 }, 0.8, 0.9],
    ['fallingBehind', { behindShare: 0.25 }, 0.25, 0.1],
    ['pageFrames', { pageMissingShare: 0.4 }, 0.4, 0.2],
  ] as const)('says why: %s', (cause, changes, value, limit) => {
    const run = new BudgetRun().measure(measurement(changes), 6);
    expect(run.state.reason).toEqual({ cause, value, limit });
    expect(run.state.level).toBe(1);
  });

  it('gets everything back within seconds of losing nothing, and says so', () => {
    const run = new BudgetRun().measure(dropping(), 60);
    expect(run.state.level).toBe(5);
    run.measure(measurement(), 5);
    expect(run.state.level).toBe(5);
    run.measure(measurement(), 5);
    expect(run.state.level).toBe(0);
    expect(run.state.reason).toMatchObject({ cause: 'recovered', limit: decodeLimits.firstRecoverMs });
  });

  it('gets the level back that held before, at once, when that was too much', () => {
    const run = new BudgetRun().measure(dropping(), 30);
    const held = run.state.level;
    expect(held).toBeGreaterThan(2);
    while (run.state.level === held) run.measure(measurement(), 1);
    expect(run.state.level).toBe(0);
    const givenBackAtMs = run.nowMs;
    while (run.state.level === 0) run.measure(dropping(), 1);
    expect(run.state.level).toBe(held);
    expect(run.nowMs - givenBackAtMs).toBeLessThanOrEqual(decodeLimits.settleMs + 2 * secondMs);
    while (run.state.level === held) run.measure(measurement(), 1);
    expect(run.state.level).toBe(held - 1);
  });

  it('gets everything back where it shows no pictures any more: none are lost', () => {
    const nothing = measurement({ tilesShown: 0, framesExpected: 0, framesPresented: 0 });
    expect(new BudgetRun().measure(dropping(), 20).measure(nothing, 10).state.level).toBe(0);
  });

  it('gets nothing back while it is neither good nor bad', () => {
    const fair = measurement({ framesDropped: 9, framesPresented: 285 });
    expect(new BudgetRun().measure(dropping(), 6).measure(fair, 600).state.level).toBe(1);
  });

  it('gets nothing back for a silence', () => {
    const run = new BudgetRun().measure(dropping(), 6).measure(measurement(), 4);
    run.nowMs += hourMs;
    run.measure(measurement(), 5);
    expect(run.state.level).toBe(1);
    run.measure(measurement(), 1);
    expect(run.state.level).toBe(0);
  });

  it('waits twice as long after each failure, until what was given back has held', () => {
    const run = new BudgetRun().measure(dropping(), 6);
    const waits: number[] = [];
    for (let times = 0; times < 4; times += 1) {
      waits.push(run.state.recoverMs);
      while (run.state.level === 1) run.measure(measurement(), 1);
      while (run.state.level === 0) run.measure(dropping(), 1);
    }
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000]);
    while (run.state.level === 1) run.measure(measurement(), 1);
    run.measure(measurement(), 299);
    expect(run.state.recoverMs).toBe(80_000);
    run.measure(measurement(), 2);
    expect(run.state.recoverMs).toBe(5_000);
  });

  it('starts counting failures again with another layout', () => {
    const run = new BudgetRun().measure(dropping(), 6);
    while (run.state.level === 1) run.measure(measurement(), 1);
    while (run.state.level === 0) run.measure(dropping(), 1);
    expect(run.state.recoverMs).toBe(10_000);
    const changed = transitionDecodeBudget(run.state, { type: 'loadChanged' }, run.nowMs);
    expect(changed).toMatchObject({ level: 1, recoverMs: 5_000 });
  });
});

describe('a screen whose tiles are small', () => {
  const names = (mains: number): string[] => {
    let state = fullDecodeBudget(0);
    const seen: string[] = [];
    for (let second = 1; second <= 60; second += 1) {
      const event = { type: 'measured', measurement: dropping(), load: { tiles: 16, mains } } as const;
      state = transitionDecodeBudget(state, event, second * secondMs);
      if (seen.at(-1) !== qualityLevelOf(state).name) seen.push(qualityLevelOf(state).name);
    }
    return seen;
  };

  it('is not degraded by levels that would take nothing from it', () => {
    expect(names(0)).toEqual(['full', 'halfRate', 'fewerTiles', 'fewestTiles']);
    expect(names(1)).toEqual(['full', 'subOnly', 'halfRate', 'fewerTiles', 'fewestTiles']);
    expect(names(4)).toEqual(['full', 'fewerMains', 'subOnly', 'halfRate', 'fewerTiles', 'fewestTiles']);
  });

  it('gets everything back in one step when the levels between would give nothing', () => {
    let state = { ...fullDecodeBudget(0), level: 3 };
    for (let second = 1; second <= 40; second += 1) {
      const event = { type: 'measured', measurement: measurement(), load: { tiles: 16, mains: 0 } } as const;
      state = transitionDecodeBudget(state, event, second * secondMs);
    }
    expect(qualityLevelOf(state).name).toBe('full');
  });

  it('is not degraded further when no lower level reduces the load', () => {
    let state: DecodeBudgetState = fullDecodeBudget(0);
    for (let second = 1; second <= 60; second += 1) {
      const event = { type: 'measured', measurement: dropping(), load: { tiles: 1, mains: 0 } } as const;
      state = transitionDecodeBudget(state, event, second * secondMs);
    }
    expect(state.level).toBe(0);
  });
});

describe('several surfaces of one screen', () => {
  it('are judged by the one that is furthest from keeping up', () => {
    const slow = measurement({ pageMissingShare: 0.3 });
    expect(worstMeasurement([measurement(), dropping(), slow])).toEqual(dropping());
    expect(worstMeasurement([measurement(), slow])).toEqual(slow);
    expect(worstMeasurement([])).toBeUndefined();
  });

  it('are not judged by one that shows nothing', () => {
    const nothing = measurement({ tilesShown: 0, framesExpected: 0, decodeMs: 900 });
    expect(worstMeasurement([nothing, measurement()])).toEqual(measurement());
  });
});

describe('a screen whose power does not change', () => {
  /** What each level asks of the screen, in parts of what the full picture asks. */
  const loads = [1, 0.8, 0.55, 0.35, 0.2, 0.1];
  const anyScreen = fc.record({
    power: fc.double({ min: 0.05, max: 1.2, noNaN: true }),
    everyMs: fc.integer({ min: 500, max: 3_000 }),
  });

  it('settles: it is degraded as far as needed and no further, and tried again ever more rarely', () => {
    let tried = 0;
    fc.assert(
      fc.property(anyScreen, ({ power, everyMs }) => {
        const run = new BudgetRun();
        const fits = loads.findIndex((load) => 1 - power / load <= decodeLimits.bad.dropped);
        const needed = fits === -1 ? qualityLevels.length - 1 : fits;
        while (run.nowMs < 8 * hourMs) run.measureOnce(underLoad(loads[run.state.level]! / power), everyMs);
        expect(Math.abs(run.state.level - needed)).toBeLessThanOrEqual(1);
        expect(Math.max(0, ...run.changes.map(({ level }) => level))).toBe(needed);
        const failures = run.changes
          .filter(({ level }, index) => level < (run.changes[index - 1]?.level ?? 0))
          .map(({ atMs }) => atMs);
        expect(failures.length).toBeLessThanOrEqual(18);
        const gaps = failures.slice(1).map((atMs, index) => atMs - failures[index]!);
        for (let index = 1; index < gaps.length; index += 1) {
          const longest = gaps[index - 1]! >= decodeLimits.longestRecoverMs;
          expect(gaps[index]! > gaps[index - 1]! * 1.25 || longest).toBe(true);
          tried += 1;
        }
      }),
      { numRuns: 60, seed: 1 },
    );
    expect(tried).toBeGreaterThan(50);
  });

  it('goes only one way while the same is measured', () => {
    const anyMeasurement = fc.record({
      tilesShown: fc.integer({ min: 0, max: 64 }),
      framesExpected: fc.integer({ min: 0, max: 900 }),
      framesPresented: fc.integer({ min: 0, max: 900 }),
      framesDropped: fc.integer({ min: 0, max: 200 }),
      framesLate: fc.integer({ min: 0, max: 200 }),
      decodeMs: fc.integer({ min: 0, max: 120 }),
    });
    fc.assert(
      fc.property(anyMeasurement, fc.integer({ min: 0, max: qualityLevels.length - 1 }), (one, level) => {
        const run = new BudgetRun({ ...fullDecodeBudget(0), level });
        run.measure(one, 300);
        const levels = [level, ...run.changes.map((change) => change.level)];
        const sorted = [...levels].sort((left, right) => left - right);
        expect([sorted, [...sorted].reverse()]).toContainEqual(levels);
      }),
      { numRuns: 200, seed: 2 },
    );
  });
});

describe('a screen, whatever its measurements are otherwise', () => {
  const latency = {
    framesLate: fc.integer({ min: 0, max: 900 }),
    decodeMs: fc.integer({ min: 0, max: 5_000 }),
  };
  /** Nothing is lost, however late, slow, few or uneven the pictures are. */
  const lossless = fc
    .record({
      tilesShown: fc.integer({ min: 0, max: 64 }),
      framesPerTile: fc.constantFrom(0, 0.2, 0.5, 1, 5, 15, 25),
      onTheWay: fc.double({ min: 0, max: 0.5, noNaN: true }),
      behindShare: fc.option(fc.double({ min: 0, max: 0.04, noNaN: true }), { nil: undefined }),
      pageMissingShare: fc.option(fc.double({ min: 0, max: 0.09, noNaN: true }), { nil: undefined }),
      ...latency,
    })
    .map(({ tilesShown, framesPerTile, onTheWay, behindShare, pageMissingShare, ...rest }) => ({
      tilesShown,
      framesExpected: tilesShown * framesPerTile,
      // Of a camera with a picture a second, one may just be on its way.
      framesPresented: tilesShown * Math.max(0, framesPerTile - Math.min(onTheWay, framesPerTile)),
      framesDropped: 0,
      ...(behindShare === undefined ? {} : { behindShare }),
      ...(pageMissingShare === undefined ? {} : { pageMissingShare }),
      ...rest,
    }));
  /** Something is lost that is seen. */
  const losing = fc
    .record({
      tilesShown: fc.integer({ min: 1, max: 64 }),
      by: fc.constantFrom('dropped', 'notPresented', 'fallingBehind', 'pageFrames'),
      share: fc.double({ min: 0.25, max: 1, noNaN: true }),
      ...latency,
    })
    .map(({ tilesShown, by, share, ...rest }): DecodeMeasurement => {
      const framesExpected = tilesShown * 15;
      const lost = framesExpected * share;
      return {
        tilesShown,
        framesExpected,
        framesPresented: framesExpected - (by === 'notPresented' || by === 'dropped' ? lost : 0),
        framesDropped: by === 'dropped' ? lost : 0,
        ...(by === 'fallingBehind' ? { behindShare: share } : {}),
        ...(by === 'pageFrames' ? { pageMissingShare: share } : {}),
        ...rest,
      };
    });
  const sequenceOf = (one: fc.Arbitrary<DecodeMeasurement>, most: number) =>
    fc.array(one, { minLength: 1, maxLength: most });
  const everyMs = fc.integer({ min: 500, max: 2_500 });

  it('never loses quality while it loses no picture', () => {
    fc.assert(
      fc.property(sequenceOf(lossless, 200), everyMs, (sequence, stepMs) => {
        const run = new BudgetRun();
        for (const one of sequence) run.measureOnce(one, stepMs);
        expect(run.changes).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('is degraded within seconds when it always loses, whatever held before', () => {
    fc.assert(
      fc.property(sequenceOf(lossless, 40), sequenceOf(losing, 10), everyMs, (before, losses, stepMs) => {
        const run = new BudgetRun();
        for (const one of before) run.measureOnce(one, stepMs);
        const sinceMs = run.nowMs;
        for (let index = 0; run.state.level === 0; index += 1) {
          run.measureOnce(losses[index % losses.length]!, stepMs);
          expect(run.nowMs - sinceMs).toBeLessThanOrEqual(decodeLimits.settleMs + 3 * stepMs);
        }
        expect(qualityLevels[run.state.level]!.name).not.toBe('full');
        expect(['dropped', 'notPresented', 'fallingBehind', 'pageFrames']).toContain(run.state.reason.cause);
      }),
      { numRuns: 300 },
    );
  });

  it('gets everything back within ten seconds of losing nothing, after the first time it lost', () => {
    fc.assert(
      fc.property(sequenceOf(losing, 30), sequenceOf(lossless, 30), everyMs, (losses, after, stepMs) => {
        const run = new BudgetRun();
        for (const one of losses) run.measureOnce(one, stepMs);
        const sinceMs = run.nowMs;
        for (let index = 0; run.state.level > 0; index += 1) {
          run.measureOnce(after[index % after.length]!, stepMs);
          expect(run.nowMs - sinceMs).toBeLessThanOrEqual(
            decodeLimits.settleMs + decodeLimits.firstRecoverMs + 2 * stepMs,
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does not swing with losses that come and go, however long each lasts', () => {
    const spell = fc.record({
      lossSteps: fc.integer({ min: 2, max: 60 }),
      goodSteps: fc.integer({ min: 2, max: 60 }),
    });
    fc.assert(
      fc.property(spell, ({ lossSteps, goodSteps }) => {
        const run = new BudgetRun();
        while (run.nowMs < 8 * hourMs) {
          // A degraded screen loses nothing: the loss is of what is given back.
          for (let step = 0; step < lossSteps; step += 1)
            run.measureOnce(run.state.level === 0 ? dropping() : measurement(), 2 * secondMs);
          run.measure(measurement(), 2 * goodSteps);
        }
        // Two changes each time it is tried, and it is tried after 5, 10, 20 … 3,600 s.
        expect(run.changes.length).toBeLessThanOrEqual(60);
      }),
      { numRuns: 40 },
    );
  });
});

it('leaves out more with every level', () => {
  for (let level = 1; level < qualityLevels.length; level += 1) {
    const [less, more] = [qualityLevels[level - 1]!, qualityLevels[level]!];
    expect(more.maxMains).toBeLessThanOrEqual(less.maxMains);
    expect(more.liveShare).toBeLessThanOrEqual(less.liveShare);
    expect({ ...more, name: less.name }).not.toEqual(less);
  }
});

it('is plain JSON', () => {
  const { state } = new BudgetRun().measure(dropping(), 6).measure(measurement(), 3);
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
});

/** A budget with a screen that measures once a second. */
class BudgetRun {
  state: DecodeBudgetState;
  nowMs = 0;
  readonly changes: { atMs: number; level: number }[] = [];

  constructor(state = fullDecodeBudget(0)) {
    this.state = state;
  }

  measure(one: DecodeMeasurement, times: number): this {
    for (let index = 0; index < times; index += 1) this.measureOnce(one, secondMs);
    return this;
  }

  measureOnce(one: DecodeMeasurement, everyMs: number): void {
    this.nowMs += everyMs;
    const { level } = this.state;
    this.state = transitionDecodeBudget(this.state, { type: 'measured', measurement: one }, this.nowMs);
    if (this.state.level !== level) this.changes.push({ atMs: this.nowMs, level: this.state.level });
  }
}

/** 20 tiles of 15 frames a second, all in time. */
function measurement(changes: Partial<DecodeMeasurement> = {}): DecodeMeasurement {
  return {
    tilesShown: 20,
    framesExpected: 300,
    framesPresented: 300,
    framesDropped: 0,
    framesLate: 0,
    decodeMs: 5,
    ...changes,
  };
}

function dropping(): DecodeMeasurement {
  return measurement({ framesPresented: 200, framesDropped: 100 });
}

/** What a screen measures that is asked for so many times what it can do. */
function underLoad(load: number): DecodeMeasurement {
  const shown = Math.min(1, 1 / load);
  return measurement({ framesPresented: 300 * shown, framesDropped: 300 * (1 - shown), decodeMs: 5 * load });
}
