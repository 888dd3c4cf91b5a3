import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { SpotlightRequest } from '../../../src-shared/wall/spotlight.ts';
import type { TourClock } from '../../../src-shared/wall/tourSettings.ts';
import type { CaseSources } from '../../../src-shared/wall/wallCase.ts';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import type { WallLibrary } from '../../../src-shared/wall/wallLibrary.ts';
import { createAnsweredCommands } from '../../base/answeredCommands.ts';
import type { Answer } from './wall.ports.ts';
import { createCommandRunner, type Recorded, type ScreenCommandOf } from './commandRunner.ts';
import { createDisplays } from './displays.ts';
import { createLibraryService, type LibraryService } from './libraryService.ts';
import { createScheduleRunner, type ScheduleRunnerOptions } from './scheduleRunner.ts';
import { defaultFill, type DefaultContent } from './defaultFill.ts';
import type { Fill } from './screen.ts';
import * as commands from './screenCommands.ts';
import { createScreenReplanning } from './screenReplanning.ts';
import { createScreenStore } from './screenStore.ts';
import { createScreenShelf, defaultScreenId, type ScreenListener } from './screenShelf.ts';
import { restoreScreen } from './screenStorage.ts';
import { createSequence } from '../../base/sequence.ts';
import type { StreamWarmer, WallCameras, WallLine, WallRepository } from './wall.ports.ts';

/** A surface that joined, as the wall sees it. */
export interface WallViewer {
  connectionId: string;
  /** The screen it shows, when it is a screen of the wall. */
  showsScreenId: string | undefined;
  /** Whether it may drive the wall, and so sees all of it. */
  drives: boolean;
}

/** What every screen of the wall shows, what is saved for it, and the tours that turn its pages. */
export interface WallService extends Omit<LibraryService, 'load' | 'present'> {
  load(): Promise<void>;
  /** What a screen shows. A screen nobody chose for shows what screens show by default. */
  snapshot(screenId: string): WallSnapshot;
  /** Every screen that is known. */
  screens(): WallSnapshot[];
  /** The screens that somebody shows. Cheaper than `screens`, which composes each of them. */
  openScreenIds(): string[];
  library(): WallLibrary;
  showContent: ScreenCommandOf<InputOf<'wall:showContent'>>;
  /** `sources` and `number` are of the order, which this feature does not know. */
  showCase: ScreenCommandOf<InputOf<'wall:showCase'> & { sources: CaseSources; number: string }>;
  endCase: ScreenCommandOf<InputOf<'wall:endCase'>>;
  /** The order of a case changed; without sources it is ended, and every screen gets back what was there. */
  followCase(orderId: string, sources: CaseSources | undefined): Promise<void>;
  showCameras: ScreenCommandOf<InputOf<'wall:showCameras'>>;
  showPage: ScreenCommandOf<InputOf<'wall:showPage'>>;
  showSaved: ScreenCommandOf<InputOf<'wall:showSaved'>>;
  startTour: ScreenCommandOf<InputOf<'wall:startTour'>>;
  steerTour: ScreenCommandOf<InputOf<'wall:steerTour'>>;
  pinTile: ScreenCommandOf<InputOf<'wall:pinTile'>>;
  placeCamera: ScreenCommandOf<InputOf<'wall:placeCamera'>>;
  spotlightCamera: ScreenCommandOf<InputOf<'wall:spotlightCamera'>>;
  endSpotlight: ScreenCommandOf<InputOf<'wall:endSpotlight'>>;
  /**
   * Another feature wants the spotlight of a screen for an event; asked for once, however often it is repeated. It is
   * shown before it is written: the caller stores the event itself and requests the spotlight again after a restart.
   */
  requestSpotlight(screenId: string, request: SpotlightRequest): Answer;
  /** The event has nothing to show at present. It is removed as if it were handled, but may request the spotlight again. */
  withdrawSpotlight(eventId: string): Promise<void>;
  /** The event was handled: wherever it is shown or waits, the screen gets back what was there. */
  spotlightHandled(eventId: string): Promise<void>;
  surfaceJoined(viewer: WallViewer): void;
  surfaceLeft(connectionId: string): void;
  reportDisplay(connectionId: string, display: InputOf<'wall:reportDisplay'>): Ack<Record<string, never>>;
  reportPlayback(connectionId: string, measured: InputOf<'wall:reportPlayback'>): Ack<Record<string, never>>;
  /** The registry changed. */
  camerasChanged(): void;
  /** Some cameras changed: tours plan their next pages again, and the shown pages stay. Called in bursts, applied once a second. */
  camerasWentOnOrOffline(): void;
  onScreenChanged(listener: ScreenListener): void;
  onLibraryChanged(listener: (library: WallLibrary) => void): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

export interface WallServiceOptions extends Pick<ScheduleRunnerOptions, 'localMoment'> {
  cameras: WallCameras;
  repository: WallRepository;
  warmer: StreamWarmer;
  default: DefaultContent;
  nowMs(): number;
  /** 0…1. */
  random(): number;
  /** A write or a change failed; it is tried again. */
  onFault(error: unknown): void;
}

/** The number of commands whose answers are kept for repeats. */
const rememberedCommands = 256;

export function createWallService(options: WallServiceOptions): WallService {
  const { cameras, repository, warmer, nowMs } = options;
  const sequence = createSequence();
  const answered = createAnsweredCommands<Awaited<Answer>>({
    remembered: rememberedCommands,
    wasDone: ({ ok }) => ok,
  });
  const displays = createDisplays();
  const desks = new Set<string>();
  const libraryChanged = createListeners<[library: WallLibrary]>();

  const clock = (): TourClock => ({ nowMs: nowMs(), minutesOfDay: options.localMoment().minuteOfDay });
  const newSeed = (): number => Math.floor(options.random() * 0x7fff_ffff);
  const context = (): commands.CommandContext => ({
    cameras,
    library: library.present(),
    clock: clock(),
    newSeed,
  });

  /** What the hub does to a screen by itself. */
  const lineOf = (name: string, screenId: string, detail: object): WallLine => ({
    atMs: nowMs(),
    actor: 'hub',
    action: `wall:${name}`,
    subject: screenId,
    detail,
  });
  const newFill = (): Fill => defaultFill(options.default, cameras, clock(), newSeed);

  const shelf = createScreenShelf({
    cameras,
    warmer,
    displays,
    sequence,
    defaultFill: newFill,
    isWatched: (screenId) => desks.size > 0 || displays.display(screenId).open > 0,
    isNamed: (screenId) => library.present().schedule.some((entry) => entry.screenId === screenId),
    clock,
    onMoved: (screenId) => screenStore.saveSoon(screenId),
    onForgotten: (screenId) => screenStore.forget(screenId),
  });
  const screenStore = createScreenStore({
    repository,
    sequence,
    present: shelf.get,
    onFault: options.onFault,
  });
  const schedule = createScheduleRunner({
    shelf,
    sequence,
    library: () => library.present(),
    context,
    localMoment: options.localMoment,
    nowMs,
    save: (screenId, screen) =>
      screenStore.save(screenId, screen, {
        ...lineOf('showSaved', screenId, screen.chosen ?? {}),
        actor: 'schedule',
      }),
    onReleased: (screenId) => screenStore.saveSoon(screenId),
    onFault: options.onFault,
  });
  const library = createLibraryService({
    cameras,
    repository,
    sequence,
    answered,
    knowsScreen: (screenId) => screenId === defaultScreenId || shelf.get(screenId) !== undefined,
    nowMs,
    async onChanged(changed, applied) {
      libraryChanged.notify(changed);
      await schedule.apply(applied);
    },
  });

  const run = createCommandRunner({
    shelf,
    sequence,
    answered,
    isOpen: (screenId) => displays.display(screenId).open > 0,
    context,
    save: screenStore.save,
    saveSoon: screenStore.saveSoon,
  });

  const replanning = createScreenReplanning({
    shelf,
    sequence,
    cameras,
    defaultFill: newFill,
    clock,
    saveSoon: screenStore.saveSoon,
  });

  const surfaceLeft = (connectionId: string): void => {
    if (desks.delete(connectionId) && desks.size === 0) shelf.ids().forEach(shelf.recompose);
    const screenId = displays.closed(connectionId);
    if (screenId !== undefined) shelf.recompose(screenId);
  };

  const endEverywhere = (
    eventId: string,
    end: typeof commands.endSpotlight,
    how: (screenId: string) => Recorded,
  ): Promise<void> =>
    sequence.exclusive(async () => {
      for (const screenId of shelf.ids()) {
        await run.change(screenId, (screen) => end(screen, { eventId }, { clock: clock() }), how(screenId));
      }
    });

  const notAScreen = (): Ack<never> =>
    refuse(
      'forbidden',
      'Only a screen of the wall may report how it shows pictures. Join as surface “wall” first.',
      { reason: 'wall.not_a_screen' },
    );

  return {
    async load() {
      await library.load();
      for (const [screenId, value] of await screenStore.load()) {
        const screen = restoreScreen(value, cameras, clock());
        if (screen === undefined) continue;
        // A screen nobody chose for follows the settings of today.
        const isOfDefault = (screen.fill.kind === 'tour') === (options.default.fill === 'tour');
        shelf.put(screenId, screen.revision > 0 || isOfDefault ? screen : { ...screen, fill: newFill() });
      }
      shelf.open(defaultScreenId);
      await sequence.exclusive(() => schedule.apply());
      schedule.start();
    },
    snapshot: shelf.describe,
    screens: () => shelf.ids().map(shelf.describe),
    openScreenIds: () => shelf.ids().filter((screenId) => displays.display(screenId).open > 0),
    library: library.present,
    showContent: run.command<InputOf<'wall:showContent'>>('showContent', commands.showContent),
    showCase: run.command<InputOf<'wall:showCase'> & { sources: CaseSources; number: string }>(
      'showCase',
      commands.showCase,
    ),
    endCase: run.command<InputOf<'wall:endCase'>>('endCase', commands.endCase),
    followCase: (orderId, sources) =>
      sequence.exclusive(async () => {
        for (const screenId of shelf.ids()) {
          const screen = shelf.getOrDefault(screenId);
          const next = commands.followCase(screen, { orderId, sources }, { clock: clock() });
          if (next === screen) continue;
          const line = () => lineOf('endCase', screenId, { order: orderId });
          await run.change(screenId, () => next, sources === undefined ? { line } : { movesOnly: true });
        }
      }),
    showCameras: run.command<InputOf<'wall:showCameras'>>('showCameras', commands.showCameras),
    showPage: run.command<InputOf<'wall:showPage'>>('showPage', commands.showPage),
    showSaved: run.command<InputOf<'wall:showSaved'>>('showSaved', (screen, asked, at) =>
      commands.showSaved(screen, asked, at),
    ),
    startTour: run.command<InputOf<'wall:startTour'>>('startTour', commands.startTour),
    // A page turned by hand is shown at once, as one turned by the clock; a pause is a choice and is kept.
    steerTour: run.command<InputOf<'wall:steerTour'>>(
      'steerTour',
      commands.steerTour,
      ({ action }) => action === 'step' || action === 'back',
    ),
    pinTile: run.command<InputOf<'wall:pinTile'>>('pinTile', commands.pinTile),
    placeCamera: run.command<InputOf<'wall:placeCamera'>>('placeCamera', commands.placeCamera),
    spotlightCamera: run.command<InputOf<'wall:spotlightCamera'>>(
      'spotlightCamera',
      commands.spotlightCamera,
    ),
    endSpotlight: run.command<InputOf<'wall:endSpotlight'>>('endSpotlight', commands.endSpotlight),
    saveProgramme: library.saveProgramme,
    saveScene: library.saveScene,
    removeSaved: library.removeSaved,
    saveSchedule: library.saveSchedule,
    requestSpotlight: (screenId, request) =>
      sequence.exclusive(() =>
        run.change(screenId, (screen) => commands.requestSpotlight(screen, request, { clock: clock() }), {
          movesOnly: true,
        }),
      ),
    withdrawSpotlight: (eventId) =>
      endEverywhere(eventId, commands.withdrawSpotlight, () => ({ movesOnly: true })),
    // Written first: an event that ended must not be there again after a restart.
    spotlightHandled: (eventId) =>
      endEverywhere(eventId, commands.endSpotlight, (screenId) => ({
        line: () => lineOf('endSpotlight', screenId, { eventId }),
      })),
    surfaceJoined({ connectionId, showsScreenId, drives }) {
      if (displays.screenOf(connectionId) !== showsScreenId) surfaceLeft(connectionId);
      if (drives && !desks.has(connectionId)) {
        desks.add(connectionId);
        if (desks.size === 1) shelf.ids().forEach(shelf.recompose);
      }
      if (showsScreenId === undefined) return;
      displays.opened(connectionId, showsScreenId, nowMs());
      shelf.open(showsScreenId);
      shelf.recompose(showsScreenId);
    },
    surfaceLeft,
    reportDisplay(connectionId, { replaced, ...display }) {
      const screenId = displays.screenOf(connectionId);
      if (screenId === undefined) return notAScreen();
      displays.resized(connectionId, display, nowMs());
      if (replaced !== undefined) displays.replaced(connectionId, replaced, nowMs());
      shelf.recompose(screenId);
      return ok({});
    },
    reportPlayback(connectionId, measurement) {
      const screenId = displays.screenOf(connectionId);
      if (screenId === undefined) return notAScreen();
      if (displays.measured(connectionId, measurement, () => shelf.loadOf(screenId), nowMs())) {
        shelf.recompose(screenId);
      }
      return ok({});
    },
    camerasChanged: replanning.soon,
    camerasWentOnOrOffline: replanning.later,
    onScreenChanged: shelf.onChanged,
    onLibraryChanged: libraryChanged.add,
    async close() {
      replanning.close();
      schedule.close();
      shelf.close();
      await screenStore.close();
    },
  };
}
