import pino from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { createSpokenCheckIns } from '../../../../src-sfu/features/squads/spokenCheckIns.service.ts';

describe('checking in by speaking', () => {
  let nowMs = 1_000_000;
  const last = new Map<string, number>();
  const checkIn = vi.fn(async (memberId: string) => void last.set(memberId, nowMs));
  const checkIns = createSpokenCheckIns({
    lastCheckInMs: (memberId) => last.get(memberId),
    checkIn,
    logger: pino({ level: 'silent' }),
    nowMs: () => nowMs,
  });

  it('writes the first sentence, then at most one a minute', () => {
    checkIns.spoke('ann');
    nowMs += 59_999;
    checkIns.spoke('ann');
    expect(checkIn).toHaveBeenCalledTimes(1);
    nowMs += 1;
    checkIns.spoke('ann');
    expect(checkIn).toHaveBeenCalledTimes(2);
  });

  it('goes on when a check-in could not be written', async () => {
    checkIn.mockClear();
    checkIn.mockRejectedValueOnce(new Error('the disk is full'));
    nowMs += 60_000;
    checkIns.spoke('ann');
    await Promise.resolve();
    checkIns.spoke('ann');
    expect(checkIn).toHaveBeenCalledTimes(2);
  });
});
