import type { AlertActions } from '../../features/alerts/alertActions.ts';
import type { AlertsStore } from '../../features/alerts/alertsStore.ts';
import { bodyCamMemberId } from '../../../src-shared/bodycam/bodycam.protocol.ts';
import { chosenScreen, type DeskWallStore } from '../../features/wall/deskWallStore.ts';
import type { WallActions } from '../../features/wall/wallActions.ts';
import type { DeskActions } from './DeskActions.ts';
import type { DeskSquads } from './DeskSquads.ts';
import { digitOf, isComposed, keyOf } from '../../ui/keys.ts';
import { deskViews, type DeskStore } from './DeskState.ts';
import type { DeskTalk } from './DeskTalk.ts';

export interface DeskKeysParts {
  desk: DeskStore;
  wall: DeskWallStore;
  wallActions: WallActions;
  actions: DeskActions;
  alerts: AlertsStore;
  alertActions: AlertActions;
  squads: DeskSquads;
  talk: DeskTalk;
  /** Whether the hub takes commands. */
  connected(): boolean;
}

/**
 * Listens to the keys of the whole desk. Keys typed into a field are the field's, but for Ctrl+K; while a window is open,
 * keys are its own.
 */
export function listenToDeskKeys(
  parts: DeskKeysParts,
  target: Pick<Window, 'addEventListener'> = window,
): void {
  target.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || isComposed(event)) return;
    // Held down it comes again and again, also into a field that took the focus meanwhile.
    if (isTalkKey(event) || (event.code === 'Space' && event.repeat && parts.talk.hold.isHeldByKeyboard)) {
      event.preventDefault();
      if (!event.repeat) parts.talk.keyDown(event, event.shiftKey ? 'override' : 'normal');
      return;
    }
    if (handled(event, parts)) event.preventDefault();
  });
}

/** Space speaks wherever no letters are typed; a button that has the focus is pressed by Enter. */
function isTalkKey(event: KeyboardEvent): boolean {
  const { target, ctrlKey, altKey, metaKey } = event;
  return keyOf(event) === ' ' && !ctrlKey && !altKey && !metaKey && !isField(target) && !isChoice(target);
}

function handled(event: KeyboardEvent, parts: DeskKeysParts): boolean {
  const { desk, actions } = parts;
  const { palette, keysShown, spotlightFor } = desk.getState();
  const { conflict } = parts.wall.getState();
  const key = keyOf(event);
  if (key === undefined) return false;
  if (key === 'k' && (event.ctrlKey || event.metaKey)) {
    actions.openPalette();
    return true;
  }
  if (palette !== undefined || keysShown || spotlightFor !== undefined || conflict !== undefined)
    return false;
  // The camera was taken up in a field, which may have the focus still: digits are the tile's number all the same.
  if (carryingKey(key, event, parts)) return true;
  if (document.querySelector('[role="dialog"], dialog[open]') !== null) return false;
  const view = event.altKey && !event.ctrlKey ? deskViews[(digitOf(event) ?? 0) - 1] : undefined;
  if (view !== undefined) {
    desk.show(view);
    return true;
  }
  if (key === 'Escape') return escaped(parts);
  if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return false;
  // Of a choice only the keys that make it are its own: letters go on to the desk.
  if (isChoice(event.target) && !/^[a-z/?[\]]$/.test(key)) return false;
  // Enter on a button is the button's.
  if (
    key === 'Enter' &&
    event.target instanceof HTMLButtonElement &&
    !event.target.matches('.alert-row[aria-current="true"]')
  )
    return false;
  return alertKey(key, parts) || plainKey(key, parts);
}

/** Digits and Enter put down the camera that is carried. */
function carryingKey(key: string, event: KeyboardEvent, { wall, actions }: DeskKeysParts): boolean {
  if (wall.getState().carried === undefined || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (/^\d$/.test(key)) {
    actions.typeDigit(key);
    return true;
  }
  if (key !== 'Enter') return false;
  actions.placeTyped();
  return true;
}

/** From a new alert to its live picture and taken: a, Enter. All but a and z are only for the alert that is shown. */
function alertKey(key: string, parts: DeskKeysParts): boolean {
  const { alerts, alertActions, connected } = parts;
  const { chosenId, ask, open } = alerts.getState();
  switch (key) {
    case 'a':
      letGo();
      alertActions.jump();
      return true;
    case 'z':
      alertActions.silence();
      return true;
  }
  if (chosenId === undefined) return false;
  if (ask !== undefined) return answerKey(key, parts);
  switch (key) {
    case 'ArrowUp':
    case 'ArrowDown':
      letGo();
      alertActions.step(key === 'ArrowDown' ? 1 : -1);
      return true;
    case 'Enter':
      if (!open.has(chosenId) || !connected()) return false;
      void alertActions.work({ type: 'acknowledge' });
      return true;
    case 'o':
      alertActions.ask('note');
      return true;
    default: {
      const question = ({ r: 'resolve', f: 'false', d: 'duplicate' } as const)[key];
      if (question === undefined || !open.has(chosenId)) return false;
      letGo();
      alertActions.ask(question);
      return true;
    }
  }
}

/** While a question is open digits and Enter are its answer; no other letter does anything by mistake. */
function answerKey(key: string, { alertActions, connected }: DeskKeysParts): boolean {
  if (!connected()) return false;
  if (/^[1-9]$/.test(key)) return alertActions.answer(Number(key));
  if (key === 'Enter') return alertActions.answer();
  return /^[a-z]$/.test(key);
}

/** From here on keys belong to the alert, not to the button or list that was used last. */
function letGo(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

function plainKey(key: string, parts: DeskKeysParts): boolean {
  const { desk, actions } = parts;
  switch (key) {
    case '/':
      actions.openPalette();
      return true;
    case '?':
      desk.setState({ keysShown: true });
      return true;
    case 'v': {
      const { largeCameraId, view } = desk.getState();
      const chosenId = view === 'squads' ? parts.squads.store.getState().memberId : undefined;
      const memberId = largeCameraId === undefined ? chosenId : bodyCamMemberId(largeCameraId);
      if (memberId === undefined || !parts.connected()) return false;
      void actions.watchMember(memberId);
      return true;
    }
    case 'm':
      if (desk.getState().largeCameraId === undefined) return false;
      actions.toggleSound();
      return true;
    case 'c':
      if (desk.getState().largeCameraId === undefined) return false;
      void actions.takeSnapshot();
      return true;
    case '[':
    case ']':
      return turnToScreen(key === ']' ? 1 : -1, parts);
    default:
      return wallKey(key, parts);
  }
}

/** Keys that command the screen looked at, or the tile chosen on it. */
function wallKey(
  key: string,
  { desk, wall, wallActions, actions, alerts, connected }: DeskKeysParts,
): boolean {
  const screen = chosenScreen(wall.getState());
  const { largeCameraId, view } = desk.getState();
  if (screen === undefined || !connected()) return false;
  const { screenId, tour } = screen;
  const tile = screen.tiles.find(({ tileId }) => tileId === wall.getState().tileId);
  const isWallShown =
    view === 'wall' && largeCameraId === undefined && alerts.getState().chosenId === undefined;
  const cameraId = largeCameraId ?? (isWallShown ? tile?.camera?.cameraId : undefined);
  switch (key) {
    case 'n':
    case 'b':
      if (tour === undefined) return false;
      void wallActions.steer(screenId, key === 'n' ? 'step' : 'back');
      return true;
    case 'h':
      if (tour === undefined) return false;
      void wallActions.steer(screenId, tour.state === 'running' ? 'pause' : 'resume');
      return true;
    case 'p':
      if (!isWallShown || tour === undefined || tile?.camera === undefined) return false;
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
      void wallActions.endSpotlight(screenId, screen.spotlight.eventId);
      return true;
    case 't':
      if (largeCameraId === undefined) return false;
      actions.carry(largeCameraId);
      return true;
    default:
      return false;
  }
}

function turnToScreen(step: 1 | -1, { wall }: DeskKeysParts): boolean {
  const { screens = [], screenId } = wall.getState();
  const index = screens.findIndex((screen) => screen.screenId === screenId);
  const next = screens[(index + step + screens.length) % Math.max(1, screens.length)];
  if (next === undefined) return false;
  wall.chooseScreen(next.screenId);
  return true;
}

function escaped({ desk, wall, actions, alerts, alertActions, squads }: DeskKeysParts): boolean {
  const { chosenId, ask } = alerts.getState();
  if (wall.getState().carried !== undefined) {
    wall.putDown();
    return true;
  }
  if (ask !== undefined) alertActions.ask(undefined);
  else if (isField(document.activeElement)) letGo();
  else if (chosenId !== undefined) alertActions.leave();
  else if (desk.getState().largeCameraId !== undefined) actions.closeLarge();
  else if (desk.getState().view === 'squads' && squads.store.getState().memberId !== undefined)
    squads.actions.choose(undefined);
  else return false;
  return true;
}

const choiceTypes = ['radio', 'checkbox'];

function isChoice(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && choiceTypes.includes(target.type);
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    !isChoice(target) &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
