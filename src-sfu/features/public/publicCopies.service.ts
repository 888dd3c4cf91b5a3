import { ok, refuse } from '../../../src-shared/protocol/define.ts';
import { softenedStreamId } from '../../../src-shared/public/public.protocol.ts';
import { softenedBox } from '../../../src-shared/public/softening.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import type { SoftenedCopies, SoftenedCopy, WatchAnswer } from './public.ports.ts';

/** Softened copies of cameras: one for all who watch, within a budget, and none while nobody watches. */
export interface PublicCopies {
  /** Takes a share in the camera's copy, and starts it where it does not run. */
  watch(viewerId: string, cameraId: string): Promise<WatchAnswer>;
  unwatch(viewerId: string, cameraId: string): void;
  /** A viewer is gone: it watches nothing any more. */
  leave(viewerId: string): void;
  /** The public may see these cameras no more: their copies end at once. */
  hide(cameraIds: readonly string[]): void;
  isWatching(viewerId: string, cameraId: string): boolean;
  /** The cameras of which a copy runs. */
  running(): string[];
  onChanged(listener: () => void): void;
  close(): void;
}

/** A copy that nobody watches runs on for so long, for who turns from one kitchen to the next and back. Milliseconds. */
export const copyGraceMs = 4_000;
/** After this time a copy that ended by itself is tried again. Milliseconds. */
const againMs = 2_000;

/** All phones together, as a viewer of copies; every other viewer is a screen. */
export const phones = 'phones';

interface RunningCopy {
  viewers: Set<string>;
  copy: SoftenedCopy;
  grace?: Timer;
  again?: Timer;
}

export function createPublicCopies(options: {
  copies: SoftenedCopies;
  isShown(cameraId: string): boolean;
  headPercentOf(cameraId: string): number | undefined;
  /** Copies at one time. */
  limit: number;
  /** Of these, those that screens may watch at one time; the others are kept for phones. */
  screenLimit: number;
  startTimer?: typeof startTimer;
}): PublicCopies {
  const { copies, isShown, headPercentOf, limit, screenLimit } = options;
  const later = options.startTimer ?? startTimer;
  const running = new Map<string, RunningCopy>();
  let onChanged = (): void => undefined;

  const end = (cameraId: string): void => {
    const found = running.get(cameraId);
    if (found === undefined) return;
    running.delete(cameraId);
    found.grace?.cancel();
    found.again?.cancel();
    found.copy.close();
    onChanged();
  };
  const open = (cameraId: string): SoftenedCopy => {
    const copy = copies.open(cameraId, headPercentOf(cameraId), () => {
      const found = running.get(cameraId);
      if (found?.copy !== copy) return;
      // Viewers keep what they watch for: the next copy has the same id.
      found.again = later(() => {
        if (running.get(cameraId) !== found) return;
        if (!isShown(cameraId)) return end(cameraId);
        found.copy.close();
        found.copy = open(cameraId);
      }, againMs);
    });
    return copy;
  };
  const released = (cameraId: string, found: RunningCopy): void => {
    if (found.viewers.size > 0) return;
    found.grace?.cancel();
    found.grace = later(() => end(cameraId), copyGraceMs);
  };
  /** A place for one more; what nobody watches any more gives its own. */
  const makeRoom = (): boolean => {
    if (running.size < limit) return true;
    const idle = [...running].find(([, { viewers }]) => viewers.size === 0);
    if (idle === undefined) return false;
    end(idle[0]);
    return running.size < limit;
  };

  const isOfScreens = ({ viewers }: RunningCopy): boolean =>
    [...viewers].some((viewerId) => viewerId !== phones);
  /** Whether a screen may watch one more copy, also one that runs for phones: it would keep it when they go. */
  const hasScreenPlace = (): boolean => [...running.values()].filter(isOfScreens).length < screenLimit;

  return {
    async watch(viewerId, cameraId) {
      if (!isShown(cameraId)) return notShown();
      const known = running.get(cameraId);
      const isNewToScreens = viewerId !== phones && (known === undefined || !isOfScreens(known));
      if (isNewToScreens && !hasScreenPlace()) return allTaken(screenLimit);
      let found = running.get(cameraId);
      if (found === undefined) {
        if (!makeRoom()) return allTaken(limit);
        found = { viewers: new Set([viewerId]), copy: open(cameraId) };
        running.set(cameraId, found);
        onChanged();
      }
      found.grace?.cancel();
      found.viewers.add(viewerId);
      const place = await found.copy.place();
      // Hidden, or left, in the meantime.
      if (!isShown(cameraId) || running.get(cameraId) !== found) return notShown();
      if (place === undefined) {
        found.viewers.delete(viewerId);
        released(cameraId, found);
        return refuse('unavailable', 'No media worker runs at this moment. Try again in a second.', {
          reason: 'media.no_worker',
        });
      }
      const box = softenedBox(headPercentOf(cameraId));
      return ok({ streamId: softenedStreamId(cameraId), workerId: place.workerId, ...box });
    },
    unwatch(viewerId, cameraId) {
      const found = running.get(cameraId);
      if (found?.viewers.delete(viewerId) === true) released(cameraId, found);
    },
    leave(viewerId) {
      for (const [cameraId, found] of running) if (found.viewers.delete(viewerId)) released(cameraId, found);
    },
    hide: (cameraIds) => cameraIds.forEach(end),
    isWatching: (viewerId, cameraId) => running.get(cameraId)?.viewers.has(viewerId) === true,
    running: () => [...running.keys()],
    onChanged(listener) {
      onChanged = listener;
    },
    close() {
      for (const cameraId of [...running.keys()]) end(cameraId);
    },
  };
}

function allTaken(limit: number): ReturnType<typeof refuse> {
  return refuse('too_many', `All ${limit} places for softened copies are taken. Show the still.`, {
    reason: 'public.all_places_taken',
    limit,
  });
}

/** The same for a camera that is not there: nobody learns which cameras there are. */
export function notShown(): ReturnType<typeof refuse> {
  return refuse('not_found', 'The public does not see this camera.', { reason: 'public.not_shown' });
}
