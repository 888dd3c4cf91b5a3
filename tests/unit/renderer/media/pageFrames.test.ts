import fc from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { PageFrames } from '../../../../src-renderer/media/pageFrames.ts';

/** A page with a clock of its own: how long the main thread is blocked and how long a frame takes is said for each step. */
class Page {
  nowMs = 0;
  readonly frames: PageFrames;
  #tick: () => void = () => undefined;
  #drawn: (() => void) | undefined;
  #tickEveryMs = 100;

  constructor() {
    this.frames = new PageFrames({
      requestFrame: (drawn) => (this.#drawn = drawn),
      every: (intervalMs, tick) => {
        this.#tickEveryMs = intervalMs;
        this.#tick = tick;
      },
      nowMs: () => this.nowMs,
    });
  }

  /** Timers ring and frames are drawn in time. */
  runs(forMs: number): this {
    for (const endMs = this.nowMs + forMs; this.nowMs < endMs;) {
      this.nowMs += this.#tickEveryMs;
      this.#tick();
      this.#draw();
    }
    return this;
  }

  /** Timers ring in time and nothing is drawn. */
  isCovered(forMs: number): this {
    for (const endMs = this.nowMs + forMs; this.nowMs < endMs;) {
      this.nowMs += this.#tickEveryMs;
      this.#tick();
    }
    return this;
  }

  /** The thread has no time for anything; a timer rings once afterwards, and a frame is drawn. */
  isBlocked(forMs: number): this {
    this.nowMs += forMs;
    this.#tick();
    this.#draw();
    return this;
  }

  #draw(): void {
    const drawn = this.#drawn;
    this.#drawn = undefined;
    drawn?.();
  }
}

describe('the frames of a page', () => {
  it('are all there on a page that draws', () => {
    expect(new Page().runs(2_000).frames.read()).toEqual({ missingMs: 0, isDrawn: true });
  });

  it('are missing while the thread is blocked, each moment counted once', () => {
    const page = new Page().runs(500).isBlocked(800).runs(300);
    expect(page.frames.read()).toEqual({ missingMs: 700, isDrawn: true });
    expect(page.runs(1_000).frames.read()).toEqual({ missingMs: 0, isDrawn: true });
  });

  it('are missing while each takes long though the thread is free', () => {
    const page = new Page();
    for (let frame = 0; frame < 4; frame += 1) page.isCovered(400).runs(100);
    expect(page.frames.read()).toMatchObject({ missingMs: 4 * 400, isDrawn: true });
  });

  it('are missing of a gap that goes on when it is read, and the rest of it at the next reading', () => {
    const page = new Page().runs(100);
    page.nowMs += 1_000;
    expect(page.frames.read()).toEqual({ missingMs: 900, isDrawn: true });
    page.isBlocked(500);
    expect(page.frames.read()).toEqual({ missingMs: 500, isDrawn: true });
  });

  it('are not missing in gaps that nobody sees', () => {
    const page = new Page();
    for (let gap = 0; gap < 10; gap += 1) page.isBlocked(290);
    expect(page.frames.read()).toEqual({ missingMs: 0, isDrawn: true });
  });

  it('are not missing of a page that is covered or whose display sleeps: it is not drawn', () => {
    const page = new Page().runs(500).isCovered(1_500);
    expect(page.frames.read()).toEqual({ missingMs: 0, isDrawn: false });
    page.isCovered(60_000);
    expect(page.frames.read()).toEqual({ missingMs: 0, isDrawn: false });
    page.isCovered(700).runs(1_000);
    expect(page.frames.read()).toEqual({ missingMs: 0, isDrawn: false });
    expect(page.runs(2_000).frames.read()).toEqual({ missingMs: 0, isDrawn: true });
  });

  it('are not missing while the page was hidden', () => {
    const page = new Page().runs(500);
    page.nowMs += 3_600_000;
    page.frames.reset();
    expect(page.runs(500).frames.read()).toEqual({ missingMs: 0, isDrawn: true });
  });

  it('are never missing for longer than the time between two readings', () => {
    const step = fc.record({
      kind: fc.constantFrom('runs', 'isCovered', 'isBlocked', 'read'),
      ms: fc.integer({ min: 10, max: 3_000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const page = new Page();
        let missingMs = 0;
        for (const { kind, ms } of steps) {
          if (kind === 'read') missingMs += page.frames.read().missingMs;
          else page[kind as 'runs'](ms);
        }
        missingMs += page.frames.read().missingMs;
        expect(missingMs).toBeGreaterThanOrEqual(0);
        expect(missingMs).toBeLessThanOrEqual(page.nowMs);
      }),
    );
  });
});
