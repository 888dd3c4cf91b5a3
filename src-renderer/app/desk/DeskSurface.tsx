import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { DeskFrame } from '../../ui/desk/DeskFrame.tsx';
import { DeskKit } from '../../ui/desk/DeskKit.tsx';
import { KeyHelp } from '../../ui/desk/KeyHelp.tsx';
import { PrintedGuides } from '../../features/guide/PrintedGuides.tsx';
import type { Language } from '../../ui/languages.ts';
import type { Ask } from '../../../src-shared/session/rights.ts';
import type { AlertsStore } from '../../features/alerts/alertsStore.ts';
import { LockScreen } from '../../features/accounts/LockScreen.tsx';
import { isLocked } from '../../features/accounts/principalStore.ts';
import { MayContext } from '../../ui/May.tsx';
import { RecordingRoute } from '../../ui/soundRoute.ts';
import { TimelineContext } from '../../ui/desk/TimelineButton.tsx';
import type { TimelineSubject } from '../../../src-shared/timeline/timeline.protocol.ts';
import type { DeskAccounts } from './accounts/deskAccounts.ts';
import { ConnectionMessage } from '../shared/ConnectionMessage.tsx';
import type { SessionState, SessionStore } from '../shared/sessionStore.ts';
import { drawPanels, useShownPanel } from '../shared/shownPanels.tsx';
import type { AnyDeskFeature } from './deskFeature.ts';
import { deskKeyHelp } from './deskKeyHelp.ts';
import { DeskMessages } from './DeskMessages.tsx';
import { standingIn } from './deskRights.ts';
import type { DeskStore } from './DeskState.ts';
import { DeskTopBar } from './DeskTopBar.tsx';
import { panelsOf } from './deskPanels.ts';
import { DeskViews, viewsOf } from './deskViews.ts';
import type { DeskSound } from './loudspeakers/DeskSound.ts';

interface DeskSurfaceProps {
  session: SessionStore;
  desk: DeskStore;
  features: readonly AnyDeskFeature[];
  /** Opens the palette that finds a camera. */
  onFind(): void;
  onLanguage(language: Language): void;
  /** Opens the timeline of something. */
  onTimeline(subject: TimelineSubject): void;
  accounts: DeskAccounts;
  alerts: AlertsStore;
  sound: Pick<DeskSound, 'routes' | 'open'>;
  guide: { toggle(): void };
}

/** The duty officer's desk: a frame whose views and panels come from the features. */
export function DeskSurface(props: DeskSurfaceProps) {
  const { session, desk, accounts, features } = props;
  const { t } = useTranslation();
  const views = useMemo(() => viewsOf(features), [features]);
  const panels = useMemo(() => panelsOf(features), [features]);
  const sitting = useStore(accounts.principal, (state) => state.desk);
  const standing = useCallback((ask: Ask) => standingIn({ desk: sitting }, ask), [sitting]);
  const viewName = useStore(desk, (state) => state.view);
  const keysShown = useStore(desk, (state) => state.keysShown);
  const locked = useStore(accounts.principal, isLocked);
  const isIn = useStore(session, isLetIn);
  const isOpen = isIn && !locked;
  const { cameras: route } = props.sound.routes;
  const routeRecording = useCallback(
    (element: HTMLAudioElement | null) => (element === null ? undefined : route(element)),
    [route],
  );
  const OverView = useShownPanel(panels.main);
  const Right = useShownPanel(panels.right);
  const View = views.find(({ name }) => name === viewName)?.View;
  const Main = OverView ?? View;
  return (
    <DeskKit>
      <MayContext value={standing}>
        <TimelineContext value={props.onTimeline}>
          <RecordingRoute value={routeRecording}>
            <DeskFrame
              names={{
                left: t('desk.left'),
                main: t('desk.main'),
                right: t('desk.right'),
                bottom: t('desk.bottom'),
              }}
              top={<DeskTopBar {...props} views={views} />}
              over={isIn ? drawPanels(panels.over) : undefined}
              bottom={isIn && panels.bottom.length > 0 ? drawPanels(panels.bottom) : undefined}
              left={isOpen ? drawPanels([...panels.left, ...panels.leftFoot]) : undefined}
              main={
                isOpen ? (
                  drawPanels(Main === undefined ? [] : [Main])
                ) : isIn ? (
                  <Locked {...props} />
                ) : (
                  <ConnectionMessage session={session} />
                )
              }
              right={isOpen && Right !== undefined ? drawPanels([Right]) : undefined}
            />
            {!locked && (
              <>
                <DeskViews value={views}>{drawPanels(panels.windows)}</DeskViews>
                <KeyHelp
                  title={t('keys.title')}
                  groups={deskKeyHelp(features, t)}
                  above={<PrintedGuides />}
                  opened={keysShown}
                  onClose={() => desk.setState({ keysShown: false })}
                />
                <DeskMessages desk={desk} />
              </>
            )}
          </RecordingRoute>
        </TimelineContext>
      </MayContext>
    </DeskKit>
  );
}

/** Whether the hub has let this page in and has not shown it out since: a sign-in that ended shows nothing any more. */
function isLetIn({ everJoined, link }: SessionState): boolean {
  return everJoined && !(link.state === 'refused' && link.refusal.code === 'access_denied');
}

function Locked({ accounts, alerts }: DeskSurfaceProps) {
  const name = useStore(accounts.principal, (state) => state.desk?.name ?? '');
  const counts = useStore(alerts, (state) => state.counts);
  return <LockScreen ask={accounts.ask} name={name} counts={counts} onUnfinished={accounts.goToSignIn} />;
}
