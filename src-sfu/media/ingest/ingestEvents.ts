import type { StreamEndCause, StreamWait } from '../../../src-shared/cameras/cameraStream.ts';
import type { SoundFault } from '../../features/cameras/cameras.ports.ts';
import type { SourceError, StreamDescription, TrackDescription } from '../sources/streamSource.ts';
import { parseSequenceParameters } from './h264ParameterSets.ts';
import { isPlayableSound } from './playableTracks.ts';

/** What an attempt reports. `ended` comes at most once and is the last. */
export type IngestEvent =
  | {
      type: 'described';
      video?: { codec: string; profileLevelId?: string; width?: number; height?: number };
      audio?: { codec: string };
      /** Why its sound is not played. */
      soundFault?: SoundFault;
    }
  /** The camera took its password encrypted (Digest). */
  | { type: 'tookDigest' }
  /** It takes longer than usual, and this is what is waited for. */
  | { type: 'waiting'; for: StreamWait }
  /** The pictures come in another order than they are shown in: `isConverted` when a converter puts them in order. */
  | { type: 'reordered'; isConverted: boolean }
  /** The first whole key picture went to the output. */
  | { type: 'live' }
  | {
      type: 'ended';
      cause: StreamEndCause;
      message: string;
      codec?: string;
      status?: number;
      isPasswordWithheld?: true;
    };

/** The event for a source that failed. */
export function endedEvent({ failure, message, status, isPasswordWithheld }: SourceError): IngestEvent {
  return {
    type: 'ended',
    cause: failure,
    message,
    ...(status === undefined ? {} : { status }),
    ...(isPasswordWithheld ? { isPasswordWithheld } : {}),
  };
}

function soundFaultOf(audio: TrackDescription | undefined, isRefused: boolean): SoundFault | undefined {
  if (audio === undefined || (isPlayableSound(audio) && !isRefused)) return undefined;
  const channels = audio.channels === 1 ? '' : `/${audio.channels}`;
  const codec = `${audio.codec}/${audio.clockRate}${channels}`.slice(0, 40);
  return { cause: isPlayableSound(audio) ? 'refused' : 'unsupported', codec };
}

/** The event for a description; `isSoundRefused`: the source offered its sound and then refused it. */
export function describedEvent({ video, audio }: StreamDescription, isSoundRefused: boolean): IngestEvent {
  const soundFault = soundFaultOf(audio, isSoundRefused);
  const sequence = video?.parameterSets
    .map(parseSequenceParameters)
    .find((parameters) => parameters !== undefined);
  return {
    type: 'described',
    ...(video === undefined
      ? {}
      : {
          video: {
            codec: video.codec,
            ...(sequence === undefined
              ? {}
              : {
                  profileLevelId: sequence.profileLevelId,
                  width: sequence.width,
                  height: sequence.height,
                }),
          },
        }),
    ...(audio === undefined || soundFault !== undefined ? {} : { audio: { codec: audio.codec } }),
    ...(soundFault === undefined ? {} : { soundFault }),
  };
}
