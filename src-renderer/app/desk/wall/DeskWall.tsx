import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import { cameraTitle } from '../../../features/cameras/cameraWords.ts';
import { chosenScreen } from '../../../features/wall/deskWallStore.ts';
import { ScreenBar } from '../../../features/wall/ScreenBar.tsx';
import { WallControls } from '../../../features/wall/WallControls.tsx';
import type { WallActions } from '../../../features/wall/wallActions.ts';
import { useMay } from '../../../ui/May.tsx';
import { Message } from '../../../ui/Message.tsx';
import type { DeskActions } from '../DeskActions.ts';
import { DeskDrawnWall, type DeskDrawnWallParts } from './DeskDrawnWall.tsx';

export interface DeskWallParts extends DeskDrawnWallParts {
  wallActions: WallActions;
  directory: DirectoryStore;
  actions: Pick<
    DeskActions,
    'openLarge' | 'placeOn' | 'openPalette' | 'carry' | 'askSpotlight' | 'saveAsScene'
  >;
  /** Turns to the view in which cameras are imported. */
  showRegistry(): void;
  /** Turns to the map. */
  showMap(): void;
}

/** The chosen screen of the wall, with the bar of the camera that is carried to it. */
export function DeskWall(props: DeskWallParts) {
  const { session, wall, wallActions, directory, showRegistry, showMap } = props;
  const { t } = useTranslation();
  const screen = useStore(wall, chosenScreen);
  const { helper } = useMay('wall:showContent');
  const carried = useStore(wall, (state) => state.carried);
  const times = useStore(session, (state) => state.times);
  const nowMs = useStore(session, (state) => state.nowMs);
  const hubLostSinceMs = useStore(session, (state) => state.hubLostSinceMs);
  const noCameras = useStore(directory, (state) => state.loading === 'ready' && state.cameras.size === 0);
  if (screen === undefined && helper !== undefined) {
    return (
      <Message title={t('screen.notYoursTitle')} quiet>
        <p>{t('screen.notYoursText')}</p>
        <Button onClick={showMap}>{t('desk.view.map')}</Button>
      </Message>
    );
  }
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
          <Button onClick={showRegistry}>{t('registry.title')}</Button>
        </Message>
      ) : (
        <DeskDrawnWall {...props} screen={screen} />
      )}
    </>
  );
}

/** The controls of the chosen screen, in the right column. */
export function DeskWallControls({ session, wall, wallActions, actions }: DeskWallParts) {
  const { i18n } = useTranslation();
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const screen = useStore(wall, chosenScreen);
  if (screen === undefined) return null;
  return (
    <WallControls
      store={wall}
      screen={screen}
      actions={wallActions}
      enabled={enabled}
      titleOf={(camera) => {
        const title = cameraTitle(camera, i18n.language);
        return `${title.site} · ${title.camera}`;
      }}
      onOpen={actions.openLarge}
      onFind={() => {
        const { tileId } = wall.getState();
        actions.openPalette((cameraId) => {
          actions.carry(cameraId);
          if (tileId !== undefined) actions.placeOn(tileId);
        });
      }}
      onSpotlight={actions.askSpotlight}
      onSaveScene={actions.saveAsScene}
    />
  );
}
