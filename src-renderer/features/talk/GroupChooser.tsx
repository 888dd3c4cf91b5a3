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
          {groupName(groupId, orderNumber)}
        </button>
      ))}
    </div>
  );
}
