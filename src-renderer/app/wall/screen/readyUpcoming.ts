import type { WallStore } from '../../../features/wall/wallStore.ts';
import type { Receiver } from '../../../media/receiver.ts';

/** After a turn the new page's pictures come first; making the next one ready would only get in their way. */
const readyDelayMs = 900;

/**
 * Gets the streams of the next page ready while the present one is shown: they run, and their paused consumers exist,
 * so that turning the page takes one message. Streams that are no longer on a coming page are released.
 */
export function readyUpcoming(wallStore: WallStore, receiver: Pick<Receiver, 'hold'>): void {
  let holds = new Map<string, () => void>();
  let upcoming = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  wallStore.subscribe(({ wall }) => {
    const now = JSON.stringify(wall?.upcoming ?? []);
    if (now === upcoming) return;
    upcoming = now;
    const wanted = new Map(
      (wall?.upcoming ?? []).map((stream) => [`${stream.cameraId}/${stream.stream}`, stream]),
    );
    const kept = new Map([...holds].filter(([key]) => wanted.has(key)));
    for (const [key, release] of holds) if (!kept.has(key)) release();
    holds = kept;
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const [key, { cameraId, stream }] of wanted) {
        if (!holds.has(key)) holds.set(key, receiver.hold(cameraId, stream));
      }
    }, readyDelayMs);
  });
}
