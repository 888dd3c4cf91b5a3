import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import { viewOfCamera, type DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import { LargeCamera, largeTargetId } from '../../../features/cameras/LargeCamera.tsx';
import type { HeldKitchenTalk } from '../kitchenTalk/kitchenHold.ts';
import type { DeskTurning } from '../../../features/turning/deskTurning.ts';
import { CannotTurn, TurnStrip } from '../../../features/turning/TurnStrip.tsx';
import { SiteCard } from '../../../features/cameras/SiteCard.tsx';
import type { Pictures } from '../../../ui/tile/CameraTile.tsx';
import type { TileState } from '../../../ui/tile/tileState.ts';
import type { DeskActions } from '../DeskActions.ts';
import type { PictureStates } from '../DeskPictures.ts';
import type { DeskStore } from '../DeskState.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import { DeskSiteMark, type FindingsFeatureParts } from '../findings/findingsFeature.tsx';
import type { CamerasStore } from './camerasStore.ts';
import { LargeKitchenKey } from '../kitchenTalk/kitchenTalkFeature.tsx';
import { bodyCamView } from '../bodycam/bodyCamView.ts';
import type { DeskSquads } from '../squads/DeskSquads.ts';
import { May } from '../../../ui/May.tsx';
import type { DeskSites } from '../sites/DeskSites.ts';
import { LargeSitePublic } from '../public/publicFeature.tsx';
import type { PublicCodes } from '../../../features/public/publicCodes.ts';
import type { PublicSite } from '../../../features/public/publicSite.ts';
import { LargeSiteLinks } from '../sites/sitesFeature.tsx';

const connecting: TileState = { kind: 'connecting' };

export interface LargeButtonsParts {
  cameras: CamerasStore;
  session: SessionStore;
  actions: Pick<DeskActions, 'toggleSound' | 'takeSnapshot' | 'carry' | 'askSpotlight'>;
}

export interface DeskLargeParts extends LargeButtonsParts, Pick<FindingsFeatureParts, 'findings'> {
  desk: DeskStore;
  alerts: AlertsStore;
  directory: DirectoryStore;
  squads: Pick<DeskSquads, 'store'>;
  deskSites: DeskSites;
  publicSite: PublicSite;
  turning: DeskTurning;
  kitchenTalk: HeldKitchenTalk;
  publicCodes: PublicCodes;
  receiver: Pictures;
  pictures: PictureStates;
  actions: LargeButtonsParts['actions'] & Pick<DeskActions, 'closeLarge' | 'openLarge' | 'watch'>;
}

/** One camera large, in place of the view: of the registry or of a member. */
export function DeskLarge(props: DeskLargeParts) {
  const { desk, session, directory, receiver, pictures, actions } = props;
  const largeCameraId = useStore(desk, (state) => state.largeCameraId);
  const times = useStore(session, (state) => state.times);
  const sites = useStore(directory, (state) => state.sites);
  const cameras = useStore(directory, (state) => state.cameras);
  const state = useStore(pictures, ({ states }) => states.get(largeTargetId)) ?? connecting;
  const squads = useStore(
    props.squads.store,
    useShallow(({ squads: list, members }) => ({ squads: list, members })),
  );
  if (largeCameraId === undefined) return null;
  const camera = viewOfCamera({ sites, cameras }, largeCameraId) ?? bodyCamView(squads, largeCameraId);
  if (camera === undefined) return null;
  return (
    <>
      <LargeCamera
        camera={camera}
        state={state}
        pictures={receiver}
        times={times}
        onClose={actions.closeLarge}
      />
      <TurnStrip actions={props.turning} />
    </>
  );
}

/** The site of the large camera and what can be done with the picture, in the right column. */
export function DeskSite(props: DeskLargeParts) {
  const { desk, session, alerts, directory, actions } = props;
  const cameraId = useStore(desk, (state) => state.largeCameraId);
  const times = useStore(session, (state) => state.times);
  // While an alert is shown, another camera of its site opens beside it and does not replace it.
  const isAlertShown = useStore(alerts, (state) => state.chosenId !== undefined);
  if (cameraId === undefined) return null;
  return (
    <SiteCard
      directory={directory}
      cameraId={cameraId}
      times={times}
      onOpen={isAlertShown ? actions.watch : actions.openLarge}
      links={
        <>
          <LargeSiteLinks
            deskSites={props.deskSites}
            session={session}
            directory={directory}
            cameraId={cameraId}
          />
          <LargeSitePublic
            publicSite={props.publicSite}
            publicCodes={props.publicCodes}
            session={session}
            directory={directory}
            cameraId={cameraId}
          />
        </>
      }
      mark={(site) => <DeskSiteMark {...props} siteId={site.siteId} siteName={site.siteName} />}
    >
      <LargeButtons {...props} cameraId={cameraId} />
      <LargeKitchenKey kitchenTalk={props.kitchenTalk} directory={directory} />
      <CannotTurn actions={props.turning} />
    </SiteCard>
  );
}

/** Sound, snapshot, wall and spotlight of the large picture. */
export function LargeButtons({
  cameras,
  session,
  actions,
  cameraId,
}: LargeButtonsParts & { cameraId: string }) {
  const { t } = useTranslation();
  const sound = useStore(cameras, (state) => state.sound);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
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
        <May asks="wall:placeCamera">
          <Button disabled={!enabled} onClick={() => actions.carry(cameraId)}>
            {t('large.toWall')}
          </Button>
        </May>
        <May asks="wall:spotlightCamera">
          <Button disabled={!enabled} onClick={() => actions.askSpotlight(cameraId)}>
            {t('controls.spotlight')}
          </Button>
        </May>
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
