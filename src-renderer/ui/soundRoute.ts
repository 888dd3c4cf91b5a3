import { createContext } from 'react';

/**
 * For the `ref` of an audio element: sends it to the loudspeaker for recordings for as long as it is drawn. Where nobody provides it, the
 * system’s default plays.
 */
export const RecordingRoute = createContext<(element: HTMLAudioElement | null) => (() => void) | undefined>(
  () => undefined,
);
