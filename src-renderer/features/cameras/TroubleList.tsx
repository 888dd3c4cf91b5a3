import { Button } from '@mantine/core';
import { useRef } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { CameraEntry, SiteEntry } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { CameraTrouble } from '../../../src-shared/cameras/healthReport.ts';
import { useVirtualRows } from '../../ui/desk/useVirtualRows.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { AllowClearPassword, type AllowClearPasswordAction } from './AllowClearPassword.tsx';
import { cameraTitle } from './cameraWords.ts';
import { ConditionMark } from './ConditionMark.tsx';
import { PosterPicture, type PosterDrawer } from './PosterPicture.tsx';

export interface TroubleListProps {
  troubles: readonly CameraTrouble[];
  sites: ReadonlyMap<string, SiteEntry>;
  cameras: ReadonlyMap<string, CameraEntry>;
  posters: PosterDrawer;
  times: TimeFormat;
  nowMs: number;
  onOpen(cameraId: string): void;
  onAllowClearPassword: AllowClearPasswordAction;
}

/** The faults: since when, what to do about each, and the camera's last picture. */
export function TroubleList(props: TroubleListProps) {
  const { troubles, sites, cameras, posters, times, nowMs, onOpen } = props;
  const { t, i18n } = useTranslation();
  const listRef = useRef<HTMLDivElement>(null);
  const rows = useVirtualRows({
    count: troubles.length,
    getScrollElement: () => listRef.current,
    estimateSize: () => 84,
    overscan: 3,
    getItemKey: (index) => troubles[index]?.cameraId ?? index,
  });
  return (
    <div ref={listRef} className="trouble-list" role="list" tabIndex={0}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map((row) => {
          const trouble = troubles[row.index];
          const camera = trouble === undefined ? undefined : cameras.get(trouble.cameraId);
          const site = trouble === undefined ? undefined : sites.get(trouble.siteId);
          if (trouble === undefined || camera === undefined) return null;
          const title = cameraTitle(
            {
              cameraName: camera.cameraName,
              siteName: site?.siteName ?? '',
              ...(camera.cameraNameEn === undefined ? {} : { cameraNameEn: camera.cameraNameEn }),
              ...(site?.siteNameEn === undefined ? {} : { siteNameEn: site.siteNameEn }),
            },
            i18n.language,
          );
          return (
            <div
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              className="trouble"
              role="listitem"
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <PosterPicture cameraId={trouble.cameraId} posters={posters} times={times} />
              <div className="trouble-words">
                <p className="trouble-name">
                  {title.site} <span className="desk-dim">{title.camera}</span>
                </p>
                <p>
                  <ConditionMark condition={trouble.condition} />{' '}
                  {t('tile.since', { since: times.timeOfDay(trouble.sinceMs) })}
                  <span className="desk-dim"> · {lasted(nowMs - trouble.sinceMs, t)}</span>
                </p>
                {trouble.isPasswordWithheld === true ? (
                  <AllowClearPassword cameraId={trouble.cameraId} onAllow={props.onAllowClearPassword} />
                ) : (
                  <p className="trouble-advice">
                    {trouble.announcedAt === undefined
                      ? t(`health.advice.${trouble.condition}`)
                      : t('health.moved', { address: trouble.announcedAt })}
                  </p>
                )}
              </div>
              <Button onClick={() => onOpen(trouble.cameraId)}>{t('health.look')}</Button>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function lasted(durationMs: number, t: TFunction): string {
  const minutes = Math.max(0, Math.floor(durationMs / 60_000));
  if (minutes < 1) return t('health.underMinute');
  if (minutes < 120) return t('health.minutes', { count: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? t('health.hours', { count: hours })
    : t('health.days', { count: Math.floor(hours / 24) });
}
