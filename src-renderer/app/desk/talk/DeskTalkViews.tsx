import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import type { DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import type { DeskKitchenTalk } from '../../../features/kitchenTalk/deskKitchenTalk.ts';
import { KitchenTalkChips } from '../../../features/kitchenTalk/KitchenTalkChips.tsx';
import type { SquadsStore } from '../../../features/squads/squadsStore.ts';
import { squadName } from '../../../features/squads/squadWords.ts';
import { TalkHistoryPanel } from '../../../features/talk/TalkHistoryPanel.tsx';
import { TalkDock } from '../../../features/talk/TalkDock.tsx';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { DeskSquads } from '../squads/DeskSquads.ts';
import type { DeskTalk } from './DeskTalk.ts';

export interface DeskTalkParts {
  session: SessionStore;
  squads: Pick<DeskSquads, 'store'>;
  talk: DeskTalk;
  kitchenTalk: Pick<DeskKitchenTalk, 'store'>;
  directory: DirectoryStore;
}

/** Who spoke, in the right column while no member is chosen. */
export function DeskTalkHistory({
  talk,
  squads,
  session,
}: Pick<DeskTalkParts, 'talk' | 'squads' | 'session'>) {
  const times = useStore(session, (state) => state.times);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const groupName = useGroupName(squads.store);
  return <TalkHistoryPanel history={talk.history} talk={talk.store} {...{ times, enabled, groupName }} />;
}

/** What a talk group is called; one of a squad or member that is gone says so. */
function useGroupName(store: SquadsStore): (groupId: string, orderNumber?: string) => string {
  const { t, i18n } = useTranslation();
  const { squads, members } = useStore(
    store,
    useShallow((state) => ({ squads: state.squads, members: state.members })),
  );
  return (groupId, orderNumber) => {
    if (groupId === 'all') return t('talk.groups.all');
    if (orderNumber !== undefined) return t('talk.groups.order', { number: orderNumber });
    const [kind, id = ''] = groupId.split(':');
    if (kind === 'private') {
      return t('talk.groups.private', { name: members.get(id)?.name ?? t('talk.groups.gone') });
    }
    const squad = squads.find(({ squadId }) => squadId === id);
    return squad === undefined ? t('talk.groups.gone') : squadName(squad, i18n.language);
  };
}

/** The talk of the desk along its lower edge. */
export function DeskTalkDock({ talk, squads, session, kitchenTalk, directory }: DeskTalkParts) {
  const { i18n } = useTranslation();
  const sites = useStore(directory, (state) => state.sites);
  const nowMs = useStore(session, (state) => state.nowMs);
  const groupName = useGroupName(squads.store);
  return (
    <TalkDock
      store={talk.store}
      hold={talk.hold}
      groupName={groupName}
      nowMs={nowMs}
      before={
        <KitchenTalkChips
          store={kitchenTalk.store}
          siteName={(siteId) => {
            const { siteName = '', siteNameEn } = sites.get(siteId) ?? {};
            return i18n.language === 'en' ? (siteNameEn ?? siteName) : siteName;
          }}
        />
      }
      onChoose={talk.choose}
      onListen={talk.listen}
      onRevoke={(groupId, epoch) => void talk.revoke(groupId, epoch)}
    />
  );
}
