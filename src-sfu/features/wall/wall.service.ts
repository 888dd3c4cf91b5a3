import { z } from 'zod';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import { arrangeLayout } from '../../../src-shared/wall/layouts.ts';
import type { TourEvent } from '../../../src-shared/wall/tour.ts';
import { tourSettingsSchema, type TourClock } from '../../../src-shared/wall/tourSettings.ts';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import {
  describeScreen,
  nextScreenDeadline,
  restoreScreen,
  steerScreen,
  storedScreenSchema,
  storeScreen,
  tourCameras,
  tourScreen,
  upcomingStreams,
  type Screen,
} from './screen.ts';
import type { StreamWarmer, WallCameras, WallRepository } from './wall.ports.ts';

type Answer = Promise<Ack<{ revision: number }>>;

/** What every screen of the wall shows, and the tours that turn their pages. */
export interface WallService {
  load(): Promise<void>;
  /** What a screen shows. A screen nobody chose for shows what screens show by default. */
  snapshot(screenId: string): WallSnapshot;
  showCameras(command: InputOf<'wall:showCameras'>, actor: string): Answer;
  startTour(command: InputOf<'wall:startTour'>, actor: string): Answer;
  steerTour(command: InputOf<'wall:steerTour'>, actor: string): Answer;
  pinTile(command: InputOf<'wall:pinTile'>, actor: string): Answer;
  /** The registry changed. */
  camerasChanged(): void;
  /** Some cameras did; tours plan anew, and the pages that are shown stay. Told in bursts, taken once a second. */
  camerasWentOnOrOffline(): void;
  onScreenChanged(listener: (screenId: string, wall: WallSnapshot) => void): void;
  close(): void;
}

export interface WallServiceOptions {
  cameras: WallCameras;
  repository: WallRepository;
  warmer: StreamWarmer;
  /** What a screen shows before anybody chose: a tour in this layout, or the first so many cameras. */
  default: { fill: 'tour'; layout: '16' } | { fill: 'cameras'; count: number };
  nowMs(): number;
  /** Minutes since local midnight. */
  minutesOfDay(): number;
  /** 0…1. */
  random(): number;
}

/** The screen a wall surface shows when its address names none. */
export const defaultScreenId = 'main';

const settingName = 'wall.screens';
const storedScreensSchema = z.record(z.string(), z.unknown());
/** Commands remembered, so that a repeated one is answered and not done again. */
const rememberedCommands = 256;
/** Screens known at one time; each may run a tour of its own. */
const maxScreens = 32;

const replanDelayMs = 1_000;

const tourEvents = { pause: 'paused', resume: 'resumed', step: 'stepped', back: 'wentBack' } as const;

export function createWallService(options: WallServiceOptions): WallService {
  const { cameras, repository, warmer, nowMs } = options;
  /** Screens that somebody chose for, or whose default tour has begun. */
  const screens = new Map<string, Screen>();
  const timers = new Map<string, NodeJS.Timeout>();
  /** Answers by command id; a repeat that comes while the first is still being saved waits for the same answer. */
  const answered = new Map<string, Answer>();
  const listeners: ((screenId: string, wall: WallSnapshot) => void)[] = [];
  let registryRevision = 0;
  let replanTimer: NodeJS.Timeout | undefined;
  let closed = false;

  const clock = (): TourClock => ({ nowMs: nowMs(), minutesOfDay: options.minutesOfDay() });

  const plainScreen = (): Screen => {
    const count = options.default.fill === 'cameras' ? options.default.count : 0;
    const cameraIds = cameras
      .listCameras()
      .slice(0, count)
      .map(({ cameraId }) => cameraId);
    return { fill: 'cameras', revision: 0, cameraIds };
  };

  const defaultScreen = (): Screen => {
    if (options.default.fill === 'cameras') return plainScreen();
    const { layout } = options.default;
    const settings = tourSettingsSchema.parse({});
    return tourScreen({ revision: 0, seed: newSeed(), layout, settings }, cameras, clock()) ?? plainScreen();
  };

  const newSeed = (): number => Math.floor(options.random() * 0x7fff_ffff);

  const screenOf = (screenId: string): Screen => {
    const known = screens.get(screenId);
    if (known !== undefined) return known;
    const screen = defaultScreen();
    // A default tour moves on from here; the first cameras of the registry are looked up anew each time.
    if (screen.fill === 'tour' && screens.size < maxScreens) put(screenId, screen);
    return screen;
  };

  const describe = (screenId: string, screen: Screen): WallSnapshot => {
    const wall = describeScreen(screenId, screen, cameras);
    return { ...wall, revision: wall.revision + registryRevision };
  };

  /** Makes a screen the present one: its turn is awaited and its next page's streams are started. */
  const put = (screenId: string, screen: Screen): void => {
    screens.set(screenId, screen);
    const retries =
      screen.fill === 'tour'
        ? screen.tour.page.retries.map((cameraId) => ({ cameraId, stream: 'sub' as const }))
        : [];
    warmer.warm(screenId, [...upcomingStreams(screen, cameras), ...retries]);
    awaitTurn(screenId, screen);
  };

  const awaitTurn = (screenId: string, screen: Screen): void => {
    clearTimeout(timers.get(screenId));
    const deadlineMs = nextScreenDeadline(screen);
    if (deadlineMs === undefined || closed) return;
    timers.set(
      screenId,
      setTimeout(() => turn(screenId), Math.max(1, deadlineMs - nowMs())),
    );
  };

  const announce = (screenId: string): void => {
    const wall = describe(screenId, screenOf(screenId));
    for (const listener of listeners) listener(screenId, wall);
  };

  const storedScreens = (): Record<string, unknown> =>
    Object.fromEntries([...screens].map(([screenId, screen]) => [screenId, storeScreen(screen)]));

  const apply = (screenId: string, event: TourEvent): string | undefined => {
    const result = steerScreen(screenOf(screenId), event, nowMs());
    if (!result.ok) return result.reason;
    put(screenId, result.screen);
    return undefined;
  };

  const turn = (screenId: string): void => {
    const refused = apply(screenId, { type: 'deadlineReached', minutesOfDay: options.minutesOfDay() });
    if (refused !== undefined) {
      // A timer may ring a millisecond early: the turn is asked for again.
      const screen = screens.get(screenId);
      if (screen !== undefined) awaitTurn(screenId, screen);
      return;
    }
    announce(screenId);
    // A page that is not kept in time is only shown again after a restart: no operator's choice hangs on it.
    repository.keep(settingName, storedScreens()).catch(() => undefined);
  };

  const remember = (commandId: string, answer: Answer): Answer => {
    answered.set(commandId, answer);
    // What could not be saved was not done: a repeat tries again.
    answer.catch(() => answered.delete(commandId));
    for (const oldest of answered.keys()) {
      if (answered.size <= rememberedCommands) break;
      answered.delete(oldest);
    }
    return answer;
  };

  interface Command {
    commandId: string;
    screenId: string;
    baseRevision?: number | undefined;
  }

  /** Does a command once: `change` gives the new screen, or the refusal. Answered when it is durable. */
  const once = async (
    { commandId, screenId, baseRevision }: Command,
    actor: string,
    change: (screen: Screen) => Screen | Ack<never>,
  ): Answer => {
    const repeated = answered.get(commandId);
    if (repeated !== undefined) return repeated;
    if (!screens.has(screenId) && screens.size >= maxScreens) {
      return refuse('too_many', `The wall knows ${maxScreens} screens. Use one of those.`);
    }
    const before = screenOf(screenId);
    const revision = before.revision + registryRevision;
    if (baseRevision !== undefined && baseRevision !== revision) {
      return refuse(
        'conflict',
        `The screen was changed meanwhile (revision ${revision}, yours ${baseRevision}). Look at it and choose again.`,
      );
    }
    const changed = change(before);
    if ('ok' in changed) return changed;
    const next = { ...changed, revision: before.revision + 1 };
    const all = { ...storedScreens(), [screenId]: storeScreen(next) };
    put(screenId, next);
    const answer = ok({ revision: next.revision + registryRevision });
    const saved = repository.save(settingName, all, actor, nowMs()).then(() => {
      announce(screenId);
      return answer;
    });
    return remember(commandId, saved);
  };

  const unknownCamera = (cameraIds: readonly string[]): Ack<never> | undefined => {
    const unknown = cameraIds.filter((cameraId) => cameras.findCamera(cameraId) === undefined);
    if (unknown.length === 0) return undefined;
    return refuse('not_found', `The registry has no camera ${unknown.slice(0, 5).join(', ')}.`);
  };

  /** Tells every tour about the cameras as they are now. */
  const replan = (): void => {
    const event: TourEvent = {
      type: 'camerasChanged',
      cameras: tourCameras(cameras),
      minutesOfDay: options.minutesOfDay(),
    };
    for (const [screenId, screen] of screens) if (screen.fill === 'tour') apply(screenId, event);
  };

  return {
    async load() {
      const stored = storedScreensSchema.safeParse(await repository.read(settingName));
      if (!stored.success) return;
      for (const [screenId, value] of Object.entries(stored.data).slice(0, maxScreens)) {
        const parsed = storedScreenSchema.safeParse(value);
        const screen = parsed.success ? restoreScreen(parsed.data, cameras, clock()) : undefined;
        if (screen !== undefined) put(screenId, screen);
      }
    },
    snapshot: (screenId) => describe(screenId, screenOf(screenId)),
    showCameras: (command, actor) =>
      once(command, actor, ({ revision }) => {
        const { cameraIds } = command;
        return unknownCamera(cameraIds) ?? { fill: 'cameras', revision, cameraIds };
      }),
    startTour: (command, actor) =>
      once(command, actor, ({ revision }) => {
        const { layout, settings } = command;
        const arranged = arrangeLayout(layout);
        if (!arranged.ok) {
          return refuse(
            'bad_request',
            arranged.problems
              .map(({ message }) => message)
              .slice(0, 5)
              .join(' '),
          );
        }
        const pinned = unknownCamera(Object.values(settings.pins));
        if (pinned !== undefined) return pinned;
        const screen = tourScreen({ revision, seed: newSeed(), layout, settings }, cameras, clock());
        return screen ?? refuse('bad_request', 'The layout cannot be arranged.');
      }),
    steerTour: (command, actor) =>
      once(command, actor, (screen) => {
        const event = { type: tourEvents[command.action], minutesOfDay: options.minutesOfDay() };
        const result = steerScreen(screen, event, nowMs());
        return result.ok ? result.screen : refuse('conflict', result.reason);
      }),
    pinTile: (command, actor) =>
      once(command, actor, (screen) => {
        if (screen.fill !== 'tour')
          return refuse('conflict', 'No tour runs on this screen: nothing to pin against.');
        const { tileId, cameraId } = command;
        if (!screen.arranged.tiles.some((tile) => tile.tileId === tileId)) {
          return refuse('not_found', `The screen has no tile ${tileId}.`);
        }
        const missing = cameraId === undefined ? undefined : unknownCamera([cameraId]);
        if (missing !== undefined) return missing;
        const { [tileId]: _unpinned, ...others } = screen.tour.settings.pins;
        const pins = cameraId === undefined ? others : { ...others, [tileId]: cameraId };
        const settings = { ...screen.tour.settings, pins };
        const event: TourEvent = { type: 'settingsChanged', settings, minutesOfDay: options.minutesOfDay() };
        const result = steerScreen(screen, event, nowMs());
        return result.ok ? result.screen : refuse('conflict', result.reason);
      }),
    camerasChanged() {
      registryRevision += 1;
      replan();
      for (const screenId of new Set([defaultScreenId, ...screens.keys()])) announce(screenId);
    },
    camerasWentOnOrOffline() {
      replanTimer ??= setTimeout(() => {
        replanTimer = undefined;
        replan();
        for (const screenId of screens.keys()) announce(screenId);
      }, replanDelayMs);
    },
    onScreenChanged(listener) {
      listeners.push(listener);
    },
    close() {
      closed = true;
      clearTimeout(replanTimer);
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
