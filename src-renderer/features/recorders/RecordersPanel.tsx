import { Button, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { May, useMay } from '../../ui/May.tsx';
import { refusalText } from '../../ui/refusalText.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { ChannelTable, type ChannelTableProps } from './ChannelTable.tsx';
import type { DeskRecorders } from './deskRecorders.ts';
import { PlatformFacts } from './PlatformFacts.tsx';
import { RecorderForm } from './RecorderForm.tsx';
import { RecorderRow } from './RecorderRow.tsx';
import { TraceView } from './TraceView.tsx';
import './recorders.css';

/** Rows that are drawn; the others are found by the field above. */
const maxRows = 200;

export type RecordersPanelProps = Pick<ChannelTableProps, 'titleOf' | 'pick'> & {
  actions: DeskRecorders;
  times: TimeFormat;
};

/** Recorders of kitchens that register by GB/T 28181: the platform, who waits, who is there, their channels and messages. */
export function RecordersPanel({ actions, times, titleOf, pick }: RecordersPanelProps) {
  const { t } = useTranslation();
  const { list, detail, made, done, isBusy, problem } = useStore(actions.store);
  const { isAllowed, helper } = useMay('recorders:list');
  const [waitingId, setWaitingId] = useState<string | undefined>(undefined);
  const [words, setWords] = useState('');
  useEffect(() => {
    if (isAllowed) void actions.read();
    // The password must not stay visible for the next person who opens this page.
    return actions.putPasswordAway;
  }, [actions, isAllowed]);
  const recorders = list?.recorders ?? [];
  const wanted = words.trim().toLowerCase();
  const found = recorders.filter(
    ({ recorderId, name, address = '' }) =>
      wanted === '' ||
      recorderId.includes(wanted) ||
      name.toLowerCase().includes(wanted) ||
      address.includes(wanted),
  );
  const online = recorders.filter(({ isOnline }) => isOnline).length;
  const free = recorders.reduce((sum, { channels, matched }) => sum + Math.max(0, channels - matched), 0);
  const chosen =
    detail === undefined || detail.kind === 'free'
      ? undefined
      : recorders.find(({ recorderId }) => recorderId === detail.recorderId);
  return (
    <div className="desk-page recorders">
      <h1>{t('recorders.title')}</h1>
      <p>{t('recorders.text')}</p>
      {helper !== undefined && <p className="may-ask">{helper}</p>}
      {list !== undefined && (
        <PlatformFacts platform={list.platform} isBusy={isBusy} onSave={actions.setPlatform} />
      )}
      {made !== undefined && (
        <div className="recorder-secret" role="status">
          <p className="desk-not-normal">{t('recorders.once')}</p>
          <dl className="desk-facts">
            <dt>{t('recorders.id')}</dt>
            <dd>{made.recorderId}</dd>
            <dt>{t('recorders.password')}</dt>
            <dd>
              <code data-secret>{made.password}</code>
            </dd>
          </dl>
          <Button onClick={actions.putPasswordAway}>{t('recorders.putAway')}</Button>
        </div>
      )}
      {problem !== undefined && (
        <p className="desk-not-normal" role="alert">
          {refusalText(problem, t)}
        </p>
      )}
      {done !== undefined && (
        <p role="status" data-done={done.kind}>
          {done.kind === 'matched'
            ? t('recorders.matched', { count: done.count })
            : t(`recorders.${done.kind}`)}
        </p>
      )}
      {list !== undefined && list.waiting.length > 0 && (
        <section>
          <h2>{t('recorders.waiting')}</h2>
          <p className="desk-dim">{t('recorders.waitingText')}</p>
          <table className="recorder-table">
            <tbody>
              {list.waiting.map(({ recorderId, address, lastSeenAtMs }) => (
                <tr key={recorderId} data-waiting={recorderId}>
                  <th scope="row">{recorderId}</th>
                  <td>{address}</td>
                  <td>{times.timeOfDay(lastSeenAtMs)}</td>
                  <td>
                    <May asks="recorders:add">
                      <Button size="compact-xs" onClick={() => setWaitingId(recorderId)}>
                        {t('recorders.accept')}
                      </Button>
                    </May>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <RecorderForm
        key={waitingId ?? 'new'}
        waitingId={waitingId}
        isBusy={isBusy}
        onSave={async ({ recorderId, name, password }) => {
          const isAdded = await actions.add({ recorderId, name, password });
          if (isAdded) setWaitingId(undefined);
          return isAdded;
        }}
      />
      {list !== undefined && (
        <div className="desk-row">
          <h2>{t('recorders.list', { online, count: recorders.length })}</h2>
          <TextInput
            aria-label={t('recorders.find')}
            placeholder={t('recorders.find')}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          {free > 0 && (
            <Button onClick={() => void actions.show({ kind: 'free' })}>
              {t('recorders.freeChannels', { count: free })}
            </Button>
          )}
        </div>
      )}
      {list !== undefined && recorders.length === 0 && <p className="desk-dim">{t('recorders.none')}</p>}
      {detail !== undefined && (
        <section className="recorder-detail" data-detail={detail.kind}>
          <div className="desk-row">
            <h2>
              {detail.kind === 'free'
                ? t('recorders.detail.free')
                : t(`recorders.detail.${detail.kind}`, { name: chosen?.name ?? '' })}
            </h2>
            <Button size="compact-sm" onClick={() => void actions.show(undefined)}>
              {t('recorders.closeDetail')}
            </Button>
          </div>
          {detail.kind === 'trace' && (
            <TraceView actions={actions} recorderId={detail.recorderId} times={times} />
          )}
          {(detail.kind === 'channels' || detail.kind === 'free') && (
            <ChannelTable {...{ actions, titleOf, pick }} showsRecorder={detail.kind === 'free'} />
          )}
          {detail.kind === 'change' && (
            <RecorderForm
              key={detail.recorderId}
              known={{
                recorderId: detail.recorderId,
                name: chosen?.name ?? '',
                setsClock: chosen?.setsClock ?? true,
                asksSha256: chosen?.asksSha256 ?? false,
                alertsOnMotion: chosen?.alertsOnMotion ?? false,
              }}
              isBusy={isBusy}
              onSave={({ password, ...recorder }) =>
                actions.change({ ...recorder, ...(password === undefined ? {} : { password }) })
              }
              onNewPassword={() => void actions.change({ recorderId: detail.recorderId, password: 'new' })}
              onCancel={() => void actions.show(undefined)}
            />
          )}
        </section>
      )}
      {found.length > 0 && (
        <table className="recorder-table" data-recorders>
          <thead>
            <tr>
              <th>{t('recorders.recorder')}</th>
              <th>{t('recorders.state')}</th>
              <th>{t('recorders.address')}</th>
              <th>{t('recorders.channels')}</th>
              <th>{t('recorders.lastProblem')}</th>
              <th>
                <span className="visually-hidden">{t('recorders.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, maxRows).map((recorder) => (
              <RecorderRow key={recorder.recorderId} {...{ recorder, actions, times, isBusy }} />
            ))}
          </tbody>
        </table>
      )}
      {found.length > maxRows && (
        <p className="desk-dim">{t('recorders.listedOf', { listed: maxRows, total: found.length })}</p>
      )}
    </div>
  );
}
