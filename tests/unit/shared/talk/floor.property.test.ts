import fc from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { newFloor, nextFloorDeadline, transitionFloor } from '../../../../src-shared/talk/floor.ts';
import {
  floorLimits,
  type FloorEvent,
  type FloorPriority,
  type FloorState,
} from '../../../../src-shared/talk/floorState.ts';

/** Talkers whose messages to the hub a bad network loses, doubles and reorders, and a hub that is killed now and then. */
const people = ['ann', 'bo', 'chen', 'dai', 'ella'];
const rank: Record<FloorPriority, number> = { normal: 0, lead: 1, override: 2, emergency: 3 };

const person = fc.constantFrom(...people);
const priority = fc.constantFrom<FloorPriority>(
  'normal',
  'normal',
  'normal',
  'lead',
  'override',
  'emergency',
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('press' as const), who: person, priority }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('letGo' as const), who: person }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('key' as const), who: person, epochsAgo: fc.nat(3) }) },
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), at: fc.nat(), again: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const), at: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(12_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), who: person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('return' as const), who: person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const), epochsAgo: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Runs a story and checks after each event what must always hold. */
class Story {
  floor: FloorState = newFloor();
  nowMs = 1_000_000;
  /** Who may speak, by the messages alone. */
  readonly talking = new Map<number, string>();
  readonly #wire: FloorEvent[] = [];
  readonly #presses = new Map<string, number>();
  readonly #letGo = new Set<string>();
  #lastEpoch = 0;
  /** A connection's own name: nobody comes back under an old one. */
  readonly #connections = new Map<string, string>();
  #connectionsMade = 0;

  constructor() {
    for (const who of people) this.#connect(who);
  }

  run(one: Step): void {
    switch (one.do) {
      case 'press': {
        const press = (this.#presses.get(one.who) ?? 0) + 1;
        this.#presses.set(one.who, press);
        this.#wire.push({
          type: 'requested',
          participantId: this.#name(one.who),
          press,
          priority: one.priority,
          preempts: one.priority !== 'normal',
        });
        return;
      }
      case 'letGo': {
        const press = this.#presses.get(one.who) ?? 0;
        if (press > 0) this.#wire.push({ type: 'released', participantId: this.#name(one.who), press });
        return;
      }
      case 'key':
        this.#wire.push({
          type: 'keyed',
          participantId: this.#name(one.who),
          epoch: this.floor.epoch - one.epochsAgo,
        });
        return;
      case 'deliver': {
        if (this.#wire.length === 0) return;
        const at = one.at % this.#wire.length;
        const event = this.#wire[at];
        if (!one.again) this.#wire.splice(at, 1);
        if (event !== undefined) this.happen(event);
        return;
      }
      case 'lose':
        if (this.#wire.length > 0) this.#wire.splice(one.at % this.#wire.length, 1);
        return;
      case 'wait':
        this.nowMs += one.ms;
        return this.happen({ type: 'deadlineReached' });
      case 'leave':
        return this.happen({ type: 'left', participantId: this.#name(one.who) });
      case 'return':
        this.happen({ type: 'left', participantId: this.#name(one.who) });
        return this.#connect(one.who);
      case 'revoke':
        return this.happen({ type: 'revoked', epoch: this.floor.epoch - one.epochsAgo, cause: 'by_desk' });
      case 'crash':
        // Nobody is connected to a hub that has just started, and the gates are closed; what was on the wire may come yet.
        this.floor = newFloor(this.floor.epoch);
        this.talking.clear();
        for (const who of people) this.#connect(who);
        return;
    }
  }

  happen(event: FloorEvent): void {
    const before = structuredClone(this.floor);
    const { state, messages } = transitionFloor(this.floor, event, this.nowMs);
    expect(this.floor, 'the state before is not touched').toEqual(before);
    this.floor = state;
    if (event.type === 'released' && Object.hasOwn(state.present, event.participantId)) {
      for (let press = 1; press <= event.press; press += 1)
        this.#letGo.add(`${event.participantId} ${press}`);
    }
    for (const message of messages) {
      if (message.type === 'ended') expect(this.talking.delete(message.holder.epoch)).toBe(true);
      if (message.type !== 'granted') continue;
      const { participantId, press, epoch } = message.holder;
      this.talking.set(epoch, participantId);
      expect(this.talking.size, 'two talk').toBe(1);
      expect(epoch, 'an epoch was given twice').toBeGreaterThan(this.#lastEpoch);
      expect(this.#letGo, 'granted after it was released').not.toContain(`${participantId} ${press}`);
      this.#lastEpoch = epoch;
    }
    this.#checkState();
  }

  #checkState(): void {
    const { holder, queue, present } = this.floor;
    expect([...this.talking.values()]).toEqual(holder === undefined ? [] : [holder.participantId]);
    const named = [...queue, ...(holder === undefined ? [] : [holder])].map((one) => one.participantId);
    expect(new Set(named).size, 'one waits twice, or waits while speaking').toBe(named.length);
    for (const name of named) expect(Object.keys(present)).toContain(name);
    const ranks = queue.map((waiter) => rank[waiter.priority]);
    expect(ranks, 'the queue is in order').toEqual([...ranks].sort((a, b) => b - a));
    if (holder === undefined) {
      expect(queue, 'somebody waits for a free floor').toEqual([]);
      expect(nextFloorDeadline(this.floor)).toBeUndefined();
      return;
    }
    expect(nextFloorDeadline(this.floor), 'a deadline was passed over').toBeGreaterThan(this.nowMs);
    expect(this.nowMs).toBeLessThan(holder.endsAtMs + floorLimits.graceMs);
  }

  #name(who: string): string {
    return this.#connections.get(who) ?? who;
  }

  #connect(who: string): void {
    this.#connectionsMade += 1;
    this.#connections.set(who, `${who}-${this.#connectionsMade}`);
    this.#presses.set(who, 0);
    this.happen({ type: 'joined', participantId: this.#name(who) });
  }
}

describe('the floor, whatever the network and the hub do', () => {
  it('has never two talkers, no grant after the release, and no epoch twice', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 120 }), (steps) => {
        const story = new Story();
        for (const one of steps) story.run(one);
      }),
      { numRuns: 1_500, seed: 20_261 },
    );
  });

  it('ends every wait by itself, though nobody is heard of again', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const story = new Story();
        for (const one of steps) story.run(one);
        const waiting = story.floor.queue.length + (story.floor.holder === undefined ? 0 : 1);
        const startMs = story.nowMs;
        for (let turns = 0; story.floor.holder !== undefined; turns += 1) {
          expect(turns).toBeLessThan(5 * (waiting + 1));
          story.nowMs = nextFloorDeadline(story.floor) ?? story.nowMs;
          story.happen({ type: 'deadlineReached' });
        }
        expect(story.floor.queue).toEqual([]);
        expect(story.nowMs - startMs).toBeLessThanOrEqual(
          waiting * (floorLimits.talkMs + floorLimits.graceMs),
        );
      }),
      { numRuns: 500, seed: 20_262 },
    );
  });

  it('lets nobody of one priority pass another', () => {
    const crowd = Array.from({ length: 12 }, (_unused, index) => `member-${index}`);
    fc.assert(
      fc.property(
        fc.array(fc.record({ who: fc.constantFrom(...crowd), ms: fc.nat(8_000) }), {
          minLength: 5,
          maxLength: 60,
        }),
        (presses) => {
          let floor = newFloor();
          let nowMs = 0;
          const expected: string[] = [];
          const granted: string[] = [];
          const numbers = new Map<string, number>();
          const happen = (event: FloorEvent): void => {
            const step = transitionFloor(floor, event, nowMs);
            floor = step.state;
            for (const message of step.messages) {
              if (message.type === 'granted') granted.push(message.holder.participantId);
            }
          };
          for (const who of crowd) happen({ type: 'joined', participantId: who });
          for (const { who, ms } of presses) {
            nowMs += ms;
            happen({ type: 'deadlineReached' });
            const isIn =
              floor.holder?.participantId === who ||
              floor.queue.some((waiter) => waiter.participantId === who);
            if (isIn) continue;
            const press = (numbers.get(who) ?? 0) + 1;
            numbers.set(who, press);
            expected.push(who);
            happen({ type: 'requested', participantId: who, press, priority: 'normal', preempts: false });
          }
          while (floor.holder !== undefined) {
            nowMs = nextFloorDeadline(floor) ?? nowMs;
            happen({ type: 'deadlineReached' });
          }
          expect(granted).toEqual(expected);
        },
      ),
      { numRuns: 300, seed: 20_263 },
    );
  });
});
