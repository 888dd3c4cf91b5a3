import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** A code as it is stored: it cannot be read back from the file. */
export const kioskCodeSchema = z.object({ salt: z.string().max(64), hash: z.string().max(128) });
export type KioskCode = z.output<typeof kioskCodeSchema>;

/** Digits and letters that a supervisor types; shorter ones are tried out too quickly. */
export const shortestKioskCode = 6;
/** Wrong codes in a row before the next is waited for. */
const freeAttempts = 5;
const waitMs = 60_000;
const hashBytes = 32;

/** Makes what is stored of a code. */
export function makeKioskCode(code: string, salt = randomBytes(16)): KioskCode {
  return { salt: salt.toString('hex'), hash: scryptSync(code, salt, hashBytes).toString('hex') };
}

/** Whether a code is the one that was stored. */
export function isKioskCode(stored: KioskCode, code: string): boolean {
  const expected = Buffer.from(stored.hash, 'hex');
  const given = scryptSync(code, Buffer.from(stored.salt, 'hex'), hashBytes);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** Checks codes, and after five wrong ones in a row none for a minute. */
export interface CodeDoor {
  /** `wait` says in how many milliseconds the next code is read. */
  open(stored: KioskCode, code: string): { result: 'right' | 'wrong' } | { result: 'wait'; waitMs: number };
}

export function createCodeDoor(nowMs: () => number): CodeDoor {
  let wrong = 0;
  let closedUntilMs = 0;
  return {
    open(stored, code) {
      const leftMs = closedUntilMs - nowMs();
      if (leftMs > 0) return { result: 'wait', waitMs: leftMs };
      if (isKioskCode(stored, code)) {
        wrong = 0;
        return { result: 'right' };
      }
      wrong += 1;
      if (wrong >= freeAttempts) closedUntilMs = nowMs() + waitMs;
      return { result: 'wrong' };
    },
  };
}
