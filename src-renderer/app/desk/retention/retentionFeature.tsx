import { useStore } from 'zustand';
import { GrowthPanel } from '../../../features/retention/GrowthPanel.tsx';
import { createGrowthReader, type GrowthReader } from '../../../features/retention/growthStore.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';

type RetentionFeatureParts = Pick<DeskParts, 'session' | 'link'>;

/** What grows on the server's disk, for administrators and auditors. */
export function createRetentionFeature({ session, link }: RetentionFeatureParts): DeskFeature {
  const reader = createGrowthReader(() => link.request('retention:readGrowth', {}));
  return {
    view: {
      name: 'growth',
      title: (t) => t('desk.view.growth'),
      View: () => <Growing session={session} reader={reader} />,
    },
  };
}

function Growing({ session, reader }: Pick<RetentionFeatureParts, 'session'> & { reader: GrowthReader }) {
  const times = useStore(session, (state) => state.times);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  return <GrowthPanel reader={reader} times={times} enabled={enabled} />;
}
