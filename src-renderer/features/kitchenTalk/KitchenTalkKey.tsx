import type { TFunction } from 'i18next';
import { useEffect, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { EarFault } from '../../../src-shared/kitchenTalk/kitchenTalk.protocol.ts';
import { earRefusalReasons } from '../../../src-shared/kitchenTalk/kitchenTalk.refusals.ts';
import { keyOf } from '../../ui/keys.ts';
import { May } from '../../ui/May.tsx';
import { refusalText } from '../../ui/refusalText.ts';
import { seatWords } from '../../ui/seatWords.ts';
import type { DeskKitchenTalk, KitchenTalkState } from './deskKitchenTalk.ts';
import './kitchenTalk.css';

/** The owner of the held key (`HoldKey`); `override` takes over from who speaks into the kitchen. */
interface KitchenHold {
  pointerDown(event: PointerEvent<HTMLButtonElement>, priority: 'normal' | 'override'): void;
  pointerLeft(event: { pointerId: number }): void;
  keyDown(event: Pick<KeyboardEvent, 'code' | 'key' | 'repeat'>, priority: 'normal' | 'override'): void;
  up(): void;
}

/** The key that speaks into the kitchen of the camera in view, with whom it speaks to and how that stands. */
export function KitchenTalkKey({
  actions,
  hold,
  target,
  isBrief = false,
}: {
  actions: DeskKitchenTalk;
  hold: KitchenHold;
  target: string;
  /** The key alone, where the same words stand beside it. */
  isBrief?: boolean;
}) {
  const { t } = useTranslation();
  const state = useStore(actions.store);
  const { own } = state;
  if (state.target === undefined) return null;
  const speaking = state.speaking.get(state.target.siteId);
  const other =
    speaking === undefined || speaking.speaker.speakerId === state.speakerId
      ? undefined
      : seatWords(speaking.speaker.name, t);
  const phase = own?.phase ?? 'quiet';
  const takesOver = other !== undefined && own === undefined;
  const label = t(own === undefined ? 'kitchenTalk.hold' : `kitchenTalk.${own.phase}`);
  return (
    <section
      className={isBrief ? 'kitchen-talk kitchen-talk--brief' : 'kitchen-talk'}
      aria-label={`${t('kitchenTalk.title')} ${target}`}
      data-kitchen-talk={phase}
      data-kitchen-ear={state.ear?.has ?? 'unread'}
    >
      {!isBrief && (
        <p className="kitchen-talk-target">
          <span className="desk-dim">{t('kitchenTalk.title')}</span> {target}
        </p>
      )}
      <div className="kitchen-talk-row">
        {/* Both are one key in one place: what is held must not go when it becomes the other. */}
        {takesOver ? (
          <May asks="kitchenTalk:takeOver">
            <HeldKey label={t('kitchenTalk.takeOver')} hold={hold} takesOver />
          </May>
        ) : (
          <May asks="kitchenTalk:begin">
            <HeldKey label={label} hold={hold} takesOver={false} />
          </May>
        )}
      </div>
      {!isBrief && <KitchenTalkWords state={state} other={other} sentence={speaking?.sentence} />}
    </section>
  );
}

/** What is to be known of the talk: one sentence, the most important one. */
function KitchenTalkWords({
  state,
  other,
  sentence,
}: {
  state: KitchenTalkState;
  other: string | undefined;
  sentence: string | undefined;
}) {
  const { t } = useTranslation();
  const { own, problem, ended, ear } = state;
  if (own !== undefined && own.phase !== 'opening')
    return (
      <div className="desk-dim" role="status">
        <p>{t('kitchenTalk.unconfirmed')}</p>
        <p>{t('kitchenTalk.muted')}</p>
      </div>
    );
  if (own === undefined && problem !== undefined)
    return (
      <p className="desk-not-normal" role="alert" data-kitchen-problem>
        {typeof problem === 'string' ? t(`kitchenTalk.${problem}`) : refusalText(problem, t)}
      </p>
    );
  if (own === undefined && other !== undefined)
    return (
      <p className="desk-not-normal" role="status" data-kitchen-speaker={other}>
        {sentence === undefined
          ? t('kitchenTalk.heldBy', { by: other })
          : t('kitchenTalk.playedBy', { by: other, sentence })}
        {ended?.end === 'taken' && ` · ${endWords(ended, t)}`}
      </p>
    );
  if (own === undefined && ended !== undefined)
    return (
      <p className="desk-not-normal" role="status" data-kitchen-ended={ended.end}>
        {endWords(ended, t)}
      </p>
    );
  if (ear?.has === 'no')
    return (
      <p className="desk-not-normal" data-kitchen-no-ear={ear.fault}>
        {faultWords(ear.fault, t)}
      </p>
    );
  return <p className="desk-dim">{t('kitchenTalk.hint')}</p>;
}

function faultWords(fault: EarFault, t: TFunction): string {
  return refusalText({ reason: earRefusalReasons[fault] }, t);
}

function endWords({ end, by }: NonNullable<KitchenTalkState['ended']>, t: TFunction): string {
  if (end === 'taken') return t('kitchenTalk.ended.taken', { by: seatWords(by ?? '', t) });
  // A talk that was released, or whose sentence was said whole, ended as its desk wanted.
  if (end === 'released' || end === 'played') return t('kitchenTalk.hint');
  return t(`kitchenTalk.ended.${end}`);
}

/** Speaks while it is held: by mouse, finger or Enter; the space bar speaks to squads. */
function HeldKey({ label, hold, takesOver }: { label: string; hold: KitchenHold; takesOver: boolean }) {
  const priority = takesOver ? 'override' : 'normal';
  // A key that is not on the page any more cannot be released.
  useEffect(() => hold.up, [hold]);
  return (
    <button
      type="button"
      className="kitchen-talk-key"
      onPointerDown={(event) => {
        event.preventDefault();
        hold.pointerDown(event, priority);
      }}
      onPointerLeave={hold.pointerLeft}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (keyOf(event.nativeEvent) !== 'Enter') return;
        event.preventDefault();
        hold.keyDown(event.nativeEvent, priority);
      }}
    >
      {label}
      {!takesOver && <kbd>K</kbd>}
    </button>
  );
}
