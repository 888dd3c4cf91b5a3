import { squadsView } from './squadsView.ts';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import { BodyCamButtons } from '../../../features/bodycam/BodyCamButtons.tsx';
import { Recorders } from '../../../features/bodycam/Recorders.tsx';
import { EmergencyBar } from '../../../features/squads/EmergencyBar.tsx';
import { MemberCard } from '../../../features/squads/MemberCard.tsx';
import { SignInCode } from '../../../features/squads/SignInCode.tsx';
import { SquadsPanel } from '../../../features/squads/SquadsPanel.tsx';
import { squadGroupId } from '../../../../src-shared/talk/memberGroups.ts';
import type { DeskBodyCams } from '../bodycam/DeskBodyCams.ts';
import type { DeskActions } from '../DeskActions.ts';
import type { DeskStore } from '../DeskState.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { DeskTalk } from '../talk/DeskTalk.ts';
import type { DeskSquads } from './DeskSquads.ts';

export interface DeskMemberParts {
  desk: DeskStore;
  session: SessionStore;
  squads: DeskSquads;
  talk: Pick<DeskTalk, 'store' | 'choose' | 'callPrivately'>;
  bodyCams: DeskBodyCams;
  actions: Pick<DeskActions, 'watchMember'>;
}

/** Squads as a view of the desk, with a sign-in code over it while one is shown. */
export function DeskSquadsView({ squads, talk, session }: DeskMemberParts) {
  const nowMs = useStore(session, (state) => state.nowMs);
  const times = useStore(session, (state) => state.times);
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
      times={times}
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
  bodyCams,
  talk,
  session,
  actions,
  memberId,
  children,
}: DeskMemberParts & { memberId: string; children: ReactNode }) {
  const nowMs = useStore(session, (state) => state.nowMs);
  const times = useStore(session, (state) => state.times);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const member = useStore(squads.store, (state) => state.members.get(memberId));
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
        bodyCam={
          member !== undefined && (
            <BodyCamButtons
              member={member}
              actions={bodyCams.actions}
              enabled={enabled}
              onWatch={(id) => void actions.watchMember(id)}
            />
          )
        }
        recorders={
          <Recorders
            store={bodyCams.recorders}
            memberId={memberId}
            actions={bodyCams.actions}
            enabled={enabled}
            times={times}
          />
        }
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
export function DeskEmergencies({ squads, session, desk }: DeskMemberParts) {
  const nowMs = useStore(session, (state) => state.nowMs);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  return (
    <EmergencyBar
      store={squads.store}
      actions={squads.actions}
      nowMs={nowMs}
      enabled={enabled}
      onMember={(memberId) => {
        desk.show(squadsView);
        squads.actions.choose(memberId);
      }}
    />
  );
}
