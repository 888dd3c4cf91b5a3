import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FieldStore } from '../../../features/field/fieldStore.ts';
import { GroupChooser } from '../../../features/talk/GroupChooser.tsx';
import { TalkKey } from '../../../features/talk/TalkKey.tsx';
import { TalkLine } from '../../../features/talk/TalkLine.tsx';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { SurfaceTalk, TalkNotices } from '../../shared/surfaceTalk.ts';
import type { FieldFeature } from '../fieldFeature.ts';

export interface TalkFeatureParts {
  session: SessionStore;
  field: FieldStore;
  talk: SurfaceTalk;
}

/** Talk: the groups of the member, who speaks, and the talk key. */
export function createTalkFeature(parts: TalkFeatureParts): FieldFeature<TalkNotices> {
  const { talk } = parts;
  return {
    panels: { main: () => <Talk {...parts} /> },
    takeSnapshot(arrival) {
      talk.snapshotArrived(arrival, `squad:${arrival.snapshot.squads?.self?.squadId ?? ''}`);
    },
    takeNotice: talk.takeNotice,
    connectionLost: talk.connectionLost,
    touched: talk.touched,
    signedIn: () => talk.media.startMicrophone(),
    signedOut() {
      talk.key.letGo();
      talk.media.stop();
      talk.store.setState({ floors: new Map(), groupId: undefined });
    },
    setAside() {
      talk.key.letGo();
      talk.media.stop();
    },
  };
}

function Talk({ session, field, talk }: TalkFeatureParts) {
  const { t, i18n } = useTranslation();
  const nowMs = useStore(session, (state) => state.nowMs);
  const squads = useStore(field, (state) => state.squads);
  const groupName = (groupId: string): string => {
    if (groupId === 'all') return t('talk.groups.all');
    if (groupId.startsWith('private:')) return t('talk.groups.centre');
    const squad = squads.find(({ squadId }) => `squad:${squadId}` === groupId);
    if (squad === undefined) return t('talk.groups.squad');
    return i18n.language === 'en' ? (squad.nameEn ?? squad.name) : squad.name;
  };
  return (
    <div className="field-talk">
      <GroupChooser store={talk.store} groupName={groupName} onChoose={talk.choose} />
      <TalkLine store={talk.store} groupName={groupName} nowMs={nowMs} gesture="tap" />
      <div className="field-talk-place">
        <TalkKey store={talk.store} hold={talk.hold} nowMs={nowMs} gesture="tap" />
      </div>
    </div>
  );
}
