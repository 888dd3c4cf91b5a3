import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { CameraSearch } from '../../../src-shared/cameras/cameraSearch.ts';
import type { AlertActions } from '../../features/alerts/alertActions.ts';
import type { AlertAdmin } from '../../features/alerts/alertAdmin.ts';
import type { AlertDetail } from '../../features/alerts/alertDetail.ts';
import type { AlertHistory } from '../../features/alerts/alertHistory.ts';
import { AlertQueue, SoundBlocked } from '../../features/alerts/AlertQueue.tsx';
import type { AlertsStore } from '../../features/alerts/alertsStore.ts';
import { CameraFinder } from '../../features/cameras/CameraFinder.tsx';
import { CameraPalette } from '../../features/cameras/CameraPalette.tsx';
import type { DirectoryStore } from '../../features/cameras/directoryStore.ts';
import type { PosterDrawer } from '../../features/cameras/PosterPicture.tsx';
import type { RegistryActions } from '../../features/cameras/registryActions.ts';
import type { SearchTimings } from '../../features/cameras/searchTimings.ts';
import { ConflictDialog } from '../../features/wall/ConflictDialog.tsx';
import type { DeskWallStore } from '../../features/wall/deskWallStore.ts';
import { SpotlightDialog } from '../../features/wall/SpotlightDialog.tsx';
import type { WallActions } from '../../features/wall/wallActions.ts';
import { DeskFrame } from '../../ui/desk/DeskFrame.tsx';
import { DeskKit } from '../../ui/desk/DeskKit.tsx';
import { KeyHelp } from '../../ui/desk/KeyHelp.tsx';
import type { Language } from '../../ui/locale.ts';
import type { Pictures } from '../../ui/tile/CameraTile.tsx';
import { ConnectionMessage } from '../shared/ConnectionMessage.tsx';
import type { DeskActions } from './DeskActions.ts';
import { DeskCentre } from './DeskCentre.tsx';
import { deskKeyGroups } from './DeskKeyGroups.ts';
import type { PictureStates } from './DeskPictures.ts';
import { DeskRight } from './DeskRight.tsx';
import { DeskSaid } from './DeskSaid.tsx';
import type { DeskStore } from './DeskState.ts';
import type { DeskSquads } from './DeskSquads.ts';
import { DeskEmergencies, DeskTalkDock } from './DeskSquadsView.tsx';
import type { DeskTalk } from './DeskTalk.ts';
import { DeskTopBar } from './DeskTopBar.tsx';
import type { DeskMap } from './MapFeed.ts';
import type { SessionStore } from '../shared/sessionStore.ts';

/** Everything the desk is drawn from. */
export interface DeskSurfaceProps {
  session: SessionStore;
  desk: DeskStore;
  wall: DeskWallStore;
  wallActions: WallActions;
  actions: DeskActions;
  alerts: AlertsStore;
  squads: DeskSquads;
  talk: DeskTalk;
  alertActions: AlertActions;
  alertDetail: AlertDetail;
  history: AlertHistory;
  alertAdmin: AlertAdmin;
  directory: DirectoryStore;
  map: DeskMap;
  search: Pick<CameraSearch, 'search'>;
  timings: SearchTimings;
  receiver: Pictures;
  pictures: PictureStates;
  posters: PosterDrawer;
  registry: RegistryActions;
  onLanguage(language: Language): void;
  /** Says who sits here. */
  onOfficer(name: string): void;
}

/** The duty officer's desk: all cameras on the left, the wall or one picture in the centre, what to do with it on the right. */
export function DeskSurface(props: DeskSurfaceProps) {
  const { session, desk, wall, directory, search, timings, actions, alerts } = props;
  const { t } = useTranslation();
  const everJoined = useStore(session, (state) => state.everJoined);
  const palette = useStore(desk, (state) => state.palette);
  const isAlertShown = useStore(alerts, (state) => state.chosenId !== undefined);
  const hasRight = useStore(
    desk,
    (state) => (state.view === 'wall' && !isAlertShown) || state.largeCameraId !== undefined,
  );
  const isSquadsShown = useStore(desk, (state) => state.view === 'squads');
  const keysShown = useStore(desk, (state) => state.keysShown);
  const spotlightFor = useStore(desk, (state) => state.spotlightFor);
  const empty = (
    <>
      <p>{t('finder.empty')}</p>
      <Button onClick={() => desk.show('registry')}>{t('registry.title')}</Button>
    </>
  );
  const closePalette = (): void => desk.setState({ palette: undefined });
  const onPicked = palette?.onPicked;
  const openFromPalette = (cameraId: string): void => {
    closePalette();
    if (onPicked === undefined) actions.openLarge(cameraId);
    else onPicked(cameraId);
  };
  return (
    <DeskKit>
      <DeskFrame
        names={{
          left: t('desk.left'),
          centre: t('desk.centre'),
          right: t('desk.right'),
          bottom: t('desk.bottom'),
        }}
        top={<DeskTopBar {...props} />}
        over={everJoined ? <DeskEmergencies {...props} /> : undefined}
        bottom={everJoined ? <DeskTalkDock {...props} /> : undefined}
        left={
          everJoined ? (
            <>
              <DeskAlerts {...props} />
              <CameraFinder
                directory={directory}
                search={search}
                timings={timings}
                onOpen={actions.openLarge}
                onPlace={actions.carry}
                onDragStart={(cameraId) => wall.carry(cameraId, actions.titleOf(cameraId))}
                onDragEnd={() => wall.putDown()}
                empty={empty}
              />
              <SoundBlocked store={alerts} />
            </>
          ) : undefined
        }
        centre={everJoined ? <DeskCentre {...props} /> : <ConnectionMessage session={session} />}
        right={everJoined && (hasRight || isSquadsShown) ? <DeskRight {...props} /> : undefined}
      />
      {palette !== undefined && (
        <CameraPalette
          title={onPicked === undefined ? t('finder.title') : t('finder.pickTitle')}
          onClose={closePalette}
          directory={directory}
          search={search}
          timings={timings}
          onOpen={openFromPalette}
          onPlace={onPicked === undefined ? actions.carry : undefined}
          empty={empty}
        />
      )}
      <SpotlightDialog
        title={spotlightFor?.title}
        onStart={actions.startSpotlight}
        onClose={() => desk.setState({ spotlightFor: undefined })}
      />
      <ConflictDialog store={wall} />
      <KeyHelp
        title={t('keys.title')}
        groups={deskKeyGroups(t)}
        opened={keysShown}
        onClose={() => desk.setState({ keysShown: false })}
      />
      <DeskSaid desk={desk} />
    </DeskKit>
  );
}

/** The queue, apart, so that its running ages draw nothing else anew. */
function DeskAlerts({ session, alerts, alertActions }: DeskSurfaceProps) {
  const nowMs = useStore(session, (state) => state.nowMs);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  return <AlertQueue store={alerts} actions={alertActions} nowMs={nowMs} enabled={enabled} />;
}
