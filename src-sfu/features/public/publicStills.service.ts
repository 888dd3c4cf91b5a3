import { createHash } from 'node:crypto';
import type { PublicStill } from '../../../src-shared/public/public.protocol.ts';
import { softenedBox } from '../../../src-shared/public/softening.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import type { SourceCameras } from './public.ports.ts';
import { choosePlaces, hasFreePlace, type AskedStill } from './stillPlaces.ts';

/** Softened stills under names that never mean another picture. */
export interface PublicStills {
  /** The newest still of a camera, for a phone of the public. Asking keeps new ones coming for a while. */
  want(cameraId: string): PublicStill | undefined;
  /** The newest still of a camera, for who may not make the hub ask for more: no new ones come because of it. */
  peek(cameraId: string): PublicStill | undefined;
  /** As `want`, for a screen; waits for the first still where there is none yet, for at most `firstStillMs`. */
  first(cameraId: string): Promise<PublicStill | undefined>;
  /** The picture of this name; undefined when it is not there (any more). */
  read(name: string): Buffer | undefined;
  /** The public may see these cameras no more: their stills are gone. */
  hide(cameraIds: readonly string[]): void;
  /** Cameras that are kept open for stills; it changes only with `onChanged`. */
  wanted(): string[];
  onChanged(listener: () => void): void;
  close(): void;
}

/** Where stills are found; the name is the rest. */
export const stillsPath = '/public/stills/';

/** The time between two stills of one camera. Milliseconds. */
export const stillEveryMs = 3_000;
/** A camera that nobody asked for within this time gets no new stills. Milliseconds. */
export const stillInterestMs = 15_000;
/** So often at most it is decided again which cameras are kept open, where more are asked for than have a place. Milliseconds. */
const chooseAgainMs = 5_000;
/** Stills of one camera that are kept: who reads the newest name has time to fetch it. */
const keptStills = 3;
/** The longest wait for a first still. Milliseconds. */
const firstStillMs = 3_000;

interface CameraStills {
  wantedAtMs: number;
  /** When a screen asked last; undefined: only phones did. */
  screenAtMs: number | undefined;
  /** As in AskedStill. */
  heldSinceMs: number | undefined;
  waitingSinceMs: number;
  made: PublicStill[];
  madeAtMs: number;
  /** The picture that the newest still was made of, by the hub's time. */
  capturedAtMs: number;
  making: Promise<void> | undefined;
}

export function createPublicStills(options: {
  cameras: Pick<SourceCameras, 'picture'>;
  toSmallJpeg(annexB: Uint8Array, box: { width: number; height: number }): Promise<Buffer>;
  isShown(cameraId: string): boolean;
  /** Since when the camera is shown; of an earlier picture no still is made, because it was taken of a hidden kitchen. */
  shownSinceMs(cameraId: string): number | undefined;
  headPercentOf(cameraId: string): number | undefined;
  nowMs(): number;
  onFault(error: unknown): void;
}): PublicStills {
  const { cameras, toSmallJpeg, isShown, shownSinceMs, headPercentOf, nowMs } = options;
  const stills = new Map<string, CameraStills>();
  const files = new Map<string, Buffer>();
  let onChanged = (): void => undefined;
  let timer: Timer | undefined;
  let chosenAtMs = 0;

  const drop = (made: readonly PublicStill[]): void => {
    for (const { path } of made) files.delete(path.slice(stillsPath.length));
  };
  const make = async (cameraId: string, entry: CameraStills): Promise<void> => {
    const picture = await cameras.picture(cameraId);
    if (picture === undefined || picture.capturedAtMs <= entry.capturedAtMs) return;
    const sinceMs = shownSinceMs(cameraId);
    // A kept picture of an earlier run may be dated ahead of a clock that was set back.
    if (sinceMs === undefined || picture.capturedAtMs < sinceMs || picture.capturedAtMs > nowMs()) return;
    const jpeg = await toSmallJpeg(picture.annexB, softenedBox(headPercentOf(cameraId)));
    // The curtain may have been drawn while the picture was made.
    if (stills.get(cameraId) !== entry || !isShown(cameraId)) return;
    const name = `${createHash('sha256').update(cameraId).update(jpeg).digest('base64url').slice(0, 27)}.jpg`;
    entry.capturedAtMs = picture.capturedAtMs;
    if (files.has(name)) return;
    files.set(name, jpeg);
    entry.made.push({ path: `${stillsPath}${name}`, takenAtMs: picture.capturedAtMs });
    drop(entry.made.splice(0, entry.made.length - keptStills));
  };
  const makeSoon = (cameraId: string, entry: CameraStills): Promise<void> => {
    entry.madeAtMs = nowMs();
    return (entry.making ??= make(cameraId, entry)
      .catch(options.onFault)
      .finally(() => {
        entry.making = undefined;
      }));
  };
  const hide = (cameraId: string): void => {
    const entry = stills.get(cameraId);
    if (entry === undefined) return;
    stills.delete(cameraId);
    drop(entry.made);
    onChanged();
  };
  const isLive = ({ wantedAtMs }: CameraStills): boolean => nowMs() - wantedAtMs < stillInterestMs;
  const askedOf = (ids: Iterable<[string, CameraStills]>): AskedStill[] =>
    [...ids].map(([cameraId, { screenAtMs, heldSinceMs, waitingSinceMs }]) => ({
      cameraId,
      isForScreen: screenAtMs !== undefined && nowMs() - screenAtMs < stillInterestMs,
      heldSinceMs,
      waitingSinceMs,
    }));
  const holders = (): [string, CameraStills][] =>
    [...stills].filter(([, { heldSinceMs }]) => heldSinceMs !== undefined);
  /** Changes who has a place. */
  const choose = (): void => {
    chosenAtMs = nowMs();
    const chosen = choosePlaces(askedOf(stills), nowMs());
    for (const [cameraId, entry] of stills) {
      if (chosen.has(cameraId)) entry.heldSinceMs ??= nowMs();
      else if (entry.heldSinceMs !== undefined) {
        entry.heldSinceMs = undefined;
        entry.waitingSinceMs = nowMs();
      }
    }
  };
  const tick = (): void => {
    timer = undefined;
    let hasEnded = false;
    for (const [cameraId, entry] of stills) {
      if (!isShown(cameraId)) hide(cameraId);
      else if (!isLive(entry)) {
        // Its last pictures stay a while for who comes back, and go when others need the room.
        hasEnded = true;
        stills.delete(cameraId);
        drop(entry.made);
      } else if (nowMs() - entry.madeAtMs >= stillEveryMs) void makeSoon(cameraId, entry);
    }
    const isCrowded = holders().length < stills.size && nowMs() - chosenAtMs >= chooseAgainMs;
    if (isCrowded) choose();
    if (hasEnded || isCrowded) onChanged();
    if (stills.size > 0) timer = startTimer(tick, 1_000);
  };
  const entryOf = (cameraId: string, asker: 'phone' | 'screen'): CameraStills | undefined => {
    if (!isShown(cameraId)) return undefined;
    const isNew = !stills.has(cameraId);
    const entry = stills.get(cameraId) ?? {
      wantedAtMs: nowMs(),
      screenAtMs: undefined,
      heldSinceMs: undefined,
      waitingSinceMs: nowMs(),
      made: [],
      madeAtMs: 0,
      capturedAtMs: 0,
      making: undefined,
    };
    entry.wantedAtMs = nowMs();
    if (asker === 'screen') entry.screenAtMs = nowMs();
    stills.set(cameraId, entry);
    // A free place is taken at once; otherwise it waits for the next choice.
    if (entry.heldSinceMs === undefined && hasFreePlace(askedOf(holders()), asker === 'screen')) {
      entry.heldSinceMs = nowMs();
      onChanged();
    }
    timer ??= startTimer(tick, 1_000);
    if (isNew) void makeSoon(cameraId, entry);
    return entry;
  };

  return {
    want: (cameraId) => entryOf(cameraId, 'phone')?.made.at(-1),
    async first(cameraId) {
      const entry = entryOf(cameraId, 'screen');
      if (entry === undefined) return undefined;
      if (entry.made.length > 0 || entry.making === undefined) return entry.made.at(-1);
      await Promise.race([
        entry.making,
        new Promise((resolve) => startTimer(() => resolve(0), firstStillMs)),
      ]);
      return isShown(cameraId) ? entry.made.at(-1) : undefined;
    },
    read: (name) => files.get(name),
    hide: (cameraIds) => cameraIds.forEach(hide),
    wanted: () => holders().map(([cameraId]) => cameraId),
    peek: (cameraId) => (isShown(cameraId) ? stills.get(cameraId)?.made.at(-1) : undefined),
    onChanged(listener) {
      onChanged = listener;
    },
    close() {
      timer?.cancel();
      stills.clear();
      files.clear();
    },
  };
}
