/** Which cameras are kept open for stills, where more are asked for than there are places. Pure. */

/** Cameras that get new stills at one time; the others have their last picture, with its age. */
export const maxLiveStills = 32;
/** Of these at most so many for phones of the public: the others are kept for screens, which ask seldom. */
export const maxPhoneStills = 24;
/** Who has a place keeps it for this time: a camera that is let go stays open for a while, so that quick changes open far more. Milliseconds. */
export const leastHeldMs = 15_000;

/** A camera that somebody asks for now. */
export interface AskedStill {
  cameraId: string;
  /** A screen asks for it, alone or beside phones. */
  isForScreen: boolean;
  /** Since when it has a place; undefined: it waits. */
  heldSinceMs: number | undefined;
  /** Since when it waits, or waited before it had its place. */
  waitingSinceMs: number;
}

/** Whether a camera can have a place at once, without anybody losing one. */
export function hasFreePlace(holders: readonly AskedStill[], isForScreen: boolean): boolean {
  if (holders.length >= maxLiveStills) return false;
  return isForScreen || holders.filter((one) => !one.isForScreen).length < maxPhoneStills;
}

/** The cameras that have a place from now on. Who waits longest comes first, and who has had a place longest goes first, a few at a time. */
export function choosePlaces(asked: readonly AskedStill[], nowMs: number): Set<string> {
  const screens = asked.filter(({ isForScreen }) => isForScreen);
  const phones = asked.filter(({ isForScreen }) => !isForScreen);
  const chosen = new Set(
    asked
      .filter(({ heldSinceMs }) => heldSinceMs !== undefined && nowMs - heldSinceMs < leastHeldMs)
      .map(({ cameraId }) => cameraId),
  );
  const fill = (part: readonly AskedStill[], limit: number): void => {
    let count = part.filter(({ cameraId }) => chosen.has(cameraId)).length;
    for (const { cameraId } of inTurn(part)) {
      if (count >= limit || chosen.size >= maxLiveStills) return;
      if (chosen.has(cameraId)) continue;
      chosen.add(cameraId);
      count += 1;
    }
  };
  fill(screens, maxLiveStills - maxPhoneStills);
  fill(phones, maxPhoneStills);
  // Places that phones leave free are the screens' too.
  fill(screens, maxLiveStills);
  return chosen;
}

/** Who stays, then who waits, then the quarter that has had a place longest. */
function inTurn(part: readonly AskedStill[]): AskedStill[] {
  const staying = part
    .filter(({ heldSinceMs }) => heldSinceMs !== undefined)
    .sort((one, other) => (other.heldSinceMs ?? 0) - (one.heldSinceMs ?? 0));
  const waiting = part
    .filter(({ heldSinceMs }) => heldSinceMs === undefined)
    .sort((one, other) => one.waitingSinceMs - other.waitingSinceMs);
  const leaving = staying.splice(Math.floor(staying.length * 0.75));
  return [...staying, ...waiting, ...leaving];
}
