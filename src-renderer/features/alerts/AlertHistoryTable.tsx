import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { pageSize, type HistoryResult } from './alertHistory.ts';
import { ageText, alertTitle, classShapes, placeText } from './alertWords.ts';
import { seatWords } from '../../ui/seatWords.ts';

export interface AlertHistoryTableProps {
  result: HistoryResult;
  kinds: ReadonlyMap<string, AlertKind>;
  times: TimeFormat;
  onChoose(alertId: string, cameraId?: string): void;
  onTurn(step: 1 | -1): void;
}

/** One page of the alerts that were found, the newest first; each opens its details. */
export function AlertHistoryTable({ result, kinds, times, onChoose, onTurn }: AlertHistoryTableProps) {
  const { t, i18n } = useTranslation();
  const { page, cursors } = result;
  const first = (cursors.length - 1) * pageSize + 1;
  if (page.alerts.length === 0) return <p role="status">{t('alertHistory.nothing')}</p>;
  return (
    <section className="alert-found">
      <table>
        <thead>
          <tr>
            <th>{t('alertHistory.time')}</th>
            <th>{t('alertHistory.kind')}</th>
            <th>{t('alertHistory.place')}</th>
            <th>{t('large.district')}</th>
            <th>{t('alertHistory.outcome')}</th>
            <th>{t('alertHistory.takenBy')}</th>
            <th>{t('alertHistory.takenIn')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {page.alerts.map((alert) => {
            const { acknowledged, closed, place } = alert;
            return (
              <tr
                key={alert.alertId}
                data-found-id={alert.alertId}
                data-alert-class={alert.class}
                onClick={() => onChoose(alert.alertId, place?.cameraId)}
              >
                <td>{times.timeOfDay(alert.raisedAtMs)}</td>
                <td className="alert-kind">
                  {classShapes[alert.class]} {alertTitle(alert, kinds, i18n.language)}
                  {alert.count > 1 && ` ×${alert.count}`}
                </td>
                <td>{placeText(alert, t, i18n.language)}</td>
                <td>{place !== undefined && t(`district.${place.district}`)}</td>
                <td>
                  {t(`alerts.state.${alert.state}`)}
                  {closed?.reason !== undefined &&
                    t('alerts.inBrackets', { words: t(`alerts.reason.${closed.reason}`) })}
                  {closed?.resolution !== undefined &&
                    closed.resolution !== 'handled' &&
                    t('alerts.inBrackets', { words: t(`alerts.done.${closed.resolution}`) })}
                </td>
                <td>{acknowledged !== undefined && seatWords(acknowledged.by.name, t)}</td>
                <td>{acknowledged !== undefined && ageText(acknowledged.atMs - alert.raisedAtMs, t)}</td>
                <td>
                  <Button size="compact-xs">{t('alertHistory.look')}</Button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <div className="desk-row">
        <Button disabled={cursors.length === 1} onClick={() => onTurn(-1)}>
          {t('alertHistory.newer')}
        </Button>
        <span className="desk-dim">
          {t('alertHistory.page', { first, last: first + page.alerts.length - 1, total: page.total })}
        </span>
        <Button disabled={page.next === undefined} onClick={() => onTurn(1)}>
          {t('alertHistory.older')}
        </Button>
      </div>
    </section>
  );
}
