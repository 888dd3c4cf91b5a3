import type { Logger } from '../../logger.ts';

/**
 * A member who speaks checks in, but at most once in this time, so that a lively talk does not cause a write for every sentence.
 * Milliseconds.
 */
const spokenCheckInMs = 60_000;

/** Checks in the members who speak. */
export function createSpokenCheckIns(options: {
  /** When the member last checked in, Unix milliseconds. */
  lastCheckInMs(memberId: string): number | undefined;
  checkIn(memberId: string): Promise<unknown>;
  logger: Logger;
  nowMs(): number;
}): { spoke(memberId: string): void } {
  return {
    spoke(memberId) {
      if (options.nowMs() - (options.lastCheckInMs(memberId) ?? 0) < spokenCheckInMs) return;
      options.checkIn(memberId).catch((error: unknown) => {
        options.logger.error({ err: error, memberId }, 'the last contact of a member could not be stored');
      });
    },
  };
}
