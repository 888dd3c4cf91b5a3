import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import { EmergencyBar } from '../../features/squads/EmergencyBar.tsx';
import { MemberCard } from '../../features/squads/MemberCard.tsx';
import { SignInCode } from '../../features/squads/SignInCode.tsx';
import { SquadsPanel } from '../../features/squads/SquadsPanel.tsx';
import type { SquadsStore } from '../../features/squads/squadsStore.ts';
import { squadName } from '../../features/squads/squadWords.ts';
import { squadGroupId } from '../../features/talk/deskGroups.ts';
import { TalkHistoryPanel } from '../../features/talk/TalkHistoryPanel.tsx';
import { TalkDock } from '../../features/talk/TalkDock.tsx';
import type { DeskSurfaceProps } from './DeskSurface.tsx';

/** Squads as a view of the desk, with a sign-in code over it while one is shown. */
export function DeskSquadsView({ squads, talk, session }: DeskSurfaceProps) {
  const nowMs = useStore(session, (state) => state.nowMs);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const speaking = useStore(
    talk.store,
    useShallow((state) =>
      [...state.floors.values()].flatMap(({ talker }) =>
        talker?.memberId === undefined ? [] : [talker.memberId],
      ),
    ),
  );
  return (
    <SquadsPanel
      store={squads.store}
      actions={squads.actions}
      nowMs={nowMs}
      enabled={enabled}
      speaking={new Set(speaking)}
      onTalk={(squadId) => talk.choose(squadGroupId(squadId))}
    />
  );
}

/** The chosen member's card in the right column. */
export function DeskMember({
  squads,
  talk,
  session,
  actions,
  memberId,
  children,
}: DeskSurfaceProps & { memberId: string; children: ReactNode }) {
  const nowMs = useStore(session, (state) => state.nowMs);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  return (
    <>
      <MemberCard
        key={memberId}
        store={squads.store}
        memberId={memberId}
        actions={squads.actions}
        nowMs={nowMs}
        enabled={enabled}
        onPrivateCall={talk.callPrivately}
        onWatch={(id) => void actions.watchMember(id)}
      >
        {children}
      </MemberCard>
      <SignInCode
        store={squads.store}
        nowMs={nowMs}
        onNew={(id) => void squads.actions.showCode(id)}
        onClose={squads.actions.hideCode}
      />
    </>
  );
}

/** SOS over everything. */
export function DeskEmergencies({ squads, session, desk }: DeskSurfaceProps) {
  const nowMs = useStore(session, (state) => state.nowMs);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  return (
    <EmergencyBar
      store={squads.store}
      actions={squads.actions}
      nowMs={nowMs}
      enabled={enabled}
      onMember={(memberId) => {
        desk.show('squads');
        squads.actions.choose(memberId);
      }}
    />
  );
}

/** Who spoke, in the right column while no member is chosen. */
export function DeskTalkHistory({ talk, squads, session }: DeskSurfaceProps) {
  const times = useStore(session, (state) => state.times);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const groupName = useGroupName(squads.store);
  return <TalkHistoryPanel history={talk.history} talk={talk.store} {...{ times, enabled, groupName }} />;
}

/** What a talk group is called; one of a squad or member that is gone says so. */
function useGroupName(store: SquadsStore): (groupId: string) => string {
  const { t, i18n } = useTranslation();
  const { squads, members } = useStore(
    store,
    useShallow((state) => ({ squads: state.squads, members: state.members })),
  );
  return (groupId) => {
    if (groupId === 'all') return t('talk.groups.all');
    const [kind, id = ''] = groupId.split(':');
    if (kind === 'private') {
      return t('talk.groups.private', { name: members.get(id)?.name ?? t('talk.groups.gone') });
    }
    const squad = squads.find(({ squadId }) => squadId === id);
    return squad === undefined ? t('talk.groups.gone') : squadName(squad, i18n.language);
  };
}

/** The talk of the desk along its lower edge. */
export function DeskTalkDock({ talk, squads, session }: DeskSurfaceProps) {
  const nowMs = useStore(session, (state) => state.nowMs);
  const groupName = useGroupName(squads.store);
  return (
    <TalkDock
      store={talk.store}
      hold={talk.hold}
      groupName={groupName}
      nowMs={nowMs}
      onChoose={talk.choose}
      onListen={talk.listen}
      onRevoke={(groupId, epoch) => void talk.revoke(groupId, epoch)}
    />
  );
}
