/** The present screens of the wall: their timers, their streams, and the notices of their changes. */
import { createListeners } from '../../../src-shared/listeners.ts';
import type { DecodeLoad } from '../../../src-shared/wall/decodeBudget.ts';
import type { TourClock } from '../../../src-shared/wall/tourSettings.ts';
import { turnLeadMs } from '../../../src-shared/wall/turnRhythm.ts';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import type { Displays } from './displays.ts';
import {
  inRhythm,
  lightScreen,
  newScreen,
  nextScreenDeadline,
  steerScreen,
  turnRhythmOf,
  type Fill,
  type Screen,
} from './screen.ts';
import { decodeLoadOf, describeScreen, retriedStreams, upcomingStreams } from './screenSnapshot.ts';
import type { Sequence } from '../../base/sequence.ts';
import type { StreamWarmer, WallCameras } from './wall.ports.ts';

/** The screen a wall surface shows when its address names none. It is always there. */
export const defaultScreenId = 'main';

/** Screens known at one time; each may run a tour of its own. */
const maxScreens = 32;
/** Surfaces open and change in bursts: several changes within this time cause one recomposition. Milliseconds. */
const recomposeDelayMs = 100;

/** Who is notified: everybody who sees the screen, or only those who also see how it is shown. */
export type Audience = 'everyone' | 'desks';
export type ScreenListener = (screenId: string, wall: WallSnapshot, audience: Audience) => void;

/** The screens that are known. */
export interface ScreenShelf {
  /** The default screen first, the others as they came. */
  ids(): string[];
  get(screenId: string): Screen | undefined;
  /** A screen as it is, or as it would be shown if it were known. */
  getOrDefault(screenId: string): Screen;
  /** Makes a screen known, if there is room for one more. */
  open(screenId: string): Screen | undefined;
  /** Sets the present state of a screen, plans its next turn and starts its next streams. */
  put(screenId: string, screen: Screen): void;
  /** Sends the pending notices of this screen. */
  announce(screenId: string): void;
  /** Recomposes a screen soon, because the surfaces that show it have changed. */
  recompose(screenId: string): void;
  describe(screenId: string): WallSnapshot;
  loadOf(screenId: string): DecodeLoad;
  onChanged(listener: ScreenListener): void;
  close(): void;
}

export interface ScreenShelfOptions {
  cameras: WallCameras;
  warmer: StreamWarmer;
  displays: Displays;
  sequence: Sequence;
  defaultFill(): Fill;
  /** Whether a surface shows this screen or a desk may see it: only then its next streams are started. */
  isWatched(screenId: string): boolean;
  /** Whether a screen for which nobody chose anything must stay, because the schedule or another part names it. */
  isNamed(screenId: string): boolean;
  clock(): TourClock;
  /** The state of a screen changed by itself, for example by a page turn. */
  onMoved(screenId: string): void;
  onForgotten(screenId: string): void;
}

/** By this time a page of 16 tiles shows its pictures. Milliseconds. */
const warmDelayMs = 400;

/** An empty shelf. */
export function createScreenShelf(options: ScreenShelfOptions): ScreenShelf {
  const { cameras, warmer, displays, sequence, clock } = options;
  const screens = new Map<string, Screen>();
  const timers = new Map<string, NodeJS.Timeout>();
  const warming = new Map<string, NodeJS.Timeout>();
  /** When the page that a tour turned to by its clock is shown. */
  const shownAt = new Map<string, number>();
  const announced = new Map<string, { shown: string; all: string }>();
  const screenChanged = createListeners<Parameters<ScreenListener>>();
  const toRecompose = new Set<string>();
  let recomposeTimer: NodeJS.Timeout | undefined;
  let closed = false;

  const ids = (): string[] => [...screens.keys()].sort((left, right) => rankOf(left) - rankOf(right));

  const getOrDefault = (screenId: string): Screen =>
    screens.get(screenId) ?? newScreen(options.defaultFill());

  const describe = (screenId: string): WallSnapshot => {
    const wall = describeScreen(screenId, getOrDefault(screenId), displays.display(screenId), cameras);
    const showAtMs = shownAt.get(screenId);
    return showAtMs === undefined || showAtMs <= clock().nowMs ? wall : { ...wall, showAtMs };
  };

  /** A tour that was started, stepped or resumed turns with those that run already. */
  const joined = (screenId: string, screen: Screen): Screen => {
    const before = screens.get(screenId);
    const rhythm = turnRhythmOf(screen);
    if (rhythm === undefined || (before && turnRhythmOf(before)?.turnAtMs === rhythm.turnAtMs)) return screen;
    const others = ids()
      .filter((other) => other !== screenId)
      .flatMap((other) => turnRhythmOf(getOrDefault(other)) ?? []);
    return inRhythm(screen, others, clock().nowMs);
  };

  const warm = (screenId: string): void => {
    const screen = screens.get(screenId);
    const wanted = !closed && screen !== undefined && options.isWatched(screenId);
    const streams = wanted
      ? [...upcomingStreams(screen, displays.display(screenId)), ...retriedStreams(screen)]
      : [];
    warmer.warm(screenId, streams);
  };

  /** The next streams are started after the present ones show pictures, because starting both at the same time would delay both. */
  const warmSoon = (screenId: string): void => {
    clearTimeout(warming.get(screenId));
    warming.set(
      screenId,
      setTimeout(() => warm(screenId), warmDelayMs),
    );
  };

  const awaitDeadline = (screenId: string, screen: Screen): void => {
    clearTimeout(timers.get(screenId));
    timers.delete(screenId);
    const deadlineMs = nextScreenDeadline(screen);
    if (deadlineMs === undefined || closed) return;
    const timer = setTimeout(
      () => sequence.soon(() => ring(screenId)),
      Math.max(1, deadlineMs - clock().nowMs),
    );
    timers.set(screenId, timer);
  };

  const ring = (screenId: string): void => {
    const before = screens.get(screenId);
    if (before === undefined || closed) return;
    const now = clock();
    const lit = lightScreen(before, { type: 'deadlineReached' }, now);
    const afterLight = lit.ok ? lit.screen : before;
    const { minutesOfDay, nowMs } = now;
    const turned = steerScreen(afterLight, { type: 'deadlineReached', minutesOfDay }, nowMs);
    const after = turned.ok ? turned.screen : afterLight;
    // A timer may fire a millisecond early; in that case it is set again.
    if (after === before) return awaitDeadline(screenId, before);
    const due = turned.ok ? turnRhythmOf(afterLight) : undefined;
    put(screenId, after);
    if (due !== undefined) shownAt.set(screenId, due.turnAtMs + turnLeadMs);
    announce(screenId);
    options.onMoved(screenId);
  };

  const put = (screenId: string, asked: Screen): void => {
    const before = screens.get(screenId);
    const screen = joined(screenId, asked);
    screens.set(screenId, screen);
    // What an operator or an event changes is shown at once.
    shownAt.delete(screenId);
    const isOther = before?.fill.arranged !== screen.fill.arranged || before.content !== screen.content;
    if (before !== undefined && isOther) {
      displays.loadChanged(screenId, clock().nowMs);
    }
    if (before === undefined) warm(screenId);
    else warmSoon(screenId);
    awaitDeadline(screenId, screen);
  };

  const announce = (screenId: string): void => {
    const wall = describe(screenId);
    const { showAtMs: _showAtMs, ...lasting } = wall;
    const { display: _display, quality: _quality, replaced: _replaced, ...rest } = lasting;
    const text = { shown: JSON.stringify(rest), all: JSON.stringify(lasting) };
    const before = announced.get(screenId);
    if (before?.all === text.all) return;
    announced.set(screenId, text);
    const audience = before?.shown === text.shown ? 'desks' : 'everyone';
    screenChanged.notify(screenId, wall, audience);
  };

  const forget = (screenId: string): void => {
    screens.delete(screenId);
    clearTimeout(timers.get(screenId));
    timers.delete(screenId);
    shownAt.delete(screenId);
    announced.delete(screenId);
    warm(screenId);
    options.onForgotten(screenId);
  };

  /** A screen nobody chose for and nobody shows makes room for one that is opened. */
  const makeRoom = (): void => {
    for (const [screenId, { revision, spotlight }] of screens) {
      if (screens.size < maxScreens) return;
      const isFree = revision === 0 && spotlight.shown === undefined && displays.display(screenId).open === 0;
      if (isFree && screenId !== defaultScreenId && !options.isNamed(screenId)) forget(screenId);
    }
  };

  return {
    ids,
    get: (screenId) => screens.get(screenId),
    getOrDefault,
    open(screenId) {
      const known = screens.get(screenId);
      if (known !== undefined) return known;
      makeRoom();
      if (screens.size >= maxScreens) return undefined;
      const screen = newScreen(options.defaultFill());
      put(screenId, screen);
      return screen;
    },
    put,
    announce,
    recompose(screenId) {
      if (closed) return;
      toRecompose.add(screenId);
      recomposeTimer ??= setTimeout(() => {
        recomposeTimer = undefined;
        const all = [...toRecompose];
        toRecompose.clear();
        for (const one of all) {
          warm(one);
          if (screens.has(one)) announce(one);
        }
      }, recomposeDelayMs);
    },
    describe,
    loadOf: (screenId) => decodeLoadOf(getOrDefault(screenId), displays.display(screenId)),
    onChanged: screenChanged.add,
    close() {
      closed = true;
      clearTimeout(recomposeTimer);
      for (const timer of [...timers.values(), ...warming.values()]) clearTimeout(timer);
    },
  };
}

function rankOf(screenId: string): number {
  return screenId === defaultScreenId ? 0 : 1;
}
