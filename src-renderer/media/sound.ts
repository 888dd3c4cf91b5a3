import type { StreamKind } from '../../src-shared/cameras/cameras.protocol.ts';
import type { PictureReport } from './receiver.ts';
import type { ReceivedTrack } from './subscription.ts';

/** How a camera's sound does: `none` is a camera that sends no sound, `blocked` a browser that wants a click first. */
export type SoundState = 'off' | 'starting' | 'playing' | 'none' | 'blocked';

/** What sound needs of the receiver. */
export interface SoundSource {
  report(targetId: string): PictureReport | undefined;
  openSound(cameraId: string, stream: StreamKind): Promise<ReceivedTrack>;
  closeSound(track: ReceivedTrack): void;
}

const retryMs = 1_000;

/** A sound that is played until it is stopped. */
export interface PlayedSound {
  stop(): void;
  /** Lower while somebody speaks, and as loud as before afterwards. */
  lower(isLowered: boolean): void;
}

const loweredVolume = 0.2;

/**
 * Plays the sound of a camera whose picture is shown as `targetId`, and comes back by itself when the camera does, until
 * it is stopped. It never runs by itself: an operator turns it on.
 */
export function playSound(
  source: SoundSource,
  target: { targetId: string; cameraId: string; stream: StreamKind },
  onState: (state: SoundState) => void,
): PlayedSound {
  const element = new Audio();
  const stopped = Promise.withResolvers<void>();
  const isStopped = { now: false };
  void stopped.promise.then(() => (isStopped.now = true));

  const run = async (): Promise<void> => {
    onState('starting');
    while (!isStopped.now) {
      const track = await source.openSound(target.cameraId, target.stream).catch(() => undefined);
      if (track === undefined) {
        onState(soundless(source.report(target.targetId)) ? 'none' : 'starting');
        await Promise.race([stopped.promise, new Promise((resolve) => setTimeout(resolve, retryMs))]);
        continue;
      }
      if (!isStopped.now) {
        element.srcObject = track.stream;
        const played = await element.play().then(
          () => true,
          () => false,
        );
        if (!isStopped.now) onState(played ? 'playing' : 'blocked');
        await Promise.race([stopped.promise, track.lost]);
        element.srcObject = null;
        if (!isStopped.now) onState('starting');
      }
      source.closeSound(track);
    }
  };
  void run();
  return {
    stop() {
      stopped.resolve();
      element.srcObject = null;
      onState('off');
    },
    lower(isLowered) {
      element.volume = isLowered ? loweredVolume : 1;
    },
  };
}

/** The hub has seen the camera's description, and there is no sound in it. */
function soundless(report: PictureReport | undefined): boolean {
  const status = report?.subscription.status;
  return status?.state === 'live' && status.audio === undefined;
}
