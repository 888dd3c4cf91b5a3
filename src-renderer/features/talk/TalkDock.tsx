import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { seatWords } from '../../ui/seatWords.ts';
import type { HoldKey } from './holdKey.ts';
import { TalkKey } from './TalkKey.tsx';
import { TalkLine } from './TalkLine.tsx';
import type { TalkStore } from './talkStore.ts';
import './talkDock.css';
import { May } from '../../ui/May.tsx';

export interface TalkDockProps {
  store: TalkStore;
  hold: HoldKey;
  /** What a group is called. */
  groupName(groupId: string, orderNumber?: string): string;
  nowMs: number;
  /** What else is spoken now, before the groups. */
  before?: ReactNode;
  onChoose(groupId: string): void;
  onListen(groupId: string, isHeard: boolean): void;
  /** Ends the talk of whoever has the group's floor. */
  onRevoke(groupId: string, epoch: number): void;
}

/** Talk on the desk: every group with who speaks in it, which groups are heard, the group to speak in, and the talk key. */
export function TalkDock(props: TalkDockProps) {
  const { store, hold, groupName, nowMs, before, onChoose, onListen, onRevoke } = props;
  const { t } = useTranslation();
  const floors = useStore(store, (state) => state.floors);
  const silenced = useStore(store, (state) => state.silenced);
  const chosen = useStore(store, (state) => state.groupId);
  const speakerId = useStore(store, (state) => state.speakerId);
  return (
    <section className="talk-dock" aria-label={t('talk.dock')}>
      <div className="talk-dock-groups">
        {before}
        <div className="talk-dock-chips" role="radiogroup" aria-label={t('talk.group')}>
          {[...floors.values()].map(({ groupId, orderNumber, talker, waiting, epoch }) => {
            const isHeard = !silenced.has(groupId);
            const name = groupName(groupId, orderNumber);
            return (
              <span
                key={groupId}
                className={`talk-chip${groupId === chosen ? ' talk-chip--chosen' : ''}${talker === undefined ? '' : ' talk-chip--busy'}`}
                data-group-id={groupId}
              >
                <button
                  type="button"
                  role="radio"
                  className="talk-chip-name"
                  aria-checked={groupId === chosen}
                  onClick={() => onChoose(groupId)}
                >
                  {name}
                  <span className="talk-chip-who">
                    {talker === undefined
                      ? waiting > 0
                        ? t('talk.waiting', { count: waiting })
                        : ''
                      : seatWords(talker.name, t)}
                  </span>
                </button>
                <button
                  type="button"
                  className="talk-chip-heard"
                  aria-pressed={isHeard}
                  aria-label={t('talk.listenTo', { group: name })}
                  title={isHeard ? t('talk.heard') : t('talk.notHeard')}
                  onClick={() => onListen(groupId, !isHeard)}
                >
                  <SpeakerMark isOn={isHeard} />
                </button>
                {talker !== undefined && talker.speakerId !== speakerId && (
                  <May asks="talk:revokeFloor">
                    <button
                      type="button"
                      className="talk-chip-end"
                      aria-label={t('talk.revoke', { name: seatWords(talker.name, t) })}
                      title={t('talk.revoke', { name: seatWords(talker.name, t) })}
                      onClick={() => onRevoke(groupId, epoch)}
                    >
                      ×
                    </button>
                  </May>
                )}
              </span>
            );
          })}
        </div>
      </div>
      <div className="talk-dock-line">
        <TalkLine store={store} groupName={groupName} nowMs={nowMs} gesture="click" />
      </div>
      <div className="talk-dock-key">
        <May asks="talk:requestFloor">
          <TalkKey store={store} hold={hold} nowMs={nowMs} gesture="click" />
        </May>
      </div>
    </section>
  );
}

function SpeakerMark({ isOn }: { isOn: boolean }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z" />
      {isOn ? (
        <path d="M15.5 8.5a5 5 0 0 1 0 7M18 6a8.5 8.5 0 0 1 0 12" />
      ) : (
        <path d="M15.5 9.5l5 5m0-5l-5 5" />
      )}
    </svg>
  );
}
