import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimeFormat } from '../../ui/times.ts';

/** Who draws the kept picture of a camera; `app/` puts the posters of `media/` here. */
export interface PosterDrawer {
  draw(
    cameraId: string,
    canvas: HTMLCanvasElement,
    signal: AbortSignal,
  ): Promise<{ state: 'drawn'; takenAtMs: number } | { state: 'none' } | { state: 'undrawable' }>;
}

type Poster = Awaited<ReturnType<PosterDrawer['draw']>> | { state: 'loading' };

/** The last picture kept of a camera, with its time: never to be taken for a live one. */
export function PosterPicture({
  cameraId,
  posters,
  times,
}: {
  cameraId: string;
  posters: PosterDrawer;
  times: TimeFormat;
}) {
  const { t } = useTranslation();
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const [poster, setPoster] = useState<Poster>({ state: 'loading' });
  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null) return undefined;
    const left = new AbortController();
    void posters.draw(cameraId, canvas, left.signal).then((drawn) => {
      if (!left.signal.aborted) setPoster(drawn);
    });
    return () => left.abort();
  }, [cameraId, posters]);
  return (
    <span className="poster">
      <canvas
        ref={canvasRef}
        className={poster.state === 'drawn' ? 'poster-canvas' : 'poster-canvas poster-canvas--none'}
      />
      <span className="poster-words">
        {poster.state === 'drawn' && times.timeOfDay(poster.takenAtMs)}
        {poster.state === 'none' && t('health.noPoster')}
        {poster.state === 'undrawable' && t('health.undrawable')}
      </span>
    </span>
  );
}
