import type { WallStore } from '../features/wall/wallStore.ts';
import type { Receiver } from '../media/receiver.ts';

/**
 * Gets the streams of the next page ready while the present one is shown: they run, and their paused consumers exist,
 * so that turning the page takes one message. What is no longer to come is let go.
 */
export function readyUpcoming(wallStore: WallStore, receiver: Pick<Receiver, 'hold'>): void {
  let holds = new Map<string, () => void>();
  let upcoming: unknown;
  wallStore.subscribe(({ wall }) => {
    if (wall?.upcoming === upcoming) return;
    upcoming = wall?.upcoming;
    const next = new Map<string, () => void>();
    for (const { cameraId, stream } of wall?.upcoming ?? []) {
      const key = `${cameraId}/${stream}`;
      next.set(key, holds.get(key) ?? receiver.hold(cameraId, stream));
    }
    for (const [key, release] of holds) if (!next.has(key)) release();
    holds = next;
  });
}
