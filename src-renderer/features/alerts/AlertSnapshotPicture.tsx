import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { AlertPicture } from './alertDetail.ts';

export interface AlertSnapshotPictureProps {
  picture: AlertPicture;
  /** When it was taken. */
  takenAtMs: number | undefined;
  /** The detected regions, in shares of the picture's width and height. */
  regions: Alert['regions'];
  /** A citizen took it: no camera's alert snapshot, and its words say so. */
  isOfCitizen: boolean;
  times: TimeFormat;
}

/** The snapshot of an alert with its date and the detected regions, drawn so that nobody takes it for a live picture. */
export function AlertSnapshotPicture({
  picture,
  takenAtMs,
  regions,
  isOfCitizen,
  times,
}: AlertSnapshotPictureProps) {
  const { t } = useTranslation();
  const words = isOfCitizen ? 'alerts.citizenPhoto' : 'alerts.snapshot';
  const [shape, setShape] = useState({ width: 16, height: 9 });
  return (
    <figure className="alert-snapshot" data-snapshot-state={picture.state}>
      <div className="alert-snapshot-room">
        {picture.url === undefined ? (
          <p className="desk-dim">{t(`${words}.${picture.state}`)}</p>
        ) : (
          <>
            <img
              src={picture.url}
              alt={t(`${words}.alt`)}
              onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
                setShape({ width: naturalWidth, height: naturalHeight })
              }
            />
            {regions !== undefined && regions.length > 0 && (
              <svg viewBox={`0 0 ${shape.width} ${shape.height}`} aria-hidden="true">
                {regions.map(({ x, y, width, height }, index) => (
                  <rect
                    key={index}
                    x={x * shape.width}
                    y={y * shape.height}
                    width={width * shape.width}
                    height={height * shape.height}
                    vectorEffect="non-scaling-stroke"
                  />
                ))}
              </svg>
            )}
          </>
        )}
      </div>
      <figcaption>
        {t(`${words}.title`)}
        {takenAtMs !== undefined && ` · ${times.timeOfDay(takenAtMs)}`}
      </figcaption>
    </figure>
  );
}
