import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { seatWords } from '../../ui/seatWords.ts';
import type { TalkRecord } from '../../../src-shared/talk/talk.protocol.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { TalkHistory } from './talkHistory.ts';
import type { TalkStore } from './talkStore.ts';
import './talkHistory.css';
import { May } from '../../ui/May.tsx';

export interface TalkHistoryPanelProps {
  history: TalkHistory;
  talk: TalkStore;
  times: TimeFormat;
  enabled: boolean;
  /** What a group is called. */
  groupName(groupId: string, orderNumber?: string): string;
}

/** Who spoke: when, in which group, how long, where, and the reason where it did not end by a release of the key. */
export function TalkHistoryPanel({ history, talk, times, enabled, groupName }: TalkHistoryPanelProps) {
  const { t } = useTranslation();
  const { talks, isRead, hasMore, problem } = useStore(history.store);
  // Of each group, which talk is the last and whether it goes on.
  const moment = useStore(talk, ({ floors }) =>
    [...floors.values()].map(({ epoch, talker }) => `${epoch}${talker === undefined ? '' : '+'}`).join(),
  );
  useEffect(() => {
    if (enabled) void history.refresh();
  }, [history, moment, enabled]);
  return (
    <section className="desk-section talk-history" aria-label={t('talk.history.title')}>
      <h2>{t('talk.history.title')}</h2>
      {problem !== undefined && <p className="desk-not-normal">{t('talk.history.failed')}</p>}
      {isRead && talks.length === 0 && <p className="desk-dim">{t('talk.history.none')}</p>}
      <ol>
        {talks.map((record) => (
          <TalkRow key={record.talkId} record={record} times={times} groupName={groupName} />
        ))}
      </ol>
      {hasMore && (
        <May asks="talk:readHistory">
          <Button disabled={!enabled} onClick={() => void history.readOlder()}>
            {t('talk.history.older')}
          </Button>
        </May>
      )}
    </section>
  );
}

function TalkRow({
  record,
  times,
  groupName,
}: {
  record: TalkRecord;
  times: TimeFormat;
  groupName(groupId: string, orderNumber?: string): string;
}) {
  const { t } = useTranslation();
  const { talkId, groupId, talker, priority, startedAtMs, endedAtMs, endCause, place } = record;
  const seconds =
    endedAtMs === undefined ? undefined : Math.max(1, Math.round((endedAtMs - startedAtMs) / 1_000));
  const causes = {
    released: undefined,
    limit: t('talk.history.limit'),
    overridden: t('talk.history.overridden'),
    emergency: t('talk.history.emergency'),
    by_desk: t('talk.history.byDesk'),
    lost: t('talk.history.lost'),
    group_left: t('talk.history.groupLeft'),
    not_keyed: t('talk.history.notKeyed'),
    cut_off: t('talk.history.cutOff'),
  };
  const cause = endCause === undefined ? undefined : causes[endCause];
  return (
    <li
      className={priority === 'emergency' ? 'talk-history-row talk-history-row--sos' : 'talk-history-row'}
      data-talk-id={talkId}
    >
      <time>{times.timeOfDay(startedAtMs)}</time>
      <strong>
        {priority === 'emergency' && 'SOS '}
        {seatWords(talker.name, t)}
      </strong>
      <span>
        {seconds === undefined ? (cause ?? t('talk.history.goesOn')) : t('talk.seconds', { seconds })}
      </span>
      <span className="talk-history-more">
        {[
          groupName(groupId, record.orderNumber),
          seconds === undefined ? undefined : cause,
          place === undefined ? undefined : `${place.latitude.toFixed(4)}, ${place.longitude.toFixed(4)}`,
        ]
          .filter((words) => words !== undefined)
          .join(' · ')}
      </span>
    </li>
  );
}
