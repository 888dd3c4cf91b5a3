import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Recorder } from '../../../src-shared/recorders/recorders.protocol.ts';
import { RemoveKey } from '../../ui/desk/RemoveKey.tsx';
import { May } from '../../ui/May.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import type { DeskRecorders } from './deskRecorders.ts';

/** One recorder: how it stands, what was learned of it, and what can be done with it. */
export function RecorderRow({
  recorder,
  actions,
  times,
  isBusy,
}: {
  recorder: Recorder;
  actions: DeskRecorders;
  times: TimeFormat;
  isBusy: boolean;
}) {
  const { t } = useTranslation();
  const { recorderId, name, isOnline, sinceMs, address, lastProblem, announcedItems, receivedItems } =
    recorder;
  const { clockOffsetMs = 0 } = recorder;
  const isShort = announcedItems !== undefined && receivedItems < announcedItems;
  const at = sinceMs === undefined ? undefined : times.timeOfDay(sinceMs);
  const learned = [
    recorder.signalling === undefined ? undefined : `SIP ${recorder.signalling.toUpperCase()}`,
    recorder.mediaWay === undefined ? undefined : t(`recorders.way.${recorder.mediaWay}`),
    recorder.subStream === undefined
      ? undefined
      : recorder.subStream === 'none'
        ? t('recorders.noSubStream')
        : t('recorders.subStream', { line: recorder.subStream }),
    recorder.voice === undefined ? undefined : t(`recorders.voice.${recorder.voice}`),
    recorder.edition === undefined ? undefined : `GB/T 28181-${recorder.edition}`,
    recorder.make,
    recorder.alertsOnMotion ? t('recorders.motionAlerts') : undefined,
  ].filter((word) => word !== undefined);
  return (
    <tr data-recorder={recorderId} data-online={isOnline}>
      <th scope="row">
        {name}
        <div className="desk-dim">{recorderId}</div>
      </th>
      <td className={isOnline ? undefined : 'recorder-offline'}>
        {isOnline ? t('recorders.online') : t('recorders.offline')}
        <div className="desk-dim">
          {at === undefined
            ? t('recorders.neverHeard')
            : isOnline
              ? t('recorders.since', { at })
              : t('recorders.lastHeard', { at })}
        </div>
      </td>
      <td>
        {address ?? '—'}
        {learned.map((word) => (
          <div key={word} className="desk-dim">
            {word}
          </div>
        ))}
        {clockOffsetMs !== 0 && (
          <div className="recorder-offline">
            {t(clockOffsetMs > 0 ? 'recorders.clockAhead' : 'recorders.clockBehind', {
              span: spanWords(Math.abs(clockOffsetMs)),
            })}
          </div>
        )}
      </td>
      <td>
        {announcedItems === undefined
          ? receivedItems === 0
            ? t('recorders.noCatalogue')
            : t('recorders.came', { count: receivedItems })
          : t('recorders.cameOf', { received: receivedItems, announced: announcedItems })}
        {isShort && <div className="recorder-offline">{t('recorders.incomplete')}</div>}
        <div className="desk-dim">
          {t('recorders.matchedOf', { matched: recorder.matched, channels: recorder.channels })}
        </div>
      </td>
      <td>
        {lastProblem === undefined ? (
          '—'
        ) : (
          <>
            {t(`recorders.problem.${lastProblem.problem}`, {
              status: lastProblem.status ?? '',
              address: lastProblem.address ?? '',
            })}
            <div className="desk-dim">{times.timeOfDay(lastProblem.atMs)}</div>
          </>
        )}
      </td>
      <td>
        <span className="desk-row">
          <May asks="recorders:readChannels">
            <Button size="compact-xs" onClick={() => void actions.show({ kind: 'channels', recorderId })}>
              {t('recorders.channels')}
            </Button>
          </May>
          <May asks="recorders:readTrace">
            <Button size="compact-xs" onClick={() => void actions.show({ kind: 'trace', recorderId })}>
              {t('recorders.trace')}
            </Button>
          </May>
          <May asks="recorders:askCatalogue">
            <Button
              size="compact-xs"
              aria-disabled={isBusy}
              onClick={() => void actions.askCatalogue(recorderId)}
            >
              {t('recorders.askCatalogue')}
            </Button>
          </May>
          <May asks="recorders:change">
            <Button size="compact-xs" onClick={() => void actions.show({ kind: 'change', recorderId })}>
              {t('recorders.change')}
            </Button>
          </May>
          <RemoveKey
            asks="recorders:remove"
            size="compact-xs"
            confirm={t('recorders.removeNow')}
            isBusy={isBusy}
            onRemove={() => void actions.remove(recorderId)}
          >
            {t('recorders.remove')}
          </RemoveKey>
        </span>
      </td>
    </tr>
  );
}

/** Hours, minutes and seconds, such as `8:00:05`. */
function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const [minutes, rest] = [Math.floor(seconds / 60) % 60, seconds % 60];
  return [Math.floor(seconds / 3_600), ...[minutes, rest].map((part) => String(part).padStart(2, '0'))].join(
    ':',
  );
}
