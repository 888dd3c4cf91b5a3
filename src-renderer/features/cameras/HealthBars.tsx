import { useTranslation } from 'react-i18next';
import type { HealthCounts } from '../../../src-shared/cameras/healthReport.ts';

/** The online rates of groups, each as words and as a bar: the empty part of the bar is the share of faults. */
export function HealthBars({
  title,
  groups,
}: {
  title: string;
  groups: readonly ({ key: string; name: string } & HealthCounts)[];
}) {
  const { t } = useTranslation();
  return (
    <section>
      <h2>{title}</h2>
      <table className="health-bars">
        <tbody>
          {groups.map(({ key, name, total, checked, online, onlineRate }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              <td className="health-bar-cell">
                <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                  <rect className="health-bar-room" width="100" height="6" />
                  <rect className="health-bar-wrong" width={(checked / total) * 100} height="6" />
                  <rect className="health-bar-online" width={(online / total) * 100} height="6" />
                </svg>
              </td>
              <td className="health-number">
                {onlineRate === undefined ? '—' : `${(Math.floor(onlineRate * 1_000) / 10).toFixed(1)}%`}
              </td>
              <td className="health-number desk-dim">{t('health.of', { part: online, whole: checked })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
