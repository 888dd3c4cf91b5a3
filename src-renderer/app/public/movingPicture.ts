import type { PublicVideo } from '../../../src-shared/public/publicPage.ts';
import { watchAdvance } from '../../media/advancing.ts';

/** Behind the newest picture by so much a phone goes on, so that a late segment does not stop it. Seconds. */
const behindSeconds = 2;
/** Further behind than this it jumps. Seconds. */
const tooFarBehindSeconds = 6;
/** What is older is taken out of the phone's memory. Seconds. */
const keptSeconds = 12;

type MediaSourceClass = typeof MediaSource;

/** What this phone plays segments with: iPhones have a class of their own. Undefined where there is none. */
function mediaSourceClass(): MediaSourceClass | undefined {
  const { ManagedMediaSource, MediaSource: usual } = window as unknown as {
    ManagedMediaSource?: MediaSourceClass;
    MediaSource?: MediaSourceClass;
  };
  return ManagedMediaSource ?? usual;
}

/** Whether this phone can play moving pictures in segments; otherwise it shows stills. */
export function canPlaySegments(): boolean {
  return mediaSourceClass()?.isTypeSupported('video/mp4; codecs="avc1.42c00d"') === true;
}

/** Moving pictures of one camera in one video element. */
export interface MovingPicture {
  /** Takes the newest segments. */
  take(video: PublicVideo): void;
  close(): void;
}

/**
 * Plays segments as they come. `onMoving` says whether pictures advance now; `onFailed`, that this phone plays none after all.
 */
export function playSegments(
  element: HTMLVideoElement,
  { onMoving, onFailed }: { onMoving: (isMoving: boolean) => void; onFailed: () => void },
): MovingPicture {
  const Source = mediaSourceClass();
  const stop = new AbortController();
  const { signal } = stop;
  let url: string | undefined;
  let buffer: SourceBuffer | undefined;
  let current: { init: string; newest: PublicVideo | undefined } | undefined;
  const taken = new Set<string>();
  let isFeeding = false;

  const bytesOf = async (path: string): Promise<ArrayBuffer> => {
    const answer = await fetch(path, { signal });
    if (!answer.ok) throw new Error(`segment: ${answer.status}`);
    return answer.arrayBuffer();
  };
  const settled = (of: SourceBuffer): Promise<void> =>
    new Promise((resolve, reject) => {
      of.addEventListener('updateend', () => resolve(), { once: true, signal });
      of.addEventListener('error', () => reject(new Error('not decoded')), { once: true, signal });
    });
  const append = async (to: SourceBuffer, bytes: ArrayBuffer): Promise<void> => {
    const done = settled(to);
    to.appendBuffer(bytes);
    await done;
  };
  /** A new stream begins with a new source. */
  const open = async ({ init, codec }: PublicVideo): Promise<void> => {
    if (Source === undefined) throw new Error('no media source');
    if (url !== undefined) URL.revokeObjectURL(url);
    taken.clear();
    const source = new Source();
    url = URL.createObjectURL(source);
    // iPhones play a managed source only where nothing is sent to other screens.
    element.disableRemotePlayback = true;
    element.src = url;
    await new Promise((resolve) => source.addEventListener('sourceopen', resolve, { once: true, signal }));
    buffer = source.addSourceBuffer(`video/mp4; codecs="${codec}"`);
    await append(buffer, await bytesOf(init));
  };
  const catchUp = (to: SourceBuffer): void => {
    const { buffered } = to;
    if (buffered.length === 0) return;
    const end = buffered.end(buffered.length - 1);
    const start = buffered.start(buffered.length - 1);
    if (element.currentTime < start || end - element.currentTime > tooFarBehindSeconds) {
      element.currentTime = Math.max(start, end - behindSeconds);
    }
    // Without a touch a phone may refuse; then the still is shown.
    if (element.paused) element.play().catch(() => undefined);
  };
  const feed = async (): Promise<void> => {
    while (current?.newest !== undefined && !signal.aborted) {
      const video = current.newest;
      current.newest = undefined;
      if (buffer === undefined) await open(video);
      for (const { path, startMs } of video.segments) {
        if (buffer === undefined || taken.has(path) || signal.aborted) continue;
        taken.add(path);
        await append(buffer, await bytesOf(path));
        catchUp(buffer);
        const oldest = startMs / 1_000 - keptSeconds;
        if (oldest <= 0 || buffer.buffered.length === 0 || buffer.buffered.start(0) >= oldest) continue;
        const done = settled(buffer);
        buffer.remove(0, oldest);
        await done;
      }
    }
  };
  const stopWatching = watchAdvance(() => element.currentTime, onMoving);

  return {
    take(video) {
      if (current?.init !== video.init) {
        current = { init: video.init, newest: video };
        taken.clear();
        buffer = undefined;
      } else current.newest = video;
      if (isFeeding) return;
      isFeeding = true;
      feed()
        .catch(() => {
          // The stream ended, or this phone does not play it: it begins again with the next answer.
          buffer = undefined;
          taken.clear();
          if (!signal.aborted && element.error !== null) onFailed();
        })
        .finally(() => {
          isFeeding = false;
        });
    },
    close() {
      stop.abort();
      stopWatching();
      element.removeAttribute('src');
      element.load();
      if (url !== undefined) URL.revokeObjectURL(url);
    },
  };
}
