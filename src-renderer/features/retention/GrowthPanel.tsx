import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Growth } from '../../../src-shared/retention/retention.protocol.ts';
import { May, useMay } from '../../ui/May.tsx';
import { refusalText } from '../../ui/refusalText.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { GrowthReader } from './growthStore.ts';
import { bytesText, numberText } from './growthWords.ts';
import './growth.css';

export interface GrowthPanelProps {
  reader: GrowthReader;
  times: Pick<TimeFormat, 'date'>;
  /** Whether the server answers. */
  enabled: boolean;
}

/** What grows on the server's disk, and what is removed of it by its age. */
export function GrowthPanel({ reader, times, enabled }: GrowthPanelProps) {
  const { t } = useTranslation();
  const { growth, isReading, problem } = useStore(reader.store);
  const { isAllowed } = useMay('retention:readGrowth');
  useEffect(() => {
    if (enabled && isAllowed && reader.store.getState().growth === undefined) void reader.read();
  }, [reader, enabled, isAllowed]);
  return (
    <div className="desk-page growth">
      <header className="growth-head">
        <h1>{t('growth.title')}</h1>
        <May note asks="retention:readGrowth">
          {/* Not disabled while it reads: it would lose the keyboard. */}
          <Button
            disabled={!enabled}
            aria-disabled={isReading}
            onClick={() => {
              if (!isReading) void reader.read();
            }}
          >
            {t('growth.readAgain')}
          </Button>
        </May>
      </header>
      {problem !== undefined && (
        <p className="desk-not-normal" role="alert">
          {refusalText(problem, t)}
        </p>
      )}
      {growth !== undefined && <Kinds growth={growth} times={times} />}
      {growth !== undefined && <Places growth={growth} />}
    </div>
  );
}

function Kinds({ growth, times }: { growth: Growth; times: Pick<TimeFormat, 'date'> }) {
  const { t, i18n } = useTranslation();
  const numeric = (value: number): string => numberText(value, i18n.language);
  return (
    <table className="growth-table">
      <caption>{t('growth.records')}</caption>
      <thead>
        <tr>
          <th>{t('growth.kind')}</th>
          <th>{t('growth.rows')}</th>
          <th>{t('growth.bytes')}</th>
          <th>{t('growth.oldest')}</th>
          <th>{t('growth.perDay')}</th>
          <th>{t('growth.kept')}</th>
          <th>{t('growth.removable')}</th>
        </tr>
      </thead>
      <tbody>
        {growth.kinds.map(({ kind, rows, bytes, oldestMs, rowsPerDay, keptDays, removable }) => (
          <tr key={kind} data-growth-kind={kind}>
            <th scope="row">{t(`growth.kinds.${kind}`)}</th>
            <td>{numeric(rows)}</td>
            <td>{bytesText(bytes, i18n.language)}</td>
            <td>{oldestMs === undefined ? '–' : times.date(oldestMs)}</td>
            <td>{numeric(rowsPerDay)}</td>
            <td>{keptDays === 0 ? t('growth.forEver') : t('growth.days', { count: keptDays })}</td>
            <td>{keptDays === 0 ? '–' : numeric(removable)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Places({ growth }: { growth: Growth }) {
  const { t, i18n } = useTranslation();
  return (
    <table className="growth-table growth-places">
      <caption>{t('growth.disk')}</caption>
      <thead>
        <tr>
          <th>{t('growth.place')}</th>
          <th>{t('growth.files')}</th>
          <th>{t('growth.bytes')}</th>
        </tr>
      </thead>
      <tbody>
        {growth.places.map(({ place, files, bytes }) => (
          <tr key={place} data-growth-place={place}>
            <th scope="row">{t(`growth.places.${place}`)}</th>
            <td>{numberText(files, i18n.language)}</td>
            <td>{bytesText(bytes, i18n.language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
