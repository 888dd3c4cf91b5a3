/**
 * When something happened, so that its age can be computed later. A phone's date can be wrong or be corrected later, and its
 * running clock stops while the phone sleeps and starts again with each page: each of the two corrects the other.
 */
export interface Moment {
  /** The phone's date, Unix milliseconds. */
  wallMs: number;
  /** The page's running clock. */
  runningMs: number;
  /** Which page's. */
  pageId: string;
}

const longestMs = 7 * 24 * 3_600_000;
/** A date that moved further than a long night's sleep beyond the running clock was put right, not slept through. */
const longestSleepMs = 24 * 3_600_000;

/** How long ago it was; between 0 and a week. */
export function ageMs(then: Moment, now: Moment): number {
  const byWallMs = now.wallMs - then.wallMs;
  if (then.pageId !== now.pageId) return clamp(byWallMs);
  const byRunningMs = now.runningMs - then.runningMs;
  const sleptMs = byWallMs - byRunningMs;
  return clamp(sleptMs > 0 && sleptMs < longestSleepMs ? byWallMs : byRunningMs);
}

function clamp(age: number): number {
  return Math.round(Math.min(Math.max(age, 0), longestMs));
}
