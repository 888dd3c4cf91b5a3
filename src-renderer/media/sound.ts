import type { StreamKind } from '../../src-shared/cameras/cameras.protocol.ts';
import type { SoundRoute } from './loudspeakers.ts';
import type { PictureReport } from './pictureReport.ts';
import type { ReceivedTrack } from './subscription.ts';

/**
 * The state of a camera's sound. `none`: the camera sends no sound. `unsupported`: its sound is of a kind that is not played.
 * `refused`: the camera describes sound and does not send it. `blocked`: the browser wants a click first.
 */
export type SoundState = 'off' | 'starting' | 'playing' | 'none' | 'unsupported' | 'refused' | 'blocked';

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
  /** Not heard at all while this desk speaks into the kitchen: it would hear itself. */
  mute(isMuted: boolean): void;
}

const loweredVolume = 0.2;

/**
 * Plays the sound of a camera whose picture is shown as `targetId`, and comes back by itself when the camera does, until
 * it is stopped. It never runs by itself: an operator turns it on. `route` leads to the loudspeaker of cameras.
 */
export function playSound(
  source: SoundSource,
  target: { targetId: string; cameraId: string; stream: StreamKind },
  onState: (state: SoundState) => void,
  route: SoundRoute,
): PlayedSound {
  const element = new Audio();
  const unroute = route(element);
  const stopped = Promise.withResolvers<void>();
  const isStopped = { now: false };
  void stopped.promise.then(() => (isStopped.now = true));

  const run = async (): Promise<void> => {
    onState('starting');
    while (!isStopped.now) {
      const track = await source.openSound(target.cameraId, target.stream).catch(() => undefined);
      if (track === undefined) {
        onState(withoutSound(source.report(target.targetId)));
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
      unroute();
      onState('off');
    },
    lower(isLowered) {
      element.volume = isLowered ? loweredVolume : 1;
    },
    mute(isMuted) {
      element.muted = isMuted;
    },
  };
}

/** The state while there is no sound to play: why there will be none, where the hub has seen the camera's description. */
function withoutSound(report: PictureReport | undefined): SoundState {
  const status = report?.subscription.status;
  if (status?.state !== 'live' || status.audio !== undefined) return 'starting';
  return status.soundFault?.cause ?? 'none';
}
