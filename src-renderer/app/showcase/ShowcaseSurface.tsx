import { Component, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Motion } from '../../features/showcase/motion.ts';
import { Curtain } from '../../features/showcase/Curtain.tsx';
import type { ShowcasePictures } from '../../features/showcase/pictures.ts';
import { Showcase } from '../../features/showcase/Showcase.tsx';
import { wasLetIn, type ShowcaseStore } from '../../features/showcase/showcaseStore.ts';
import { ConnectionMessage } from '../shared/ConnectionMessage.tsx';
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
    <StandingPicture>
      <Showcase
        store={store}
        nowMs={nowMs}
        times={times}
        lostSinceMs={lostSinceMs}
        runningMs={() => performance.now()}
        {...others}
      />
    </StandingPicture>
  );
}

/** A fault in drawing is no matter of visitors: they see the standing picture, and the page loads again. Milliseconds. */
const reloadMs = 10_000;

class StandingPicture extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
    setTimeout(() => window.location.reload(), reloadMs);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="showcase">
        <Curtain />
      </main>
    );
  }
}
