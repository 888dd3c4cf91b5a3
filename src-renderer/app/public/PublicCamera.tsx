import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicSitePage } from '../../../src-shared/public/publicPage.ts';
import { playSegments, type MovingPicture } from './movingPicture.ts';

/** One camera of a kitchen: moving where the phone and the server can, otherwise its newest still. */
export function PublicCamera({
  camera,
  nowMs,
  name,
  onFailed,
}: {
  camera: PublicSitePage['cameras'][number];
  nowMs: number;
  name: string;
  /** This phone plays no moving pictures. */
  onFailed: () => void;
}) {
  const { t } = useTranslation();
  const { still, video } = camera;
  const element = useRef<HTMLVideoElement>(null);
  const playing = useRef<MovingPicture>(undefined);
  const [isMoving, setIsMoving] = useState(false);
  const hasVideo = video !== undefined;
  useEffect(() => {
    if (!hasVideo || element.current === null) return undefined;
    const picture = playSegments(element.current, { onMoving: setIsMoving, onFailed });
    playing.current = picture;
    return () => {
      playing.current = undefined;
      picture.close();
      setIsMoving(false);
    };
  }, [hasVideo, onFailed]);
  useEffect(() => {
    if (video !== undefined) playing.current?.take(video);
  }, [video]);
  const seconds = Math.max(0, Math.round((nowMs - (still?.takenAtMs ?? nowMs)) / 1_000));
  return (
    <figure data-moving={isMoving || undefined}>
      {hasVideo && (
        <video
          ref={element}
          className={isMoving ? undefined : 'public-page-waiting'}
          muted
          autoPlay
          playsInline
          aria-label={name}
        />
      )}
      {!isMoving &&
        (still === undefined ? (
          <p role="status">{t('publicPage.waiting')}</p>
        ) : (
          <img src={still.path} alt={name} />
        ))}
      <figcaption>
        {name}
        {isMoving
          ? ` · ${t('publicPage.live')}`
          : still !== undefined && ` · ${t('publicPage.age', { seconds })}`}
      </figcaption>
    </figure>
  );
}
