import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { TalkStore } from './talkStore.ts';

export interface GroupChooserProps {
  store: TalkStore;
  groupName(groupId: string, orderNumber?: string): string;
  onChoose(groupId: string): void;
}

/** In which group the key speaks; a group in which somebody speaks is marked. */
export function GroupChooser({ store, groupName, onChoose }: GroupChooserProps) {
  const { t } = useTranslation();
  const floors = useStore(store, (state) => state.floors);
  const chosen = useStore(store, (state) => state.groupId);
  return (
    <div className="talk-groups" role="radiogroup" aria-label={t('talk.group')}>
      {[...floors.values()].map(({ groupId, orderNumber, talker }) => (
        <button
          key={groupId}
          type="button"
          role="radio"
          aria-checked={groupId === chosen}
          data-group-id={groupId}
          data-talker-kind={talker?.kind}
          className={talker === undefined ? 'talk-group' : 'talk-group talk-group--busy'}
          onClick={() => onChoose(groupId)}
        >
          <GroupWords words={groupName(groupId, orderNumber)} />
        </button>
      ))}
    </div>
  );
}

/** The name of a group over as many lines as it needs; the number of an order, such as `30-001`, is not broken at its hyphen. */
function GroupWords({ words }: { words: string }) {
  return (
    <span>
      {words.split(/(?<= )/).map((word, index) =>
        /\d-\d/.test(word) ? (
          <span key={index} className="talk-group-number">
            {word}
          </span>
        ) : (
          word
        ),
      )}
    </span>
  );
}
