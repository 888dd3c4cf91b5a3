import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { UpperPlatform } from '../../../src-shared/cascade/cascade.protocol.ts';
import { RemoveKey } from '../../ui/desk/RemoveKey.tsx';
import { May } from '../../ui/May.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import type { DeskCascade } from './deskCascade.ts';
import { timeText } from './hoursText.ts';

/** One upper platform: how the server stands with it, what it has, what it watches now, and what can be done. */
export function UpperRow({
  platform,
  actions,
  times,
  isBusy,
  titleOf,
}: {
  platform: UpperPlatform;
  actions: DeskCascade;
  times: TimeFormat;
  isBusy: boolean;
  titleOf(cameraId: string): string;
}) {
  const { t } = useTranslation();
  const { upperId, settings, standing, views, sharedCameras, fromThere } = platform;
  const { lastProblem, saysId, make, seenAs, subscribedUntilMs } = standing;
  const isGood = standing.state === 'registered' || standing.state === 'off';
  const says = [
    make,
    saysId === undefined ? undefined : t('cascade.saysId', { id: saysId }),
    seenAs === undefined ? undefined : t('cascade.seenAs', { address: seenAs }),
    subscribedUntilMs === undefined ? undefined : t('cascade.subscribed'),
  ].filter((word) => word !== undefined);
  return (
    <tr data-upper={upperId} data-state={standing.state}>
      <th scope="row">
        {settings.name}
        <div className="desk-dim">{settings.theirId}</div>
        <div className="desk-dim">
          {settings.address}:{settings.port} · {settings.transport.toUpperCase()} · GB/T 28181-
          {settings.edition}
        </div>
      </th>
      <td className={isGood ? undefined : 'cascade-bad'}>
        {t(`cascade.state.${standing.state}`, { at: times.timeOfDay(standing.sinceMs) })}
        {lastProblem !== undefined && (
          <div className={standing.state === 'registered' ? 'desk-dim' : 'cascade-bad'}>
            {t('cascade.lastProblem', { at: times.timeOfDay(lastProblem.atMs) })}{' '}
            {t(`cascade.problem.${lastProblem.problem}`, {
              status: lastProblem.status ?? '',
              address: lastProblem.address ?? '',
            })}
          </div>
        )}
        {says.map((word) => (
          <div key={word} className="desk-dim">
            {word}
          </div>
        ))}
      </td>
      <td>
        {t('cascade.shared', { count: sharedCameras })}
        {fromThere > 0 && <div className="desk-dim">{t('cascade.fromThere', { count: fromThere })}</div>}
        {settings.hours !== null && (
          <div className="desk-dim">
            {t('cascade.within', {
              from: timeText(settings.hours.fromMinute),
              to: timeText(settings.hours.toMinute),
            })}
          </div>
        )}
        {!settings.mayWatch && <div className="cascade-bad">{t('cascade.mayNotWatch')}</div>}
      </td>
      <td>
        {views.length === 0 && '—'}
        {views.map(({ viewId, cameraId, sinceMs }) => (
          <div key={viewId} className="desk-row" data-view={cameraId}>
            {titleOf(cameraId)}
            <span className="desk-dim">{t('cascade.watchedSince', { at: times.timeOfDay(sinceMs) })}</span>
            <May asks="cascade:shutCamera">
              <Button
                size="compact-xs"
                aria-disabled={isBusy}
                onClick={() => void actions.shutCamera(cameraId)}
              >
                {t('cascade.shutCamera')}
              </Button>
            </May>
          </div>
        ))}
      </td>
      <td>
        <span className="desk-row">
          <May asks="cascade:share">
            <Button size="compact-xs" onClick={() => void actions.show({ kind: 'share', upperId })}>
              {t('cascade.choose')}
            </Button>
          </May>
          <May asks="cascade:change">
            <Button size="compact-xs" onClick={() => void actions.show({ kind: 'change', upperId })}>
              {t('cascade.change')}
            </Button>
          </May>
          {settings.mayWatch && (
            <May asks="cascade:shutPlatform">
              <Button
                size="compact-xs"
                aria-disabled={isBusy}
                onClick={() => void actions.shutPlatform(upperId)}
              >
                {t('cascade.shutPlatform')}
              </Button>
            </May>
          )}
          <RemoveKey
            asks="cascade:remove"
            size="compact-xs"
            confirm={t('cascade.removeNow')}
            onRemove={() => void actions.remove(upperId)}
          >
            {t('cascade.remove')}
          </RemoveKey>
        </span>
      </td>
    </tr>
  );
}
