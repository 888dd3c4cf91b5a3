import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import type { CameraView } from '../../../src-shared/cameras/cameras.protocol.ts';
import { AlertHistoryPanel } from '../../features/alerts/AlertHistoryPanel.tsx';
import { HealthPanel } from '../../features/cameras/HealthPanel.tsx';
import { LargeCamera, largeTargetId } from '../../features/cameras/LargeCamera.tsx';
import { viewOfCamera, type DirectoryState } from '../../features/cameras/directoryStore.ts';
import { chosenScreen } from '../../features/wall/deskWallStore.ts';
import { DrawnWall } from '../../features/wall/DrawnWall.tsx';
import { LibraryPanel } from '../../features/wall/LibraryPanel.tsx';
import { ScreenBar } from '../../features/wall/ScreenBar.tsx';
import type { TileState } from '../../ui/tile/tileState.ts';
import { Message } from '../../ui/Message.tsx';
import { DeskAlert } from './DeskAlert.tsx';
import { DeskRegistry } from './DeskRegistry.tsx';
import type { DeskSurfaceProps } from './DeskSurface.tsx';
import { bodyCamView } from './DeskSquads.ts';
import { DeskSquadsView } from './DeskSquadsView.tsx';
import { MapDesk } from './MapDesk.tsx';

const connecting: TileState = { kind: 'connecting' };

/** The centre: the chosen alert, one camera large, or the view that was chosen. */
export function DeskCentre(props: DeskSurfaceProps) {
  const { desk, session, wall, wallActions, actions, directory, receiver, pictures, posters } = props;
  const view = useStore(desk, (state) => state.view);
  const isAlertShown = useStore(props.alerts, (state) => state.chosenId !== undefined);
  const largeCameraId = useStore(desk, (state) => state.largeCameraId);
  const sceneDraft = useStore(desk, (state) => state.sceneDraft);
  const times = useStore(session, (state) => state.times);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const minuteMs = useStore(session, (state) => state.nowMs - (state.nowMs % 60_000));
  const sites = useStore(directory, (state) => state.sites);
  const cameras = useStore(directory, (state) => state.cameras);
  const largeState = useStore(pictures, (state) => state.states.get(largeTargetId)) ?? connecting;
  const squads = useStore(
    props.squads.store,
    useShallow((state) => ({ squads: state.squads, members: state.members })),
  );
  const large =
    largeCameraId === undefined
      ? undefined
      : (viewOfCamera({ sites, cameras }, largeCameraId) ?? bodyCamView(squads, largeCameraId));
  if (isAlertShown) return <DeskAlert {...props} />;
  if (large !== undefined) {
    return (
      <LargeCamera
        camera={large}
        state={largeState}
        pictures={receiver}
        times={times}
        onClose={actions.closeLarge}
      />
    );
  }
  switch (view) {
    case 'squads':
      return <DeskSquadsView {...props} />;
    case 'wall':
      return <DeskWall {...props} />;
    case 'library':
      return (
        <LibraryPanel
          key={sceneDraft?.id ?? 'library'}
          store={wall}
          actions={wallActions}
          enabled={enabled}
          cameras={allViews({ sites, cameras })}
          titleOf={actions.titleOf}
          pickCamera={actions.openPalette}
          draft={sceneDraft}
          onDraftDone={() => desk.setState({ sceneDraft: undefined })}
        />
      );
    case 'health':
      return (
        <HealthPanel
          directory={directory}
          posters={posters}
          times={times}
          nowMs={minuteMs}
          onOpen={actions.openLarge}
        />
      );
    case 'registry':
      return <DeskRegistry {...props} />;
    case 'map':
      return <MapDesk {...props} />;
    case 'history':
      return (
        <AlertHistoryPanel
          history={props.history}
          alerts={props.alerts}
          times={times}
          enabled={enabled}
          titleOf={(cameraId) => (cameras.has(cameraId) ? actions.titleOf(cameraId) : undefined)}
          onChoose={props.alertActions.choose}
        />
      );
  }
}

function DeskWall({
  desk,
  session,
  wall,
  wallActions,
  actions,
  directory,
  receiver,
  pictures,
}: DeskSurfaceProps) {
  const { t } = useTranslation();
  const screen = useStore(wall, chosenScreen);
  const carried = useStore(wall, (state) => state.carried);
  const states = useStore(pictures, (state) => state.states);
  const times = useStore(session, (state) => state.times);
  const nowMs = useStore(session, (state) => state.nowMs);
  const hubLostSinceMs = useStore(session, (state) => state.hubLostSinceMs);
  const noCameras = useStore(directory, (state) => state.loading === 'ready' && state.cameras.size === 0);
  if (screen === undefined) {
    return (
      <Message title={t('screen.noScreenTitle')} quiet>
        <p>{t('screen.noScreenText')}</p>
      </Message>
    );
  }
  return (
    <>
      <ScreenBar
        store={wall}
        screen={screen}
        nowMs={nowMs}
        times={times}
        hubLostSinceMs={hubLostSinceMs}
        onContent={(content) => void wallActions.showContent(screen, content)}
      />
      {carried !== undefined && (
        <div className="carry-bar" role="status">
          <span>{t('screen.carrying', { camera: carried.title })}</span>
          {carried.typed !== '' && <strong className="carry-typed">{carried.typed}_</strong>}
          <Button onClick={() => wall.putDown()}>{t('dialog.cancel')} · Esc</Button>
        </div>
      )}
      {noCameras ? (
        <Message title={t('notice.emptyTitle')} quiet>
          <p>{t('notice.emptyText')}</p>
          <Button onClick={() => desk.show('registry')}>{t('registry.title')}</Button>
        </Message>
      ) : (
        <DrawnWall
          store={wall}
          screen={screen}
          pictures={receiver}
          stateOf={(targetId) => states.get(targetId) ?? connecting}
          times={times}
          onOpen={actions.openLarge}
          onPlace={actions.placeOn}
        />
      )}
    </>
  );
}

function allViews(state: Pick<DirectoryState, 'sites' | 'cameras'>): CameraView[] {
  return [...state.cameras.keys()].flatMap((cameraId) => viewOfCamera(state, cameraId) ?? []);
}
