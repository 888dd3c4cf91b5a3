import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FieldStore } from '../../../features/field/fieldStore.ts';
import { GroupChooser } from '../../../features/talk/GroupChooser.tsx';
import { TalkKey } from '../../../features/talk/TalkKey.tsx';
import { TalkLine } from '../../../features/talk/TalkLine.tsx';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { GroupMoves } from './groupMoves.ts';
import type { SurfaceTalk, TalkNotices } from '../../shared/surfaceTalk.ts';
import type { FieldFeature } from '../fieldFeature.ts';

export interface TalkFeatureParts {
  session: SessionStore;
  field: FieldStore;
  talk: SurfaceTalk;
  moves: GroupMoves;
}

/** How long the member reads that the phone was moved to another group. Milliseconds. */
const movedShownMs = 10_000;

/** Talk: the groups of the member, who speaks, and the talk key. */
export function createTalkFeature(parts: TalkFeatureParts): FieldFeature<TalkNotices | 'talk:groupsChanged'> {
  const { talk, moves } = parts;
  return {
    panels: { strip: () => <MovedStrip {...parts} />, main: () => <Talk {...parts} /> },
    takeSnapshot: moves.snapshotArrived,
    takeNotice: { ...talk.takeNotice, 'talk:groupsChanged': moves.groupsChanged },
    connectionLost: talk.connectionLost,
    touched: talk.touched,
    signedIn: () => talk.media.startMicrophone(),
    signedOut() {
      talk.key.letGo();
      talk.media.stop();
      moves.forget();
      talk.store.setState({ floors: new Map(), groupId: undefined });
    },
    setAside() {
      talk.key.letGo();
      talk.media.stop();
    },
  };
}

/** What a group is called on the phone. */
function useGroupName(field: FieldStore): (groupId: string, orderNumber?: string) => string {
  const { t, i18n } = useTranslation();
  const squads = useStore(field, (state) => state.squads);
  return (groupId, orderNumber) => {
    if (groupId === 'all') return t('talk.groups.all');
    if (orderNumber !== undefined) return t('talk.groups.order', { number: orderNumber });
    if (groupId.startsWith('private:')) return t('talk.groups.centre');
    const squad = squads.find(({ squadId }) => `squad:${squadId}` === groupId);
    if (squad === undefined) return t('talk.groups.squad');
    return i18n.language === 'en' ? (squad.nameEn ?? squad.name) : squad.name;
  };
}

/** That the phone was moved to the group of an order, or back. */
function MovedStrip({ session, field, moves }: TalkFeatureParts) {
  const { t } = useTranslation();
  const nowMs = useStore(session, (state) => state.nowMs);
  const moved = useStore(moves.store, (state) => state.moved);
  const groupName = useGroupName(field);
  const isShown = moved !== undefined && nowMs - moved.atMs < movedShownMs;
  return (
    <div className="field-strips" role="status">
      {isShown && (
        <p className="field-strip" data-moved-to={moved.groupId}>
          {t('talk.movedTo', { group: groupName(moved.groupId, moved.orderNumber) })}
        </p>
      )}
    </div>
  );
}

function Talk({ session, field, talk, moves }: TalkFeatureParts) {
  const nowMs = useStore(session, (state) => state.nowMs);
  const groupName = useGroupName(field);
  return (
    <div className="field-talk">
      <GroupChooser store={talk.store} groupName={groupName} onChoose={moves.choose} />
      <TalkLine store={talk.store} groupName={groupName} nowMs={nowMs} gesture="tap" />
      <div className="field-talk-place">
        <TalkKey store={talk.store} hold={talk.hold} nowMs={nowMs} gesture="tap" />
      </div>
    </div>
  );
}
