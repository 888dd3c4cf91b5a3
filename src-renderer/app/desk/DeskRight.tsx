import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { cameraTitle } from '../../features/cameras/cameraWords.ts';
import { SiteCard } from '../../features/cameras/SiteCard.tsx';
import { chosenScreen } from '../../features/wall/deskWallStore.ts';
import { WallControls } from '../../features/wall/WallControls.tsx';
import { bodyCamView } from './DeskSquads.ts';
import { DeskMember, DeskTalkHistory } from './DeskSquadsView.tsx';
import type { DeskSurfaceProps } from './DeskSurface.tsx';

/** The right column: the large camera's site and what to do with it, or the controls of the screen. */
export function DeskRight(props: DeskSurfaceProps) {
  const { desk, session, wall, wallActions, actions, directory } = props;
  const { i18n } = useTranslation();
  const largeCameraId = useStore(desk, (state) => state.largeCameraId);
  const times = useStore(session, (state) => state.times);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const screen = useStore(wall, chosenScreen);
  // Another camera of the site is looked at beside the alert, not instead of it.
  const isAlertShown = useStore(props.alerts, (state) => state.chosenId !== undefined);
  const isSquadsShown = useStore(desk, (state) => state.view === 'squads');
  const memberId = useStore(props.squads.store, (state) => {
    if (largeCameraId !== undefined) return bodyCamView(state, largeCameraId)?.memberId;
    return isSquadsShown ? state.memberId : undefined;
  });
  if (memberId !== undefined) {
    return (
      <DeskMember {...props} memberId={memberId}>
        {largeCameraId !== undefined && (
          <LargeButtons {...props} cameraId={largeCameraId} enabled={enabled} />
        )}
      </DeskMember>
    );
  }
  if (largeCameraId !== undefined) {
    return (
      <SiteCard
        directory={directory}
        cameraId={largeCameraId}
        times={times}
        onOpen={isAlertShown ? actions.watch : actions.openLarge}
      >
        <LargeButtons {...props} cameraId={largeCameraId} enabled={enabled} />
      </SiteCard>
    );
  }
  if (isSquadsShown) return <DeskTalkHistory {...props} />;
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

function LargeButtons({
  desk,
  actions,
  cameraId,
  enabled,
}: DeskSurfaceProps & { cameraId: string; enabled: boolean }) {
  const { t } = useTranslation();
  const sound = useStore(desk, (state) => state.sound);
  return (
    <>
      <div className="desk-row">
        <Button
          variant={sound === 'playing' ? 'filled' : 'default'}
          aria-pressed={sound !== 'off'}
          onClick={actions.toggleSound}
        >
          {sound === 'off' ? t('large.soundOn') : t('large.soundOff')}
        </Button>
        <Button onClick={() => void actions.takeSnapshot()}>{t('large.snapshot')}</Button>
        <Button disabled={!enabled} onClick={() => actions.carry(cameraId)}>
          {t('large.toWall')}
        </Button>
        <Button disabled={!enabled} onClick={() => actions.askSpotlight(cameraId)}>
          {t('controls.spotlight')}
        </Button>
      </div>
      <p
        className={
          sound === 'off' || sound === 'starting' || sound === 'playing' ? 'desk-dim' : 'desk-not-normal'
        }
        role="status"
        data-sound={sound}
      >
        {t(`sound.${sound}`)}
      </p>
    </>
  );
}
