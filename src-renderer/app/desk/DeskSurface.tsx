import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { DeskFrame } from '../../ui/desk/DeskFrame.tsx';
import { DeskKit } from '../../ui/desk/DeskKit.tsx';
import { KeyHelp } from '../../ui/desk/KeyHelp.tsx';
import type { Language } from '../../ui/locale.ts';
import { ConnectionMessage } from '../shared/ConnectionMessage.tsx';
import type { SessionStore } from '../shared/sessionStore.ts';
import { drawPanels, useShownPanel } from '../shared/shownPanels.tsx';
import type { AnyDeskFeature } from './deskFeature.ts';
import { deskKeyHelp } from './deskKeyHelp.ts';
import { DeskMessages } from './DeskMessages.tsx';
import type { DeskStore } from './DeskState.ts';
import { DeskTopBar } from './DeskTopBar.tsx';
import { panelsOf } from './deskPanels.ts';
import { DeskViews, viewsOf } from './deskViews.ts';

export interface DeskSurfaceProps {
  session: SessionStore;
  desk: DeskStore;
  features: readonly AnyDeskFeature[];
  /** Opens the palette that finds a camera. */
  onFind(): void;
  onLanguage(language: Language): void;
  /** The officer entered a name. */
  onOfficer(name: string): void;
}

/** The duty officer's desk: a frame whose views and panels come from the features. */
export function DeskSurface(props: DeskSurfaceProps) {
  const { session, desk, features } = props;
  const { t } = useTranslation();
  const views = useMemo(() => viewsOf(features), [features]);
  const panels = useMemo(() => panelsOf(features), [features]);
  const everJoined = useStore(session, (state) => state.everJoined);
  const viewName = useStore(desk, (state) => state.view);
  const keysShown = useStore(desk, (state) => state.keysShown);
  const OverView = useShownPanel(panels.main);
  const Right = useShownPanel(panels.right);
  const View = views.find(({ name }) => name === viewName)?.View;
  const Main = OverView ?? View;
  return (
    <DeskKit>
      <DeskFrame
        names={{
          left: t('desk.left'),
          main: t('desk.main'),
          right: t('desk.right'),
          bottom: t('desk.bottom'),
        }}
        top={<DeskTopBar {...props} views={views} />}
        over={everJoined ? drawPanels(panels.over) : undefined}
        bottom={everJoined && panels.bottom.length > 0 ? drawPanels(panels.bottom) : undefined}
        left={everJoined ? drawPanels([...panels.left, ...panels.leftFoot]) : undefined}
        main={
          everJoined ? drawPanels(Main === undefined ? [] : [Main]) : <ConnectionMessage session={session} />
        }
        right={everJoined && Right !== undefined ? drawPanels([Right]) : undefined}
      />
      <DeskViews value={views}>{drawPanels(panels.windows)}</DeskViews>
      <KeyHelp
        title={t('keys.title')}
        groups={deskKeyHelp(features, t)}
        opened={keysShown}
        onClose={() => desk.setState({ keysShown: false })}
      />
      <DeskMessages desk={desk} />
    </DeskKit>
  );
}
