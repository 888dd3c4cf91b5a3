import { useMemo } from 'react';
import { useStore } from 'zustand';
import { WallBar } from '../../features/wall/WallBar.tsx';
import type { WallStore } from '../../features/wall/wallStore.ts';
import { ConnectionMessage } from '../shared/ConnectionMessage.tsx';
import type { SessionStore } from '../shared/sessionStore.ts';
import { drawPanels, panelsAt, useShownPanel } from '../shared/shownPanels.tsx';
import { SurfaceStatus } from '../shared/SurfaceStatus.tsx';
import type { AnyWallFeature } from './wallFeature.ts';

export interface WallSurfaceProps {
  session: SessionStore;
  wallStore: WallStore;
  features: readonly AnyWallFeature[];
}

/** One screen of the wall: a bar, and what the features draw. */
export function WallSurface({ session, wallStore, features }: WallSurfaceProps) {
  const everJoined = useStore(session, (state) => state.everJoined);
  const contents = useMemo(() => panelsAt(features.map(({ panels }) => panels?.content)), [features]);
  const Content = useShownPanel(contents);
  return (
    <div className="wall">
      <WallBar store={wallStore} isLetIn={everJoined}>
        {everJoined && drawPanels(panelsAt(features.map(({ panels }) => panels?.bar)))}
        <SurfaceStatus session={session} />
      </WallBar>
      {everJoined && drawPanels(panelsAt(features.map(({ panels }) => panels?.over)))}
      {!everJoined && <ConnectionMessage session={session} />}
      {everJoined && drawPanels(Content === undefined ? [] : [Content])}
    </div>
  );
}
