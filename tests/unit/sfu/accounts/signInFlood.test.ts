import { describe, expect, it } from 'vitest';
import { createSignInDelays, longestWaitMs } from '../../../../src-sfu/features/accounts/signInDelays.ts';
import fc from '../../../support/properties.ts';

/** As long as Argon2 takes. Milliseconds. */
const judgingMs = 45;

/** A repeatable source of chance: mulberry32. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Guesser {
  address: string;
  /** Time between a refusal and the next attempt; after an answer it comes at once. Milliseconds. */
  againMs: number;
  /** The sign-in name of each attempt; the one account where it is left out. */
  nameOf?: (attempt: number) => string;
}

/** People and guessers, on a clock of their own: whoever is refused tries again. */
function flood({ guessers, seed }: { guessers: readonly Guesser[]; seed: number }) {
  let now = 0;
  const delays = createSignInDelays({ nowMs: () => now, random: chance(seed) });
  const due: { atMs: number; order: number; run(): void }[] = [];
  let order = 0;
  const at = (atMs: number, run: () => void): void => {
    const event = { atMs, order: (order += 1), run };
    let place = due.length;
    while (place > 0 && (due[place - 1]?.atMs ?? 0) <= atMs) place -= 1;
    due.splice(place, 0, event);
  };
  const judged: { address: string; name: string; atMs: number }[] = [];
  const attempt = (
    address: string,
    onJudged: () => void,
    onRefused: (retryAfterMs: number) => void,
    name = 'wang',
  ): void => {
    const admission = delays.begin({ signInKey: name, address });
    if ('retryAfterMs' in admission) return onRefused(admission.retryAfterMs);
    let isOver = false;
    admission.displaced.addEventListener('abort', () => {
      if (isOver) return;
      isOver = true;
      admission.end(false);
      at(now, () => onRefused(1_000));
    });
    at(now + admission.delayMs, () => {
      if (isOver) return;
      isOver = true;
      at(now + judgingMs, () => {
        admission.end(false);
        judged.push({ address, name, atMs: now });
        onJudged();
      });
    });
  };
  for (const { address, againMs, nameOf = () => 'wang' } of guessers) {
    let attempts = 0;
    // The place that an attempt leaves is taken again at the same moment.
    const guess = (): void =>
      attempt(address, guess, () => at(now + againMs, guess), nameOf((attempts += 1)));
    at(0, guess);
  }
  return {
    judged,
    attempt,
    at,
    now: () => now,
    run(untilMs: number) {
      for (;;) {
        const next = due.at(-1);
        if (next === undefined || next.atMs > untilMs) break;
        due.pop();
        now = next.atMs;
        next.run();
      }
      now = untilMs;
    },
  };
}

/** A network of somebody who has many: of 48 bits of IPv6, or single addresses of IPv4. */
const attackerAddress = fc.oneof(
  fc.tuple(fc.nat(40), fc.nat(400)).map(([customer, net]) => `2001:db8:${customer.toString(16)}:${net}::1`),
  fc.tuple(fc.nat(250), fc.nat(250)).map(([third, last]) => `198.51.${third}.${last}`),
);

describe('the rightful person in a browser that the hub does not know', () => {
  it('is judged within 20 s at the first attempt, however many guess elsewhere', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(attackerAddress, { minLength: 1, maxLength: 250 }),
        fc.integer(),
        fc.integer({ min: 20_000, max: 60_000 }),
        (addresses, seed, startsAtMs) => {
          // As many as fill all places of the account, when each of them has its four.
          const guessers = addresses.flatMap((address) =>
            Array.from({ length: 5 }, () => ({ address, againMs: 900 })),
          );
          const stage = flood({ guessers, seed });
          let judgedAtMs: number | undefined;
          stage.at(startsAtMs, () =>
            stage.attempt(
              '203.0.113.9',
              () => (judgedAtMs = stage.now()),
              () => undefined,
            ),
          );
          stage.run(startsAtMs + longestWaitMs + judgingMs);
          expect(judgedAtMs).toBeDefined();
          // Argon2 has 22 of them in a second: nobody waits long there as well.
          const inLast20s = stage.judged.filter(({ atMs }) => atMs > startsAtMs);
          expect(inLast20s.length).toBeLessThanOrEqual(20 * 22);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('has as good a chance as any other attempt of the same network, whose guessers are judged 12 times a minute', () => {
    const here = '192.0.2.1';
    const guessers = Array.from({ length: 10 }, () => ({ address: here, againMs: 1_000 }));
    const stage = flood({ guessers, seed: 7 });
    const waits: number[] = [];
    let beganAtMs = 0;
    const tryOn = (): void =>
      stage.attempt(
        here,
        () => {
          waits.push(stage.now() - beganAtMs);
          beganAtMs = stage.now() + 1_000;
          stage.at(beganAtMs, tryOn);
        },
        (retryAfterMs) => stage.at(stage.now() + retryAfterMs, tryOn),
      );
    beganAtMs = 120_000;
    stage.at(beganAtMs, tryOn);
    const hours = 2;
    stage.run(hours * 3_600_000);
    // Four places of 20 s each, and what the first attempts and the judging add.
    expect(stage.judged.length).toBeLessThanOrEqual(hours * 3_600 * 0.2 * 1.05 + 20);
    const share = waits.length / stage.judged.length;
    expect(share).toBeGreaterThan(0.06);
    waits.sort((one, other) => one - other);
    expect(waits[Math.floor(waits.length / 2)]).toBeLessThan(90_000);
    expect(waits.at(-1)).toBeLessThan(15 * 60_000);
  });
});

it('is judged no more often at one account by who tries other sign-in names from the same network as well', () => {
  const here = '192.0.2.1';
  const guessers = [
    ...Array.from({ length: 5 }, () => ({ address: here, againMs: 900 })),
    // Names that nobody was wrong at: each has its free attempts, so that its places are judged soon.
    ...Array.from({ length: 12 }, (_, one) => ({
      address: here,
      againMs: 900,
      nameOf: (attempt: number) => `name ${one} ${attempt}`,
    })),
  ];
  const stage = flood({ guessers, seed: 11 });
  const minutes = 10;
  stage.run(minutes * 60_000);
  const atOne = stage.judged.filter(({ name }) => name === 'wang');
  expect(stage.judged.length - atOne.length).toBeGreaterThan(minutes * 10);
  // Four places of 20 s each.
  expect(atOne.length).toBeLessThanOrEqual(minutes * 60 * 0.2);
});
