import { useStore } from 'zustand';
import type { FieldStore } from '../../../features/field/fieldStore.ts';
import type { Outbox } from '../../../features/field/outbox.ts';
import { PositionRow } from '../../../features/field/PositionRow.tsx';
import type { PositionSharing } from '../../../features/field/positionSharing.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import type { PageStorage } from '../../../server/pageStorage.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { FieldFeature } from '../fieldFeature.ts';

const sharingKey = 'mingchu.sharesPosition';

export interface PositionFeatureParts {
  session: SessionStore;
  field: FieldStore;
  link: Pick<HubLink, 'request'>;
  storage: PageStorage;
  sharing: Pick<PositionSharing, 'start' | 'stop' | 'touched'>;
  outbox: Pick<Outbox, 'forgetPositions'>;
}

/** The position, shared for as long as the member wants. */
export function createPositionFeature(parts: PositionFeatureParts): FieldFeature {
  const { field, link, storage, sharing, outbox } = parts;
  const isShared = (): boolean => storage.getItem(sharingKey) !== 'false';
  const share = (isWanted: boolean): void => {
    if (isWanted) sharing.start();
    else {
      sharing.stop();
      outbox.forgetPositions();
      void link.request('squads:stopSharingPosition', {});
    }
    storage.setItem(sharingKey, String(isWanted));
  };
  return {
    panels: { row: () => <Position {...parts} onShare={share} /> },
    takeSnapshot() {
      // The member stopped sharing while the hub was away.
      if (!isShared() && field.getState().member?.position !== undefined) {
        void link.request('squads:stopSharingPosition', {});
      }
    },
    touched() {
      if (field.getState().isSignedIn) sharing.touched();
    },
    signedIn() {
      if (isShared()) sharing.start();
    },
    signedOut: () => sharing.stop(),
    setAside: () => sharing.stop(),
  };
}

function Position({
  session,
  field,
  onShare,
}: Pick<PositionFeatureParts, 'session' | 'field'> & { onShare(isShared: boolean): void }) {
  const nowMs = useStore(session, (state) => state.nowMs);
  return <PositionRow store={field} nowMs={nowMs} onShare={onShare} />;
}
