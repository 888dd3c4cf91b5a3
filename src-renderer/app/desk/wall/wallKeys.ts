import { wallView } from './wallView.ts';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import { chosenScreen, type DeskWallStore } from '../../../features/wall/deskWallStore.ts';
import type { WallActions } from '../../../features/wall/wallActions.ts';
import type { DeskActions } from '../DeskActions.ts';
import type { DeskRights } from '../deskRights.ts';
import type { DeskFeatureKeys } from '../deskFeature.ts';
import type { DeskStore } from '../DeskState.ts';

export interface WallKeysParts {
  desk: DeskStore;
  wall: DeskWallStore;
  wallActions: WallActions;
  actions: Pick<DeskActions, 'typeDigit' | 'placeTyped' | 'titleOf' | 'askSpotlight' | 'carry'>;
  alerts: AlertsStore;
  /** Whether the hub takes commands. */
  connected(): boolean;
  rights: Pick<DeskRights, 'allow'>;
}

/** The keys of the wall: they command the chosen screen, or the chosen tile on it. */
export function createWallKeys(parts: WallKeysParts): DeskFeatureKeys {
  const { wall, actions } = parts;
  return {
    isWindowOpen() {
      const { spotlightFor, conflict } = wall.getState();
      return spotlightFor !== undefined || conflict !== undefined;
    },
    // The camera may have been picked up in a field that still has the focus: digits are the tile's number all the same.
    underway({ key }) {
      if (wall.getState().carried === undefined) return false;
      if (/^\d$/.test(key)) actions.typeDigit(key);
      else if (key === 'Enter') actions.placeTyped();
      else return false;
      return true;
    },
    plain(key) {
      if (key === '[' || key === ']') return turnToScreen(key === ']' ? 1 : -1, wall);
      return screenKey(key, parts);
    },
    escape: {
      carried() {
        if (wall.getState().carried === undefined) return false;
        wall.putDown();
        return true;
      },
    },
    help: (t) => [
      {
        title: t('keys.wall'),
        keys: [
          { keys: ['←', '→', '↑', '↓'], text: t('keys.tile') },
          { keys: ['Enter'], text: t('keys.tileLarge') },
          { keys: ['p'], text: t('keys.pin') },
          { keys: ['s'], text: t('keys.spotlight') },
          { keys: ['e'], text: t('keys.endSpotlight') },
          { keys: ['h'], text: t('keys.pause') },
          { keys: ['n'], text: t('keys.step') },
          { keys: ['b'], text: t('keys.back') },
          { keys: ['[', ']'], text: t('keys.screens') },
        ],
      },
    ],
  };
}

function screenKey(
  key: string,
  { desk, wall, wallActions, actions, alerts, connected, rights }: WallKeysParts,
): boolean {
  const screen = chosenScreen(wall.getState());
  const { largeCameraId, view } = desk.getState();
  if (screen === undefined || !connected()) return false;
  const { screenId, tour } = screen;
  const tile = screen.tiles.find(({ tileId }) => tileId === wall.getState().tileId);
  const isWallShown =
    view === wallView && largeCameraId === undefined && alerts.getState().chosenId === undefined;
  const cameraId = largeCameraId ?? (isWallShown ? tile?.camera?.cameraId : undefined);
  switch (key) {
    case 'n':
    case 'b':
      if (tour === undefined) return false;
      if (rights.allow('wall:steerTour')) void wallActions.steer(screenId, key === 'n' ? 'step' : 'back');
      return true;
    case 'h':
      if (tour === undefined) return false;
      if (rights.allow('wall:steerTour')) {
        void wallActions.steer(screenId, tour.state === 'running' ? 'pause' : 'resume');
      }
      return true;
    case 'p':
      if (!isWallShown || tour === undefined || tile?.camera === undefined) return false;
      if (!rights.allow('wall:pinTile')) return true;
      if (tile.pinned === true) void wallActions.unpinTile(screen, tile.tileId);
      else {
        const camera = { cameraId: tile.camera.cameraId, title: actions.titleOf(tile.camera.cameraId) };
        void wallActions.pinTile(screen, tile.tileId, camera);
      }
      return true;
    case 's':
      if (cameraId === undefined) return false;
      actions.askSpotlight(cameraId);
      return true;
    case 'e':
      if (screen.spotlight === undefined) return false;
      if (rights.allow('wall:endSpotlight')) {
        void wallActions.endSpotlight(screenId, screen.spotlight.eventId);
      }
      return true;
    case 't':
      if (largeCameraId === undefined) return false;
      actions.carry(largeCameraId);
      return true;
    default:
      return false;
  }
}

function turnToScreen(step: 1 | -1, wall: DeskWallStore): boolean {
  const { screens = [], screenId } = wall.getState();
  const index = screens.findIndex((screen) => screen.screenId === screenId);
  const next = screens[(index + step + screens.length) % Math.max(1, screens.length)];
  if (next === undefined) return false;
  wall.chooseScreen(next.screenId);
  return true;
}
