import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock, ClockPast } from '../base/clock.ts';
import type { Logger } from '../logger.ts';

/** The times from which the hub computes how long no hub ran. */
export interface BootClock {
  /** A name that is another one after each start of the machine; undefined where the system has none. */
  bootId: string | undefined;
  /** Since the start of the machine, with the time that it slept. No change of the date affects it. */
  upMs: number;
  /** The system's date, in Unix milliseconds. */
  wallMs: number;
}

const fileName = 'clock.json';
const everyMs = 60_000;
/**
 * After the machine itself was started again, only its date says how long it was off. A longer time than this is taken for a date
 * that was set, and so is one that runs backwards; the time between then counts as none.
 */
const longestOffMs = 30 * 24 * 3_600_000;

const fileSchema = z.object({
  bootId: z.string().optional(),
  upMs: z.number().nonnegative(),
  wallMs: z.number(),
  eras: z.array(z.object({ ageMs: z.number(), aheadMs: z.number() })).min(1),
});

/** The clocks of this machine. */
export function readBootClock(): BootClock {
  let bootId: string | undefined;
  try {
    bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Only Linux has it. Elsewhere the date says how long the hub was off.
  }
  return { bootId, upMs: Math.round(uptime() * 1_000), wallMs: Date.now() };
}

/** What the last hub of this folder wrote about the date; undefined when there is nothing or when it cannot be read. */
export function readClockPast(folder: string, now: BootClock = readBootClock()): ClockPast | undefined {
  if (folder === ':memory:') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(folder, fileName), 'utf8'));
  } catch {
    return undefined;
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { bootId, upMs, wallMs, eras } = parsed.data;
  const isSameBoot = bootId !== undefined && bootId === now.bootId && now.upMs >= upMs;
  const datedMs = now.wallMs - wallMs;
  const isBelieved = datedMs >= 0 && datedMs <= longestOffMs;
  return { passedMs: isSameBoot ? now.upMs - upMs : isBelieved ? datedMs : 0, wallMs, eras };
}

/** Writes what the next start has to know: at once, each minute, and whenever the date was set. */
export function keepClockPast(options: {
  folder: string;
  clock: Pick<Clock, 'past' | 'onStepped'>;
  logger: Logger;
}): { close(): void } {
  const { folder, clock, logger } = options;
  const path = join(folder, fileName);
  let isFailing = false;
  const write = (): void => {
    if (folder === ':memory:') return;
    const { bootId, upMs } = readBootClock();
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(`${path}.new`, JSON.stringify({ bootId, upMs, ...clock.past() }), { mode: 0o600 });
      renameSync(`${path}.new`, path);
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        logger.warn(
          { err: error },
          `${path} cannot be written; after a restart with another date, alerts are escalated at once; check the disk and the permissions`,
        );
      isFailing = true;
    }
  };
  write();
  const timer = setInterval(write, everyMs);
  timer.unref();
  clock.onStepped(write);
  return {
    close() {
      clearInterval(timer);
      write();
    },
  };
}
