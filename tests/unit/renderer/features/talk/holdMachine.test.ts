import fc from '../../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  longestSilenceMs,
  nothingHeld,
  transitionHold,
  type HoldEvent,
  type HoldState,
} from '../../../../../src-renderer/features/talk/holdMachine.ts';

/** One mouse, two fingers, and a pen that has another number when it comes near again. */
type PointerId = 1 | 2 | 3 | 4 | 5;
const pointerTypes = { 1: 'mouse', 2: 'touch', 3: 'touch', 4: 'pen', 5: 'pen' } as const;

/** What somebody does, or what happens to the page. A lost key-up is one that the page never hears of. */
type Deed =
  | { do: 'keyDown' | 'keyUp' | 'loseKeyUp' | 'repeat'; code: 'Space' | 'Enter' | 'KeyA'; onKey: boolean }
  | { do: 'pointerDown' | 'pointerUp' | 'loseUp' | 'leave' | 'move'; pointerId: PointerId; onKey: boolean }
  | { do: 'blur' | 'hide' | 'dialog' | 'anyTouch' }
  | { do: 'hover'; pointerType: 'mouse' | 'pen' }
  | { do: 'wait'; durationMs: number; stoodStill: boolean };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    do: fc.constantFrom('keyDown', 'keyUp', 'loseKeyUp', 'repeat'),
    code: fc.constantFrom('Space', 'Enter', 'KeyA'),
    onKey: fc.boolean(),
  }),
  fc.record({
    do: fc.constantFrom('pointerDown', 'pointerUp', 'loseUp', 'leave', 'move'),
    pointerId: fc.constantFrom(1, 2, 3, 4, 5),
    onKey: fc.boolean(),
  }),
  fc.record({ do: fc.constantFrom('blur', 'hide', 'dialog', 'anyTouch') }),
  fc.record({ do: fc.constant('hover'), pointerType: fc.constantFrom('mouse', 'pen') }),
  fc.record({
    do: fc.constant('wait' as const),
    durationMs: fc.integer({ min: 1, max: 5_000 }),
    stoodStill: fc.boolean(),
  }),
) as fc.Arbitrary<Deed>;

/** A page with a held key, and the hands of the person before it. */
class World {
  state: HoldState = nothingHeld;
  nowMs = 0;
  readonly effects: string[] = [];
  /** What is physically down. */
  readonly down = new Set<string | number>();

  get isOpen(): boolean {
    return this.state.holder !== undefined;
  }

  get holder(): string | number | undefined {
    const { holder } = this.state;
    if (holder?.kind === 'pad') return holder.buttonId;
    if (holder?.kind === 'toggle') return holder.kind;
    return holder === undefined ? undefined : holder.kind === 'key' ? holder.code : holder.pointerId;
  }

  take(event: HoldEvent): void {
    const step = transitionHold(this.state, event, this.nowMs);
    this.state = step.state;
    if (step.effect !== undefined) this.effects.push(step.effect);
  }

  isAnyDown(pointerType: string): boolean {
    return [...this.down].some(
      (one) => typeof one === 'number' && pointerTypes[one as PointerId] === pointerType,
    );
  }

  happen(deed: Deed): void {
    switch (deed.do) {
      case 'keyDown': {
        // A key that is down already can only repeat.
        if (this.down.has(deed.code)) return this.happen({ ...deed, do: 'repeat' });
        this.down.add(deed.code);
        this.take({ type: 'keyDown', code: deed.code, isRepeat: false });
        if (deed.onKey && deed.code !== 'KeyA')
          this.take({ type: 'pressed', by: { kind: 'key', code: deed.code } });
        return;
      }
      case 'repeat':
        if (this.down.has(deed.code)) this.take({ type: 'keyDown', code: deed.code, isRepeat: true });
        return;
      case 'keyUp':
        if (this.down.delete(deed.code)) this.take({ type: 'keyUp', code: deed.code });
        return;
      case 'loseKeyUp':
        this.down.delete(deed.code);
        return;
      case 'pointerDown':
        if (this.down.has(deed.pointerId)) return;
        // There is only one pen.
        if (deed.pointerId >= 4 && (this.down.has(4) || this.down.has(5))) return;
        this.down.add(deed.pointerId);
        this.take({ type: 'pointerDown', ...pointerOf(deed.pointerId) });
        if (deed.onKey) this.take({ type: 'pressed', by: { kind: 'pointer', ...pointerOf(deed.pointerId) } });
        return;
      case 'pointerUp':
        if (this.down.delete(deed.pointerId)) this.take({ type: 'pointerEnded', pointerId: deed.pointerId });
        return;
      case 'loseUp':
        this.down.delete(deed.pointerId);
        return;
      case 'leave':
        return this.take({ type: 'pointerEnded', pointerId: deed.pointerId });
      case 'move':
        return this.take({
          type: 'pointerSeen',
          ...pointerOf(deed.pointerId),
          isDown: this.down.has(deed.pointerId),
        });
      case 'hover': {
        // Only where none of this kind is down: one mouse cannot be both.
        const { pointerType } = deed;
        if (this.isAnyDown(pointerType)) return;
        return this.take({ type: 'pointerSeen', pointerId: undefined, pointerType, isDown: false });
      }
      case 'anyTouch':
        if (!this.isAnyDown('touch')) this.take({ type: 'touchesEnded' });
        return;
      case 'blur':
      case 'hide':
        return this.take({ type: 'left' });
      case 'dialog':
        // The focus goes into a field of it: no event reaches the key.
        return;
      case 'wait':
        this.nowMs += deed.durationMs;
        return this.take({ type: 'ticked', stoodStill: deed.stoodStill });
    }
  }
}

const pointerOf = (pointerId: PointerId) => ({ pointerId, pointerType: pointerTypes[pointerId] });

const after = (deeds: readonly Deed[]): World => {
  const world = new World();
  for (const one of deeds) world.happen(one);
  return world;
};

describe('a held key, whatever happens', () => {
  it('is released once for each press', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
        const { effects, isOpen } = after(deeds);
        effects.forEach((effect, index) => expect(effect).toBe(index % 2 === 0 ? 'press' : 'letGo'));
        expect(effects.length % 2 === 1).toBe(isOpen);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never down after the going up of what held it was heard', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
        const heard = deeds.filter((one) => one.do !== 'loseKeyUp' && one.do !== 'loseUp');
        const world = new World();
        for (const one of heard) {
          world.happen(one);
          if (world.isOpen) expect(world.down).toContain(world.holder);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never down after the next key, click, movement or loss of the page, though its going up was lost', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
        const world = new World();
        /** Deeds since what holds it went up unheard. */
        for (const one of deeds) {
          const wasLost = world.isOpen && !world.down.has(world.holder ?? '');
          const { holder } = world;
          world.happen(one);
          const isKey = typeof holder === 'string';
          const kind = typeof holder === 'number' ? pointerTypes[holder as PointerId] : undefined;
          const mustEnd =
            one.do === 'blur' ||
            one.do === 'hide' ||
            (one.do === 'keyDown' && isKey) ||
            (one.do === 'pointerDown' &&
              (isKey || one.pointerId === holder || pointerTypes[one.pointerId] !== kind)) ||
            (one.do === 'move' && one.pointerId === holder) ||
            (one.do === 'hover' && one.pointerType === kind) ||
            (one.do === 'anyTouch' && kind === 'touch' && !world.isAnyDown('touch'));
          if (wasLost && mustEnd && world.isOpen) expect(world.down).toContain(world.holder);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never down for longer than a repeating keyboard is silent', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 1_000 }),
        fc.integer({ min: 15, max: 500 }),
        fc.integer({ min: 1, max: 60 }),
        (delayMs, repeatMs, count) => {
          const world = new World();
          world.happen({ do: 'keyDown', code: 'Space', onKey: true });
          for (let index = 0; index <= count; index += 1) {
            world.happen({ do: 'wait', durationMs: index === 0 ? delayMs : repeatMs, stoodStill: false });
            world.happen({ do: 'repeat', code: 'Space', onKey: true });
          }
          expect(world.isOpen).toBe(true);
          world.happen({ do: 'loseKeyUp', code: 'Space', onKey: true });
          world.happen({ do: 'wait', durationMs: 3_001, stoodStill: false });
          expect(world.isOpen).toBe(false);
        },
      ),
    );
  });

  it('is never down for longer than any keyboard is silent, whether it repeats or not and whatever came before', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), fc.boolean(), (deeds, stoodStill) => {
        const world = after(deeds);
        if (world.state.holder?.kind === 'pointer') world.happen({ do: 'blur' });
        world.happen({ do: 'keyDown', code: 'Space', onKey: true });
        world.happen({ do: 'loseKeyUp', code: 'Space', onKey: true });
        // A page that stands still is forgiven once, and checks four times a second.
        world.happen({ do: 'wait', durationMs: 250, stoodStill });
        for (let waitedMs = 0; waitedMs <= longestSilenceMs; waitedMs += 250)
          world.happen({ do: 'wait', durationMs: 250, stoodStill });
        expect(world.isOpen).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('says that only silence ended it, and not where its going up was heard', () => {
    const pressed = transitionHold(nothingHeld, { type: 'pressed', by: { kind: 'key', code: 'Space' } }, 0);
    const silent = transitionHold(pressed.state, { type: 'ticked', stoodStill: false }, longestSilenceMs + 1);
    expect(silent).toMatchObject({ effect: 'letGo', isUnproven: true });
    const heard = transitionHold(pressed.state, { type: 'keyUp', code: 'Space' }, 100);
    expect(heard).toMatchObject({ effect: 'letGo' });
    expect(heard.isUnproven).toBeUndefined();
  });

  it('stays down for a keyboard that repeats after 2 s only, the slowest there is', () => {
    const world = after([
      { do: 'keyDown', code: 'Space', onKey: true },
      { do: 'wait', durationMs: 2_000, stoodStill: false },
      { do: 'repeat', code: 'Space', onKey: true },
      { do: 'wait', durationMs: 2_000, stoodStill: false },
      { do: 'repeat', code: 'Space', onKey: true },
    ]);
    expect(world.isOpen).toBe(true);
  });

  it('is not let go because the page itself stood still', () => {
    const world = after([
      { do: 'keyDown', code: 'Space', onKey: true },
      { do: 'wait', durationMs: 500, stoodStill: false },
      { do: 'repeat', code: 'Space', onKey: true },
      { do: 'wait', durationMs: 30, stoodStill: false },
      { do: 'repeat', code: 'Space', onKey: true },
      { do: 'wait', durationMs: 8_000, stoodStill: true },
    ]);
    expect(world.isOpen).toBe(true);
  });
});
