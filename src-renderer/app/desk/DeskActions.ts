import { wallView } from './wall/wallView.ts';
import { libraryView } from './wall/libraryView.ts';
import i18next from 'i18next';
import type { Ask } from '../../../src-shared/session/rights.ts';
import type { ShownCamera } from '../../../src-shared/cameras/cameras.protocol.ts';
import { bodyCamStreamId } from '../../../src-shared/bodycam/bodycam.protocol.ts';
import { tileIdAt } from '../../../src-shared/wall/layouts.ts';
import type { DirectoryStore } from '../../features/cameras/directoryStore.ts';
import { viewOfCamera } from '../../features/cameras/directoryStore.ts';
import { cameraTitle } from '../../features/cameras/cameraWords.ts';
import { largePicture, largeTargetId } from '../../features/cameras/LargeCamera.tsx';
import {
  composeSnapshot,
  fullTime,
  pngOf,
  saveBlob,
  snapshotFileName,
} from '../../features/cameras/snapshot.ts';
import { newCommandId } from '../../features/wall/commandId.ts';
import { chosenScreen, type DeskWallStore } from '../../features/wall/deskWallStore.ts';
import { inReadingOrder, typeTileNumber } from '../../features/wall/tileChoice.ts';
import { layoutOfScreen } from '../../features/wall/tourDefaults.ts';
import type { WallActions } from '../../features/wall/wallActions.ts';
import type { DeskKitchenTalk } from '../../features/kitchenTalk/deskKitchenTalk.ts';
import type { SoundRoute } from '../../media/loudspeakers.ts';
import type { Receiver } from '../../media/receiver.ts';
import { playSound, type PlayedSound } from '../../media/sound.ts';
import { bodyCamView } from './bodycam/bodyCamView.ts';
import type { DeskBodyCams } from './bodycam/DeskBodyCams.ts';
import type { CamerasStore } from './cameras/camerasStore.ts';
import type { DeskSquads } from './squads/DeskSquads.ts';
import type { DeskStore } from './DeskState.ts';
import type { DeskTalk } from './talk/DeskTalk.ts';
import type { PictureStates } from './DeskPictures.ts';

/** What an operator can do at the desk, whether by mouse, by key or from the palette. */
export interface DeskActions {
  titleOf(cameraId: string): string;
  /** Shows a camera large, instead of an alert that may be shown. */
  openLarge(cameraId: string): void;
  /** Shows a camera large, beside the alert that is shown; with none no camera. */
  watch(cameraId: string | undefined): void;
  /**
   * "Show me": asks a member for the picture and opens it large, where it comes as soon as it is sent. Where the officer turned to
   * something else before the hub has answered, it is only offered.
   */
  watchMember(memberId: string): Promise<void>;
  closeLarge(): void;
  toggleSound(): void;
  takeSnapshot(): Promise<void>;
  openPalette(onPicked?: (cameraId: string) => void): void;
  /** Begins to carry a camera to a tile; with the number of a tile, it is put there at once. */
  carry(cameraId: string, tileNumber?: number): void;
  /** A digit was typed while a camera is carried. */
  typeDigit(digit: string): void;
  /** Enter was pressed while a camera is carried. */
  placeTyped(): void;
  placeOn(tileId: string): void;
  askSpotlight(cameraId: string): void;
  startSpotlight(target: 'tile' | 'screen', showMs: number | undefined): void;
  saveAsScene(): void;
}

export interface DeskParts {
  desk: DeskStore;
  cameras: CamerasStore;
  wall: DeskWallStore;
  wallActions: WallActions;
  directory: DirectoryStore;
  squads: Pick<DeskSquads, 'store' | 'actions'>;
  bodyCams: Pick<DeskBodyCams, 'actions'>;
  talk: Pick<DeskTalk, 'isTalking' | 'onTalking'>;
  receiver: Receiver;
  /** To the loudspeaker of cameras. */
  kitchenTalk: Pick<DeskKitchenTalk, 'isSpeaking' | 'onSpeaking'>;
  soundRoute: SoundRoute;
  pictures: PictureStates;
  /** Closes the alert that is shown, if one is. */
  leaveAlert(): void;
  /** What else the officer has opened, such as an alert or an order: it differs once something else is opened. */
  opened(): string;
  /** Whether the desk may ask it of the hub; where it may not, a message says who may. */
  allow(ask: Ask): boolean;
  /** The hub's clock. */
  nowMs(): number;
}

/** Makes the actions of a desk. */
export function createDeskActions(parts: DeskParts): DeskActions {
  const { desk, cameras, wall, wallActions, directory, receiver } = parts;
  let sound: PlayedSound | undefined;
  parts.talk.onTalking((isTalking) => sound?.lower(isTalking));
  parts.kitchenTalk.onSpeaking((isSpeaking) => sound?.mute(isSpeaking));

  const viewOf = (cameraId: string | undefined): ShownCamera | undefined =>
    cameraId === undefined
      ? undefined
      : (viewOfCamera(directory.getState(), cameraId) ??
        bodyCamView(parts.squads.store.getState(), cameraId));
  const titleOf = (cameraId: string): string => {
    const onWall = (wall.getState().screens ?? [])
      .flatMap((screen) => screen.tiles)
      .find((tile) => tile.camera?.cameraId === cameraId)?.camera;
    const view = viewOf(cameraId) ?? onWall;
    if (view === undefined) return i18next.t('large.gone');
    const title = cameraTitle(view, i18next.language);
    return `${title.site} · ${title.camera}`;
  };
  const quiet = (): void => {
    sound?.stop();
    sound = undefined;
  };
  const watch = (cameraId: string | undefined): void => {
    if (desk.getState().largeCameraId !== cameraId) quiet();
    desk.setState({ largeCameraId: cameraId });
    cameras.setState({ palette: undefined });
  };
  const placeOn = (tileId: string): void => {
    const { carried, screenId } = wall.getState();
    if (carried === undefined) return;
    const base = carried.bases.find((screen) => screen.screenId === screenId);
    wall.putDown();
    const { cameraId, title } = carried;
    if (base !== undefined) void wallActions.placeCamera(base, tileId, { cameraId, title });
  };
  const placeOnNumber = (number: number): void => {
    const tiles = inReadingOrder(chosenScreen(wall.getState())?.tiles ?? []);
    const tile = tiles[number - 1];
    if (tile !== undefined) return placeOn(tile.tileId);
    wall.putDown();
    desk.notify({
      isFailure: true,
      text: (t) => t('said.noSuchTile', { number, tiles: tiles.length }),
    });
  };

  return {
    titleOf,
    openLarge(cameraId) {
      parts.leaveAlert();
      watch(cameraId);
    },
    watch,
    async watchMember(memberId) {
      if (!parts.allow('bodycam:ask')) return;
      const { store, actions } = parts.squads;
      actions.choose(memberId);
      const looksAt = (): string =>
        [
          store.getState().memberId,
          desk.getState().largeCameraId,
          desk.getState().view,
          parts.opened(),
        ].join();
      const before = looksAt();
      if (!(await parts.bodyCams.actions.ask(memberId))) return;
      const open = (): void => {
        parts.leaveAlert();
        watch(bodyCamStreamId(memberId));
      };
      if (looksAt() === before) return open();
      // The officer opened something else meanwhile, which stays; the picture is offered.
      const name = store.getState().members.get(memberId)?.name ?? memberId;
      desk.notify({
        isFailure: false,
        text: (t) => t('bodycam.askedMeanwhile', { name }),
        offer: { text: (t) => t('bodycam.openOffered'), open },
      });
    },
    closeLarge() {
      quiet();
      desk.setState({ largeCameraId: undefined });
    },
    toggleSound() {
      const { largeCameraId: cameraId } = desk.getState();
      if (sound !== undefined || cameraId === undefined) return quiet();
      const target = { targetId: largeTargetId, cameraId, stream: 'main' } as const;
      sound = playSound(receiver, target, (state) => cameras.setState({ sound: state }), parts.soundRoute);
      sound.lower(parts.talk.isTalking());
      sound.mute(parts.kitchenTalk.isSpeaking());
    },
    async takeSnapshot() {
      const { largeCameraId: cameraId } = desk.getState();
      const camera = viewOf(cameraId);
      const picture = largePicture();
      const state = parts.pictures.getState().states.get(largeTargetId);
      if (camera === undefined || picture === undefined || state === undefined) {
        return desk.notify({ isFailure: true, text: (t) => t('snapshot.noPicture') });
      }
      const live = state.kind === 'live';
      const pictureAtMs = 'pictureAtMs' in state ? state.pictureAtMs : undefined;
      const atMs = live ? parts.nowMs() : pictureAtMs;
      const time = atMs === undefined ? i18next.t('snapshot.unknownTime') : fullTime(atMs);
      const title = cameraTitle(camera, i18next.language);
      const address = directory.getState().sites.get(camera.siteId)?.address ?? '';
      const canvas = composeSnapshot(
        picture,
        {
          title: `${title.site} · ${title.camera}`,
          place:
            camera.district === undefined ? '' : `${i18next.t(`district.${camera.district}`)} ${address}`,
          time: live ? i18next.t('snapshot.live', { time }) : i18next.t('snapshot.notLive', { time }),
          stale: !live,
        },
        getComputedStyle(document.body).fontFamily,
      );
      const stamp = fullTime(atMs ?? parts.nowMs()).replace(/[^\d]/g, '');
      const fileName = snapshotFileName(title.site, title.camera, stamp);
      saveBlob(await pngOf(canvas), fileName);
      desk.notify({ isFailure: false, text: (t) => t('snapshot.saved', { file: fileName }) });
    },
    openPalette: (onPicked) => cameras.setState({ palette: { onPicked } }),
    carry(cameraId, tileNumber) {
      if (!parts.allow('wall:placeCamera')) return;
      parts.leaveAlert();
      cameras.setState({ palette: undefined });
      desk.setState({ largeCameraId: undefined, view: wallView });
      quiet();
      wall.carry(cameraId, titleOf(cameraId));
      // From here on keys belong to the wall, not to the field the camera was found with.
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      if (tileNumber !== undefined) placeOnNumber(tileNumber);
    },
    typeDigit(digit) {
      const { carried } = wall.getState();
      if (carried === undefined) return;
      const tiles = chosenScreen(wall.getState())?.tiles.length ?? 0;
      const step = typeTileNumber(carried.typed, digit, tiles);
      if (step.type === 'chosen') placeOnNumber(step.number);
      else wall.type(step.typed);
    },
    placeTyped() {
      const { carried, tileId } = wall.getState();
      if (carried === undefined) return;
      if (carried.typed !== '') placeOnNumber(Number(carried.typed));
      else if (tileId !== undefined) placeOn(tileId);
    },
    placeOn,
    askSpotlight(cameraId) {
      if (!parts.allow('wall:spotlightCamera')) return;
      wall.setState({ spotlightFor: { cameraId, title: titleOf(cameraId) } });
    },
    startSpotlight(target, showMs) {
      const { spotlightFor, screenId } = wall.getState();
      wall.setState({ spotlightFor: undefined });
      if (spotlightFor === undefined || screenId === undefined) return;
      void wallActions.spotlight(screenId, { ...spotlightFor, target, showMs });
    },
    saveAsScene() {
      if (!parts.allow('wall:saveScene')) return;
      const screen = chosenScreen(wall.getState());
      if (screen === undefined) return;
      const layout = layoutOfScreen(screen);
      // Tiles of a layout are named by their place, also where the screen named them otherwise.
      const camerasOfTiles = Object.fromEntries(
        screen.tiles.flatMap(({ column, row, camera }) =>
          camera === undefined ? [] : [[tileIdAt(column, row), camera.cameraId]],
        ),
      );
      parts.leaveAlert();
      wall.setState({ sceneDraft: { id: newCommandId(), name: '', layout, cameras: camerasOfTiles } });
      desk.setState({ view: libraryView, largeCameraId: undefined });
    },
  };
}
