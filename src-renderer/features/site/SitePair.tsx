import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SiteAlert } from '../../../src-shared/sites/siteAlerts.ts';
import type { TimeFormat } from '../../ui/times.ts';

/** A picture of a camera and when it was taken; undefined where there is none. */
export interface SitePicture {
  jpeg: Blob;
  takenAtMs: number | undefined;
  /** The camera was turned since then. */
  isTurned?: boolean;
}

/** Where the two pictures of a pair come from. */
export interface SitePictures {
  /** The picture of the alert. */
  atAlert(alertId: string): Promise<SitePicture | undefined>;
  /** The newest picture that the hub has of the camera. */
  now(cameraId: string): Promise<SitePicture | undefined>;
}

type Shown = { url: string; takenAtMs: number | undefined; isTurned: boolean } | 'none' | 'loading';

/** Before and after: the picture of the alert beside the newest one of the same camera, and whether that was turned meanwhile. */
export function SitePair({
  alert,
  pictures,
  times,
}: {
  alert: SiteAlert;
  pictures: SitePictures;
  times: TimeFormat;
}) {
  const { t } = useTranslation();
  const { alertId, cameraId, picture } = alert;
  const before = usePicture(() => pictures.atAlert(alertId), `${alertId} ${picture?.state ?? ''}`);
  const after = usePicture(() => pictures.now(cameraId), cameraId);
  return (
    <div className="site-pair">
      <PairPicture name={t('site.pair.before')} shown={before} takenAtMs={picture?.takenAtMs} times={times} />
      <PairPicture name={t('site.pair.now')} shown={after} takenAtMs={undefined} times={times} />
      <PairTurned isTurned={typeof before === 'object' && before.isTurned} />
    </div>
  );
}

/** Loads a picture, again when `key` changes; its address is given back with the page's part. */
export function usePicture(load: () => Promise<SitePicture | undefined>, key: string): Shown {
  const [shown, setShown] = useState<Shown>('loading');
  useEffect(() => {
    let isLeft = false;
    let url: string | undefined;
    void load().then((picture) => {
      if (isLeft) return;
      if (picture !== undefined) url = URL.createObjectURL(picture.jpeg);
      setShown(
        url === undefined
          ? 'none'
          : { url, takenAtMs: picture?.takenAtMs, isTurned: picture?.isTurned === true },
      );
    });
    return () => {
      isLeft = true;
      if (url !== undefined) URL.revokeObjectURL(url);
    };
    // `load` is new with every drawing; what it loads is named by the key.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  return shown;
}

/** Says below a pair that its pictures may show two places. */
export function PairTurned({ isTurned }: { isTurned: boolean }) {
  const { t } = useTranslation();
  if (!isTurned) return null;
  return (
    <p className="site-quiet site-pair-turned" role="note">
      {t('findings.turned')}
    </p>
  );
}

/** One picture with its name and its time; with `isCaptioned` the name says the time itself. */
export function PairPicture({
  name,
  shown,
  takenAtMs,
  times,
  isCaptioned = false,
}: {
  name: string;
  shown: Shown;
  takenAtMs: number | undefined;
  times: TimeFormat;
  isCaptioned?: boolean;
}) {
  const { t } = useTranslation();
  const atMs = (typeof shown === 'object' ? shown.takenAtMs : undefined) ?? takenAtMs;
  return (
    <figure data-pair-picture={typeof shown === 'object' ? 'shown' : shown}>
      <div className="site-pair-room">
        {typeof shown === 'object' ? (
          <img src={shown.url} alt={name} />
        ) : (
          <p className="site-quiet">{shown === 'none' ? t('site.pair.none') : t('site.pair.loading')}</p>
        )}
      </div>
      <figcaption>
        {name}
        {!isCaptioned && atMs !== undefined && typeof shown === 'object' && ` · ${times.timeOfDay(atMs)}`}
      </figcaption>
    </figure>
  );
}
