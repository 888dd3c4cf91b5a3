import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import { seatWords } from '../../ui/seatWords.ts';
import type { DeskKitchenTalk } from './deskKitchenTalk.ts';
import { kitchenChips } from './kitchenChips.ts';
import './kitchenTalk.css';

/** Who speaks into which kitchen now, on the talk bar of every desk; first the kitchen that this desk's held key speaks to. */
export function KitchenTalkChips({
  store,
  siteName,
}: {
  store: DeskKitchenTalk['store'];
  siteName(siteId: string): string;
}) {
  const { t } = useTranslation();
  const state = useStore(
    store,
    useShallow(({ speaking, speakerId, own, target }) => ({ speaking, speakerId, own, target })),
  );
  return kitchenChips(state).map(({ siteId, isOwn, by, isWaiting, sentence }) => {
    const who = seatWords(by, t);
    const words =
      sentence !== undefined
        ? t(isOwn ? 'kitchenTalk.chip.ownPlays' : 'kitchenTalk.chip.plays', { by: who, sentence })
        : isOwn
          ? t(isWaiting ? 'kitchenTalk.chip.ownWaits' : 'kitchenTalk.chip.own')
          : t('kitchenTalk.chip.speaks', { by: who });
    return (
      <span
        key={siteId}
        className={`talk-chip talk-chip--busy kitchen-chip${isOwn ? ' kitchen-chip--own' : ''}`}
        role="status"
        data-kitchen-chip={siteId}
      >
        <span className="talk-chip-name">
          {t('kitchenTalk.chip.kitchen', { site: siteName(siteId) })}
          <span className="talk-chip-who">{words}</span>
        </span>
      </span>
    );
  });
}
