import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import type { Layout } from '../../../src-shared/wall/layouts.ts';
import type { TourSettings } from '../../../src-shared/wall/tourSettings.ts';
import type { Programme, Scene, ScheduleEntry, WallLibrary } from '../../../src-shared/wall/wallLibrary.ts';
import type { NamedContent, WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import type { CommandOutcome, CommandWords } from './commandWords.ts';
import type { DeskWallStore } from './deskWallStore.ts';
import { inReadingOrder } from './tileChoice.ts';
import { camerasOnLayout } from './tourDefaults.ts';
import { libraryChanges, screenChanges, type WallChange } from './wallChanges.ts';

/** What the actions need of the world. */
export interface WallActionPorts {
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  newId(): string;
  /** Says what came of a command; a conflict is not said here but put into the store. */
  notify(outcome: CommandOutcome): void;
}

type Steering = InputOf<'wall:steerTour'>['action'];

/** What a spotlight by hand is. */
export interface SpotlightWish {
  cameraId: string;
  title: string;
  target: 'tile' | 'screen';
  /** Undefined: until it is ended. */
  showMs: number | undefined;
}

/**
 * Everything the desk asks of the wall. `base` is the screen (or the library) as the operator saw it when beginning: when it
 * has moved on, the hub refuses, and the store's `conflict` says what changed. Each resolves to whether it was done.
 */
export interface WallActions {
  placeCamera(
    base: WallSnapshot,
    tileId: string,
    camera: { cameraId: string; title: string },
  ): Promise<boolean>;
  pinTile(base: WallSnapshot, tileId: string, camera: { cameraId: string; title: string }): Promise<boolean>;
  unpinTile(base: WallSnapshot, tileId: string): Promise<boolean>;
  steer(screenId: string, action: Steering): Promise<boolean>;
  spotlight(screenId: string, wish: SpotlightWish): Promise<boolean>;
  endSpotlight(screenId: string, eventId: string): Promise<boolean>;
  /** Its tiles, or the city map. */
  showContent(base: WallSnapshot, content: NamedContent): Promise<boolean>;
  /** The case of an order over what the screen shows; and back. */
  showCase(base: WallSnapshot, order: { orderId: string; number: string }): Promise<boolean>;
  endCase(base: WallSnapshot): Promise<boolean>;
  startTour(base: WallSnapshot, layout: Layout, settings: TourSettings): Promise<boolean>;
  /** Another layout for the cameras that are shown, as a fixed page. */
  relayPage(base: WallSnapshot, layout: Layout): Promise<boolean>;
  showSaved(
    base: WallSnapshot,
    type: 'programme' | 'scene',
    saved: { id: string; name: string },
  ): Promise<boolean>;
  saveProgramme(base: WallLibrary, programme: Programme): Promise<boolean>;
  saveScene(base: WallLibrary, scene: Scene): Promise<boolean>;
  removeSaved(
    base: WallLibrary,
    type: 'programme' | 'scene',
    saved: { id: string; name: string },
  ): Promise<boolean>;
  saveSchedule(base: WallLibrary, schedule: ScheduleEntry[]): Promise<boolean>;
}

interface Attempt {
  command: CommandWords;
  /** The revision the operator saw; undefined for commands that do not depend on it. */
  seenRevision: number | undefined;
  /** What is there now, and what of it is new to the operator. */
  present(): { revision: number | undefined; changes: WallChange[] };
  send(commandId: string, baseRevision: number | undefined): Promise<Ack<unknown>>;
}

/** Makes the actions. */
/** The command by which a screen is given each content. */
const contentCommands = { tiles: 'showTiles', map: 'showMap', board: 'showBoard' } as const;

export function createWallActions(store: DeskWallStore, ports: WallActionPorts): WallActions {
  const run = async (attempt: Attempt, revision = attempt.seenRevision): Promise<boolean> => {
    const { command } = attempt;
    const commandId = ports.newId();
    let answer = await attempt.send(commandId, revision);
    // The hub answers a repeat of the same command and does not do it twice.
    if (!answer.ok && answer.code === 'timeout') answer = await attempt.send(commandId, revision);
    if (answer.ok) {
      ports.notify({ command, ok: true });
      return true;
    }
    if (answer.code !== 'conflict' || attempt.seenRevision === undefined) {
      ports.notify({ command, ...answer });
      return false;
    }
    const { changes } = attempt.present();
    store.setState({
      conflict: {
        command,
        changes,
        doAnyway() {
          store.setState({ conflict: undefined });
          void run(attempt, attempt.present().revision);
        },
      },
    });
    return false;
  };

  const onScreen = (
    base: WallSnapshot,
    command: CommandWords,
    send: (common: { commandId: string; screenId: string; baseRevision?: number }) => Promise<Ack<unknown>>,
  ): Promise<boolean> =>
    run({
      command,
      seenRevision: base.revision,
      present() {
        const now = store.getState().screens?.find((screen) => screen.screenId === base.screenId);
        return { revision: now?.revision, changes: now === undefined ? [] : screenChanges(base, now) };
      },
      send: (commandId, revision) =>
        send({
          commandId,
          screenId: base.screenId,
          ...(revision === undefined ? {} : { baseRevision: revision }),
        }),
    });

  const onLibrary = (
    base: WallLibrary,
    command: CommandWords,
    send: (common: { commandId: string; baseRevision?: number }) => Promise<Ack<unknown>>,
  ): Promise<boolean> =>
    run({
      command,
      seenRevision: base.revision,
      present() {
        const now = store.getState().library;
        return { revision: now?.revision, changes: now === undefined ? [] : libraryChanges(base, now) };
      },
      send: (commandId, revision) =>
        send({ commandId, ...(revision === undefined ? {} : { baseRevision: revision }) }),
    });

  const always = (
    command: CommandWords,
    send: (commandId: string) => Promise<Ack<unknown>>,
  ): Promise<boolean> =>
    run({ command, seenRevision: undefined, present: () => ({ revision: undefined, changes: [] }), send });

  const numberOf = (base: WallSnapshot, tileId: string): number =>
    inReadingOrder(base.tiles).findIndex((tile) => tile.tileId === tileId) + 1;
  const { request } = ports;

  return {
    placeCamera: (base, tileId, { cameraId, title }) =>
      onScreen(base, { name: 'placeCamera', camera: title, tile: numberOf(base, tileId) }, (common) =>
        request('wall:placeCamera', { ...common, tileId, cameraId }),
      ),
    pinTile: (base, tileId, { cameraId, title }) =>
      onScreen(base, { name: 'pinTile', camera: title, tile: numberOf(base, tileId) }, (common) =>
        request('wall:pinTile', { ...common, tileId, cameraId }),
      ),
    unpinTile: (base, tileId) =>
      onScreen(base, { name: 'unpinTile', tile: numberOf(base, tileId) }, (common) =>
        request('wall:pinTile', { ...common, tileId }),
      ),
    steer: (screenId, action) =>
      always({ name: action }, (commandId) => request('wall:steerTour', { commandId, screenId, action })),
    spotlight(screenId, { cameraId, title, target, showMs }) {
      const eventId = ports.newId();
      return always({ name: 'spotlight', camera: title }, (commandId) =>
        request('wall:spotlightCamera', {
          commandId,
          screenId,
          eventId,
          cameraId,
          target,
          priority: 5,
          ...(showMs === undefined ? {} : { showMs }),
        }),
      );
    },
    endSpotlight: (screenId, eventId) =>
      always({ name: 'endSpotlight' }, (commandId) =>
        request('wall:endSpotlight', { commandId, screenId, eventId }),
      ),
    showContent: (base, content) =>
      onScreen(base, { name: contentCommands[content] }, (common) =>
        request('wall:showContent', { ...common, content }),
      ),
    showCase: (base, { orderId, number }) =>
      onScreen(base, { name: 'showCase', number }, (common) =>
        request('wall:showCase', { ...common, orderId }),
      ),
    endCase: (base) => onScreen(base, { name: 'endCase' }, (common) => request('wall:endCase', common)),
    startTour: (base, layout, settings) =>
      onScreen(base, { name: 'startTour' }, (common) =>
        request('wall:startTour', { ...common, layout, settings }),
      ),
    relayPage(base, layout) {
      const cameras = camerasOnLayout(base, layout);
      const tiles =
        typeof layout === 'string'
          ? layout.split('+').reduce((sum, part) => sum + Number(part), 0)
          : layout.tiles.length;
      return onScreen(base, { name: 'changeLayout', tiles }, (common) =>
        request('wall:showPage', { ...common, layout, cameras }),
      );
    },
    showSaved: (base, type, { id, name }) =>
      onScreen(base, { name: 'showSaved', title: name }, (common) =>
        request('wall:showSaved', { ...common, type, id }),
      ),
    saveProgramme: (base, programme) =>
      onLibrary(base, { name: 'saveProgramme', title: programme.name }, (common) =>
        request('wall:saveProgramme', { ...common, programme }),
      ),
    saveScene: (base, scene) =>
      onLibrary(base, { name: 'saveScene', title: scene.name }, (common) =>
        request('wall:saveScene', { ...common, scene }),
      ),
    removeSaved: (base, type, { id, name }) =>
      onLibrary(base, { name: 'removeSaved', title: name }, (common) =>
        request('wall:removeSaved', { ...common, type, id }),
      ),
    saveSchedule: (base, schedule) =>
      onLibrary(base, { name: 'saveSchedule' }, (common) =>
        request('wall:saveSchedule', { ...common, schedule }),
      ),
  };
}
