import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { TalkStore } from './talkStore.ts';
import type { Gesture } from './TalkKey.tsx';
import type { TalkEnd } from './talkKey.ts';
import { seatWords } from '../../ui/seatWords.ts';

export interface TalkLineProps {
  store: TalkStore;
  /** What a group is called. */
  groupName(groupId: string, orderNumber?: string): string;
  nowMs: number;
  gesture: Gesture;
}

/** Who speaks and for how long; or why the own press had no effect. */
export function TalkLine({ store, groupName, nowMs, gesture }: TalkLineProps) {
  const { t } = useTranslation();
  const { floors, groupId, speakerId, key, isAudible } = useStore(store);
  const reasons: Record<TalkEnd, string> = {
    queue_full: t('talk.ended.queueFull'),
    old_press: t('talk.ended.tryAgain'),
    not_in_group: t('talk.ended.notInGroup'),
    elsewhere: t('talk.ended.elsewhere'),
    no_voice: t('talk.ended.noVoice'),
    limit: t('talk.ended.limit'),
    overridden: t('talk.ended.overridden'),
    emergency: t('talk.ended.emergency'),
    by_desk: t('talk.ended.byDesk'),
    not_keyed: t('talk.ended.notKeyed'),
    connection_lost: t('talk.ended.connectionLost'),
    lost: t('talk.ended.connectionLost'),
    group_left: t('talk.ended.groupLeft'),
    no_answer: t('talk.ended.noAnswer'),
    keyboard_silent: t('talk.ended.keyboardSilent'),
  };
  const chosen = groupId === undefined ? undefined : floors.get(groupId);
  const others = [...floors.values()].filter(
    ({ talker }) => talker !== undefined && talker.speakerId !== speakerId,
  );
  // The chosen group first: it is the one the key speaks in.
  const heard = others.find(({ groupId: id }) => id === groupId) ?? others[0];

  if (key.phase === 'has_no_permission' && key.ended !== undefined) {
    return <p className="talk-line talk-line--wrong">{reasons[key.ended]}</p>;
  }
  // The key itself shows this state.
  if (key.phase === 'has_permission') return <p className="talk-line" />;
  if (heard?.talker !== undefined) {
    const seconds = Math.max(0, Math.floor((nowMs - (heard.sinceMs ?? nowMs)) / 1_000));
    const name = seatWords(heard.talker.name, t);
    return (
      <p className="talk-line talk-line--heard">
        <span className="talk-line-dot" />
        <span className="talk-line-name">
          {heard.groupId === groupId
            ? t('talk.talker', { name })
            : t('talk.talkerElsewhere', { name, group: groupName(heard.groupId, heard.orderNumber) })}
        </span>
        <span className="talk-line-time">{t('talk.seconds', { seconds })}</span>
      </p>
    );
  }
  if (!isAudible)
    return <p className="talk-line talk-line--wrong">{t('talk.touchToHear', { context: gesture })}</p>;
  if (floors.size > 0 && chosen === undefined)
    return <p className="talk-line talk-line--wrong">{t('talk.chooseGroup')}</p>;
  return (
    <p className="talk-line">
      {(chosen?.waiting ?? 0) > 0 ? t('talk.waiting', { count: chosen?.waiting ?? 0 }) : t('talk.nobody')}
    </p>
  );
}
