import type { CameraMedia } from '../features/cameras/cameras.ports.ts';

/** A softened copy that runs, as one attempt of a stream of `media`. `onEnded`: it ended by itself and is not there any more. */
export function openSoftenedCopy(
  media: Pick<CameraMedia, 'openSource'>,
  streamId: string,
  url: string,
  onEnded: (message: string) => void,
): { place(): Promise<{ workerId: string } | undefined>; close(): void } {
  const source = media.openSource(streamId);
  const place = source.takePlace();
  const attempt = source.startAttempt(
    { stream: 'sub', url },
    (event) => {
      if (event.type === 'ended') onEnded(event.message);
    },
    { sparing: false },
  );
  return {
    place: () => place,
    close() {
      attempt.close();
      source.close();
    },
  };
}
