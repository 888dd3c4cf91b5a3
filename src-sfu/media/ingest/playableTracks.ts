import type { TrackDescription } from '../sources/streamSource.ts';
import { parseSequenceParameters } from './h264ParameterSets.ts';

const passedAudioCodecs = new Set(['PCMA', 'PCMU']);

/**
 * Whether browsers can decode the H.264 the camera announced: 4:2:0 with 8 bits. What it does not announce is taken to be
 * so. Interlaced pictures pass as they are: browsers decode them, interlacing shows as combs, and the cure is a setting of
 * the camera.
 */
export function isBrowserFriendly(video: TrackDescription): boolean {
  return video.parameterSets
    .map(parseSequenceParameters)
    .every(
      (sequence) => sequence === undefined || (sequence.chromaFormatIdc === 1 && sequence.bitDepth === 8),
    );
}

/** Whether the sound can be passed on as it is: browsers know G.711 at 8 kHz with one channel (RFC 7874, 3). */
export function isPlayableSound({ codec, clockRate, channels }: TrackDescription): boolean {
  return passedAudioCodecs.has(codec) && clockRate === 8000 && channels === 1;
}
