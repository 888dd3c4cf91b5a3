import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Scene, WallLibrary } from '../../../src-shared/wall/wallLibrary.ts';
import type { WallSnapshot } from '../../../src-shared/wall/wall.protocol.ts';
import type { CommandWords } from './commandWords.ts';
import type { WallChange } from './wallChanges.ts';

/** A camera an operator is about to put on a tile, with the screens as they were when it was taken up. */
export interface CarriedCamera {
  cameraId: string;
  title: string;
  bases: readonly WallSnapshot[];
  /** Digits of a tile's number typed so far. */
  typed: string;
}

/** A command that was refused because somebody else was faster. */
export interface CommandConflict {
  command: CommandWords;
  /** What changed meanwhile, as far as it can be seen. */
  changes: readonly WallChange[];
  /** Asks for the same on top of what is there now. */
  doAnyway(): void;
}

/** The wall as the desk knows it: the hub's decisions, and what this desk is about to do. */
export interface DeskWallState {
  /** Undefined until the first snapshot. In the order of the hub. */
  screens: readonly WallSnapshot[] | undefined;
  library: WallLibrary | undefined;
  /** The screen that is selected on the desk. */
  screenId: string | undefined;
  /** The tile that is selected on that screen. */
  tileId: string | undefined;
  carried: CarriedCamera | undefined;
  conflict: CommandConflict | undefined;
  /** The camera for which the officer is asked how to spotlight it. */
  spotlightFor: { cameraId: string; title: string } | undefined;
  /** A scene that is to be named and saved. */
  sceneDraft: Scene | undefined;
}

/** The desk's store of the wall. */
export interface DeskWallStore extends StoreApi<DeskWallState> {
  /** Takes a snapshot as it is: revisions may have begun again. */
  reset(screens: readonly WallSnapshot[], library: WallLibrary | undefined): void;
  /** Takes what a notice said of a screen; one older than the present one is ignored. */
  showScreen(screen: WallSnapshot): void;
  showLibrary(library: WallLibrary): void;
  chooseScreen(screenId: string): void;
  chooseTile(tileId: string | undefined): void;
  carry(cameraId: string, title: string): void;
  type(typed: string): void;
  putDown(): void;
}

/** The store of a desk before its first snapshot. */
export function createDeskWallStore(): DeskWallStore {
  const store = createStore<DeskWallState>(() => ({
    screens: undefined,
    library: undefined,
    screenId: undefined,
    tileId: undefined,
    carried: undefined,
    conflict: undefined,
    spotlightFor: undefined,
    sceneDraft: undefined,
  }));
  return {
    ...store,
    reset(screens, library) {
      const { screenId } = store.getState();
      const stays = screens.some((screen) => screen.screenId === screenId);
      store.setState({ screens, library, screenId: stays ? screenId : screens[0]?.screenId });
    },
    showScreen(screen) {
      const { screens = [], screenId } = store.getState();
      const present = screens.find((other) => other.screenId === screen.screenId);
      if (present === undefined) {
        store.setState({ screens: [...screens, screen], screenId: screenId ?? screen.screenId });
        return;
      }
      if (screen.revision < present.revision) return;
      store.setState({ screens: screens.map((other) => (other === present ? screen : other)) });
    },
    showLibrary(library) {
      const present = store.getState().library;
      if (present !== undefined && library.revision < present.revision) return;
      store.setState({ library });
    },
    chooseScreen: (screenId) => store.setState({ screenId, tileId: undefined }),
    chooseTile: (tileId) => store.setState({ tileId }),
    carry(cameraId, title) {
      store.setState({ carried: { cameraId, title, bases: store.getState().screens ?? [], typed: '' } });
    },
    type(typed) {
      const { carried } = store.getState();
      if (carried !== undefined) store.setState({ carried: { ...carried, typed } });
    },
    putDown: () => store.setState({ carried: undefined }),
  };
}

/** The screen that is selected on the desk. */
export function chosenScreen(state: DeskWallState): WallSnapshot | undefined {
  return state.screens?.find((screen) => screen.screenId === state.screenId);
}
