import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { keyOf } from '../../ui/keys.ts';
import type { HoldKey } from './holdKey.ts';
import type { TalkState, TalkStore } from './talkStore.ts';
import './talkKey.css';

/** The word for touching the screen: a click at a desk, a tap on a phone. */
export type Gesture = 'click' | 'tap';

export interface TalkKeyProps {
  store: TalkStore;
  hold: HoldKey;
  /** The hub's clock, updated once a second. */
  nowMs: number;
  gesture: Gesture;
}

/** The large key, which is held to speak. Its text says what a press would do, or what is happening. */
export function TalkKey({ store, hold, nowMs, gesture }: TalkKeyProps) {
  const { t } = useTranslation();
  const state = useStore(store);
  // A key that is not on the page any more cannot be released.
  useEffect(() => hold.up, [hold]);
  const look = lookOf(state);
  const words = {
    off: t('talk.openMicrophone', { context: gesture }),
    asking: t('talk.allowMicrophone'),
    denied: t('talk.microphoneDenied', { context: gesture }),
    missing: t('talk.microphoneMissing'),
    lost: t('talk.microphoneLost'),
    taken: t('talk.microphoneTaken'),
    connecting: t('talk.connecting'),
    free: t('talk.hold'),
    busy: t('talk.holdToQueue'),
    asked: t('talk.asked'),
    queued: state.key.phase === 'queued' ? t('talk.queued', { position: state.key.position }) : '',
    speaking: t('talk.speaking'),
    near: t('talk.speaking'),
    hot: t('talk.hot'),
  };
  const { key } = state;
  const leftSeconds =
    key.phase === 'has_permission' ? Math.max(0, Math.floor((key.endsAtMs - nowMs) / 1_000)) : undefined;
  return (
    <button
      type="button"
      className={`talk-key talk-key--${look}`}
      data-look={look}
      onPointerDown={(event) => {
        event.preventDefault();
        hold.pointerDown(event);
      }}
      onPointerLeave={hold.pointerLeft}
      onKeyDown={(event) => {
        const key = keyOf(event.nativeEvent);
        if (key !== ' ' && key !== 'Enter') return;
        event.preventDefault();
        hold.keyDown(event.nativeEvent);
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      <MicrophoneMark isCrossed={look === 'denied' || look === 'missing' || look === 'lost'} />
      <span className="talk-key-words">{words[look]}</span>
      {leftSeconds !== undefined && (
        <span className="talk-key-left">{t('talk.secondsLeft', { seconds: leftSeconds })}</span>
      )}
    </button>
  );
}

type Look =
  | Exclude<TalkState['microphone'], 'ready'>
  | 'connecting'
  | 'free'
  | 'busy'
  | 'asked'
  | 'queued'
  | 'speaking'
  | 'near'
  | 'hot';

function lookOf({ key, microphone, hasVoice, floors, groupId, speakerId }: TalkState): Look {
  if (key.phase === 'has_permission') {
    if (key.priority === 'emergency') return 'hot';
    return key.isLimitNear ? 'near' : 'speaking';
  }
  if (microphone !== 'ready') return microphone;
  if (!hasVoice) return 'connecting';
  if (key.phase === 'pending_request') return 'asked';
  if (key.phase === 'queued') return 'queued';
  const talker = groupId === undefined ? undefined : floors.get(groupId)?.talker;
  return talker === undefined || talker.speakerId === speakerId ? 'free' : 'busy';
}

function MicrophoneMark({ isCrossed }: { isCrossed: boolean }) {
  return (
    <svg className="talk-key-mark" viewBox="0 0 24 24" aria-hidden="true">
      <rect x="9" y="2.5" width="6" height="11.5" rx="3" />
      <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3.5M8.5 21.5h7" />
      {isCrossed && <path d="M3.5 3.5l17 17" />}
    </svg>
  );
}
