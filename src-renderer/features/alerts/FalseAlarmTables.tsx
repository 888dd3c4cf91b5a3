import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import { classShapes, kindName } from './alertWords.ts';

type Statistics = OutputOf<'alerts:readStatistics'>;
type Counts = Pick<Statistics['perKind'][number], 'alerts' | 'judged' | 'falseAlarms'>;

/** Rows that fit beside the chart; the export has all. */
const mostCameras = 12;

/** The number of alerts by type and by camera, and the share of false alarms among those that somebody judged. */
export function FalseAlarmTables({
  statistics,
  kinds,
  titleOf,
}: {
  statistics: Statistics;
  kinds: ReadonlyMap<string, AlertKind>;
  titleOf(cameraId: string): string | undefined;
}) {
  const { t, i18n } = useTranslation();
  const { perKind, perCamera } = statistics;
  return (
    <>
      <CountTable
        title={t('alertHistory.perKind')}
        rows={perKind.map(({ kindId, ...counts }) => {
          const kind = kinds.get(kindId);
          const name = kindName(kind, kindId, i18n.language);
          return {
            key: kindId,
            name: kind === undefined ? name : `${classShapes[kind.class]} ${name}`,
            class: kind?.class,
            counts,
          };
        })}
      />
      <CountTable
        title={t('alertHistory.perCamera', { count: Math.min(mostCameras, perCamera.length) })}
        rows={perCamera.slice(0, mostCameras).map(({ cameraId, cameraName, siteName, ...counts }) => ({
          key: cameraId,
          name: titleOf(cameraId) ?? `${siteName} · ${cameraName}`,
          class: undefined,
          counts,
        }))}
      />
    </>
  );
}

function CountTable({
  title,
  rows,
}: {
  title: ReactNode;
  rows: readonly { key: string; name: string; class: 1 | 2 | 3 | undefined; counts: Counts }[];
}) {
  const { t } = useTranslation();
  const largest = Math.max(1, ...rows.map(({ counts }) => counts.alerts));
  return (
    <section className="alert-counts">
      <table>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            <th scope="col" />
            <th scope="col" className="alert-number">
              {t('alertHistory.count')}
            </th>
            <th scope="col" className="alert-number" title={t('alertHistory.rateText')}>
              {t('alertHistory.falseRate')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, class: alertClass, counts }) => (
            <tr key={key} data-count-of={key}>
              <th scope="row" title={name}>
                {name}
              </th>
              <td className="alert-bar-cell">
                <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                  <rect className="chart-room" width="100" height="6" />
                  <rect
                    className={alertClass === undefined ? 'chart-plain' : `chart-class-${alertClass}`}
                    width={(counts.alerts / largest) * 100}
                    height="6"
                  />
                </svg>
              </td>
              <td className="alert-number">{counts.alerts}</td>
              <td className="alert-number">
                {counts.judged === 0
                  ? '—'
                  : `${Math.round((counts.falseAlarms / counts.judged) * 100)}% (${counts.falseAlarms}/${counts.judged})`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
