import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { ConnectionMessage } from '../shared/ConnectionMessage.tsx';
import type { SessionStore } from '../shared/sessionStore.ts';
import { drawPanels, panelsAt, useShownPanel } from '../shared/shownPanels.tsx';
import { SurfaceStatus } from '../shared/SurfaceStatus.tsx';
import type { AnyShowcaseFeature } from './showcaseFeature.ts';

export interface ShowcaseSurfaceProps {
  session: SessionStore;
  features: readonly AnyShowcaseFeature[];
}

/** The screen for visitors: a bar, and what the features draw. */
export function ShowcaseSurface({ session, features }: ShowcaseSurfaceProps) {
  const { t } = useTranslation();
  const everJoined = useStore(session, (state) => state.everJoined);
  const contents = useMemo(() => panelsAt(features.map(({ panels }) => panels?.content)), [features]);
  const Content = useShownPanel(contents);
  return (
    <div className="surface-page">
      <header className="surface-page-bar">
        <span className="surface-page-name">{t('product.name')}</span>
        <span>{t('product.showcase')}</span>
        <SurfaceStatus session={session} />
      </header>
      {everJoined ? (
        drawPanels(Content === undefined ? [] : [Content])
      ) : (
        <ConnectionMessage session={session} />
      )}
    </div>
  );
}
