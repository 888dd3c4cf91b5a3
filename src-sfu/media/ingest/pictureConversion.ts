import type { TrackDescription } from '../sources/streamSource.ts';
import type { Transcoder, Transcoding, TranscodingEvents } from './transcode.ts';

/** A camera's pictures on their way through a converter that puts them in the order in which they are shown. */
export interface PictureConversion extends Transcoding {
  /** False when there was no place for it, or when it ended. */
  readonly isRunning: boolean;
  readonly startedAtMs: number;
}

/**
 * Starts to convert pictures that are passed on as they are meanwhile. `onFirstRtp` is called before the first picture in
 * order goes to `onRtp`: from then on those are the ones to pass on.
 */
export function startConversion(
  track: TrackDescription,
  transcoder: Transcoder,
  events: TranscodingEvents & { onFirstRtp(): void; nowMs(): number },
): PictureConversion {
  let isFirst = true;
  let isRunning = true;
  const transcoding = transcoder.start(
    track,
    {
      onRtp(packet) {
        if (isFirst) events.onFirstRtp();
        isFirst = false;
        events.onRtp(packet);
      },
      onFailed(message) {
        isRunning = false;
        events.onFailed(message);
      },
    },
    { reorders: true },
  );
  isRunning &&= transcoding !== undefined;
  return {
    get isRunning() {
      return isRunning;
    },
    startedAtMs: events.nowMs(),
    write: (packet) => transcoding?.write(packet),
    close: () => transcoding?.close(),
  };
}
