import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicSitePage } from '../../../src-shared/public/publicPage.ts';
import { receiveLive } from './livePicture.ts';
import { playSegments, type MovingPicture } from './movingPicture.ts';
import type { PhoneWays } from './phoneWays.ts';
import { pictureAge } from './pictureAge.ts';
import { useLive } from './useLive.ts';

/**
 * One camera of a kitchen: by WebRTC where the phone can and a place is free, else in segments, else its newest still. A picture that
 * stands still is shown as a still, with its age.
 */
export function PublicCamera({
  camera,
  ways,
  nowMs,
  name,
  onFailed,
  onLiveOver,
}: {
  camera: PublicSitePage['cameras'][number];
  ways: PhoneWays;
  nowMs: number;
  name: string;
  /** This phone plays no segments. */
  onFailed: () => void;
  /** No live picture came, or it came to its end. */
  onLiveOver: () => void;
}) {
  const { t } = useTranslation();
  const { still, video } = camera;
  const element = useRef<HTMLVideoElement>(null);
  const playing = useRef<MovingPicture>(undefined);
  const [isMoving, setIsMoving] = useState(false);
  const hasVideo = video !== undefined;
  const { path: livePath, over } = useLive(ways.live ? camera.live : undefined);
  const way = hasVideo && livePath !== undefined ? 'live' : hasVideo && ways.segments ? 'segments' : 'stills';
  const overNow = useRef(over);
  useEffect(() => {
    overNow.current = over;
  });
  useEffect(() => {
    const place = element.current;
    if (place === null) return undefined;
    if (way === 'live' && livePath !== undefined) {
      const end = receiveLive(place, livePath, {
        onMoving: setIsMoving,
        onOver() {
          overNow.current();
          onLiveOver();
        },
      });
      return () => {
        end();
        setIsMoving(false);
      };
    }
    const picture = playSegments(place, { onMoving: setIsMoving, onFailed });
    playing.current = picture;
    return () => {
      playing.current = undefined;
      picture.close();
      setIsMoving(false);
    };
  }, [way, livePath, onFailed, onLiveOver]);
  useEffect(() => {
    if (video !== undefined) playing.current?.take(video);
  }, [video, way]);
  const age = pictureAge(still?.takenAtMs ?? nowMs, nowMs);
  return (
    <figure data-moving={isMoving || undefined} data-way={way}>
      {way !== 'stills' && (
        <video
          key={way}
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
          : still !== undefined && ` · ${t(`publicPage.${age.words}`, { count: age.count })}`}
      </figcaption>
    </figure>
  );
}
