import { useStore } from 'zustand';
import type { Motion } from '../../features/showcase/motion.ts';
import { Curtain } from '../../features/showcase/Curtain.tsx';
import type { ShowcasePictures } from '../../features/showcase/pictures.ts';
import { Showcase } from '../../features/showcase/Showcase.tsx';
import { wasLetIn, type ShowcaseStore } from '../../features/showcase/showcaseStore.ts';
import { ConnectionMessage } from '../shared/ConnectionMessage.tsx';
import { FaultBoundary } from '../shared/FaultBoundary.tsx';
import type { SessionStore } from '../shared/sessionStore.ts';

export interface ShowcaseSurfaceProps {
  session: SessionStore;
  store: ShowcaseStore;
  motion: Motion;
  pictures: ShowcasePictures;
  storage: Pick<Storage, 'getItem'>;
  onLanguage: () => void;
  onVisitOver: () => void;
}

/**
 * The screen for visitors. A screen that was never let in says how it is paired, for those who set it up; one that was let in once shows
 * visitors nothing but the story and the curtain, whatever happens.
 */
export function ShowcaseSurface(props: ShowcaseSurfaceProps) {
  const { session, store, storage, ...others } = props;
  const isRefused = useStore(
    session,
    ({ link }) => link.state === 'refused' && link.refusal.code === 'access_denied',
  );
  const nowMs = useStore(session, (state) => state.nowMs);
  const times = useStore(session, (state) => state.times);
  const lostSinceMs = useStore(session, (state) => state.hubLostSinceMs);
  if (isRefused && !wasLetIn(storage)) return <ConnectionMessage session={session} />;
  return (
    <FaultBoundary standIn={standingPicture}>
      <Showcase
        store={store}
        nowMs={nowMs}
        times={times}
        lostSinceMs={lostSinceMs}
        runningMs={() => performance.now()}
        {...others}
      />
    </FaultBoundary>
  );
}

/** A fault in drawing is no matter of visitors: they see the standing picture. */
const standingPicture = (
  <main className="showcase">
    <Curtain />
  </main>
);
