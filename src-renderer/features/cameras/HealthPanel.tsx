import { Button, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { districts, type District } from '../../../src-shared/cameras/cameras.protocol.ts';
import { healthReport, type CameraTrouble } from '../../../src-shared/cameras/healthReport.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { AllowClearPasswordAction } from './AllowClearPassword.tsx';
import { cameraTitle } from './cameraWords.ts';
import type { DirectoryStore } from './directoryStore.ts';
import { HealthBars } from './HealthBars.tsx';
import type { PosterDrawer } from './PosterPicture.tsx';
import { TroubleList } from './TroubleList.tsx';
import './health.css';

export interface HealthPanelProps {
  directory: DirectoryStore;
  posters: PosterDrawer;
  times: TimeFormat;
  nowMs: number;
  onOpen(cameraId: string): void;
  onAllowClearPassword: AllowClearPasswordAction;
}

/** Cameras that are listed by name. */
const maxUnheard = 12;

const conditions = ['offline', 'frozen', 'unauthorized', 'unsupported'] as const;

/** Online rates by district and type, and the list of faults. */
export function HealthPanel(props: HealthPanelProps) {
  const { directory, posters, times, nowMs, onOpen, onAllowClearPassword } = props;
  const { t, i18n } = useTranslation();
  const sites = useStore(directory, (state) => state.sites);
  const cameras = useStore(directory, (state) => state.cameras);
  const health = useStore(directory, (state) => state.health);
  const loading = useStore(directory, (state) => state.loading);
  const [condition, setCondition] = useState<CameraTrouble['condition'] | null>(null);
  const [district, setDistrict] = useState<District | null>(null);
  const report = useMemo(
    () => healthReport({ sites: [...sites.values()], cameras: [...cameras.values()], health }),
    [sites, cameras, health],
  );
  const troubles = report.troubles.filter(
    (trouble) =>
      (condition === null || trouble.condition === condition) &&
      (district === null || sites.get(trouble.siteId)?.district === district),
  );
  if (cameras.size === 0) {
    return (
      <div className="desk-page">
        <h1>{t('health.title')}</h1>
        <p>{loading === 'loading' ? t('finder.loading') : t('health.empty')}</p>
      </div>
    );
  }
  const { all } = report;
  const titleOf = (cameraId: string): string => {
    const { cameraName = cameraId, cameraNameEn, siteId = '' } = cameras.get(cameraId) ?? {};
    const { siteName = '', siteNameEn } = sites.get(siteId) ?? {};
    const names = {
      cameraName,
      siteName,
      ...(cameraNameEn === undefined ? {} : { cameraNameEn }),
      ...(siteNameEn === undefined ? {} : { siteNameEn }),
    };
    const title = cameraTitle(names, i18n.language);
    return `${title.site} ${title.camera}`.trim();
  };
  return (
    <div className="desk-page health">
      <h1>{t('health.title')}</h1>
      <dl className="health-figures">
        <div>
          <dt>{t('health.rate')}</dt>
          <dd>{all.onlineRate === undefined ? '—' : percent(all.onlineRate)}</dd>
        </div>
        <div>
          <dt>{t('health.online')}</dt>
          <dd>{t('health.of', { part: all.online, whole: all.checked })}</dd>
        </div>
        <div>
          <dt>{t('health.checked')}</dt>
          <dd>{t('health.of', { part: all.checked, whole: all.total })}</dd>
        </div>
        <div>
          <dt>{t('health.wrong')}</dt>
          <dd>{report.troubles.length}</dd>
        </div>
      </dl>
      {all.checked < all.total && (
        <p className="desk-dim">{t('health.unchecked', { count: all.total - all.checked })}</p>
      )}
      <div className="health-groups">
        <HealthBars
          title={t('health.byDistrict')}
          groups={report.byDistrict.map(({ district: name, ...counts }) => ({
            key: name,
            name: t(`district.${name}`),
            ...counts,
          }))}
        />
        <HealthBars
          title={t('health.byType')}
          groups={report.byType.map(({ siteType, ...counts }) => ({
            key: siteType,
            name: t(`siteType.${siteType}`),
            ...counts,
          }))}
        />
      </div>
      {report.unheard.length > 0 && (
        <div className="desk-not-normal" data-unheard={report.unheard.length}>
          <p>{t('health.unheard', { count: report.unheard.length })}</p>
          <div className="desk-row">
            {report.unheard.slice(0, maxUnheard).map((cameraId) => (
              <Button key={cameraId} size="compact-xs" onClick={() => onOpen(cameraId)}>
                {titleOf(cameraId)}
              </Button>
            ))}
          </div>
        </div>
      )}
      <div className="health-list-head">
        <h2>{t('health.list', { count: troubles.length })}</h2>
        <Select
          aria-label={t('health.filterCondition')}
          placeholder={t('health.filterCondition')}
          clearable
          value={condition}
          onChange={(value) => setCondition(value as CameraTrouble['condition'] | null)}
          data={conditions.map((value) => ({ value, label: t(`condition.${value}`) }))}
        />
        <Select
          aria-label={t('health.filterDistrict')}
          placeholder={t('health.filterDistrict')}
          clearable
          value={district}
          onChange={(value) => setDistrict(value as District | null)}
          data={districts.map((value) => ({ value, label: t(`district.${value}`) }))}
        />
      </div>
      {troubles.length === 0 ? (
        <p>{report.troubles.length === 0 ? t('health.allWell') : t('health.noneMatch')}</p>
      ) : (
        <TroubleList
          troubles={troubles}
          sites={sites}
          cameras={cameras}
          posters={posters}
          times={times}
          nowMs={nowMs}
          onOpen={onOpen}
          onAllowClearPassword={onAllowClearPassword}
        />
      )}
    </div>
  );
}

function percent(rate: number): string {
  // 99.96 % must not be called 100 %.
  return `${(Math.floor(rate * 1_000) / 10).toFixed(1)}%`;
}
