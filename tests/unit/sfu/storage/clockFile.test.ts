import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../../../src-sfu/base/clock.ts';
import { keepClockPast, readBootClock, readClockPast } from '../../../../src-sfu/storage/clockFile.ts';

const day = 24 * 3_600_000;
const minute = 60_000;
const logger = pino({ level: 'silent' });

describe('what a hub writes about the date', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mingchu-clock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const keep = (): void => {
    const clock = createClock();
    keepClockPast({ folder, clock, logger }).close();
    clock.close();
  };
  const now = (changes: { bootId?: string; passedMs?: number; datedMs?: number }) => {
    const { bootId, upMs, wallMs } = readBootClock();
    return {
      bootId: changes.bootId ?? bootId ?? 'this start',
      upMs: upMs + (changes.passedMs ?? 0),
      wallMs: wallMs + (changes.datedMs ?? 0),
    };
  };
  const passed = (changes: Parameters<typeof now>[0]): number | undefined =>
    readClockPast(folder, now(changes))?.passedMs;

  it('says how much time passed, whatever the date says, while the machine ran on', () => {
    keep();
    const { bootId } = readBootClock();
    if (bootId === undefined) return;
    for (const datedMs of [3 * day, -3 * day, 400 * day]) {
      const ms = passed({ passedMs: minute, datedMs });
      expect(ms).toBeGreaterThanOrEqual(minute - 100);
      expect(ms).toBeLessThan(minute + 5_000);
    }
  });

  it('believes the date after a start of the machine, unless it runs backwards or says more than a month', () => {
    keep();
    const anew = (datedMs: number) => passed({ bootId: 'another start', passedMs: -1e9, datedMs });
    // What was written is rounded to a whole millisecond, and may be one ahead of the system's date.
    expect(anew(2 * day)).toBeGreaterThanOrEqual(2 * day - 1);
    expect(anew(2 * day)).toBeLessThan(2 * day + 5_000);
    expect(anew(-day)).toBe(0);
    expect(anew(31 * day)).toBe(0);
  });

  it.each(['', '{', 'null', '[]', '{"upMs":"1"}', '{"upMs":1,"wallMs":1,"eras":[]}', '\0'.repeat(40)])(
    'is passed over when the file holds %j',
    (text) => {
      writeFileSync(join(folder, 'clock.json'), text);
      expect(readClockPast(folder)).toBeUndefined();
      keep();
      expect(readClockPast(folder)).toBeDefined();
    },
  );

  it('is nothing at the first start, and a folder that cannot be written is no fault', () => {
    expect(readClockPast(folder)).toBeUndefined();
    expect(readClockPast(':memory:')).toBeUndefined();
    writeFileSync(join(folder, 'file'), '');
    const clock = createClock();
    keepClockPast({ folder: join(folder, 'file', 'deeper'), clock, logger }).close();
    clock.close();
  });
});
