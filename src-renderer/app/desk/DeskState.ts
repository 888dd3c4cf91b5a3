import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Scene } from '../../../src-shared/wall/wallLibrary.ts';
import type { AlertSaying } from '../../features/alerts/alertActions.ts';
import type { SquadOutcome } from '../../features/squads/squadsActions.ts';
import type { CommandOutcome } from '../../features/wall/commandWords.ts';
import type { SoundState } from '../../media/sound.ts';

/** What fills the centre of the desk. */
export const deskViews = ['wall', 'library', 'health', 'registry', 'map', 'history', 'squads'] as const;
export type DeskView = (typeof deskViews)[number];

/** Something said to the operator: what came of a command, or of a snapshot. */
export type Said = { id: string } & (
  | { type: 'command'; outcome: CommandOutcome }
  | { type: 'snapshotSaved'; fileName: string }
  | { type: 'alert'; saying: AlertSaying }
  | { type: 'squad'; outcome: SquadOutcome }
  | { type: 'noPicture' }
  | { type: 'noSuchTile'; number: number; tiles: number }
);

/** What is only on this desk: which view, which windows are open, what was said. */
export interface DeskState {
  view: DeskView;
  /** The camera shown large, over the view. */
  largeCameraId: string | undefined;
  sound: SoundState;
  /** The palette over everything; with `onPicked` it picks a camera for somebody. */
  palette: { onPicked: ((cameraId: string) => void) | undefined } | undefined;
  keysShown: boolean;
  /** Whose name histories have for this desk; undefined until it was said. */
  officerName: string | undefined;
  spotlightFor: { cameraId: string; title: string } | undefined;
  /** A scene to be named and saved. */
  sceneDraft: Scene | undefined;
  said: readonly Said[];
}

/** A notice without its id. */
export type Saying = Said extends infer One ? (One extends Said ? Omit<One, 'id'> : never) : never;

/** The desk's own store. */
export interface DeskStore extends StoreApi<DeskState> {
  show(view: DeskView): void;
  say(saying: Saying): void;
  unsay(id: string): void;
}

/** What went well is read at a glance; what was refused is to be read. */
const doneMs = 5_000;
const refusedMs = 20_000;
const mostSaid = 3;

/** The store of a desk that has just been opened; `onShow` hears of every view that is asked for. */
export function createDeskStore(onShow: () => void): DeskStore {
  const store = createStore<DeskState>(() => ({
    view: 'wall',
    largeCameraId: undefined,
    sound: 'off',
    palette: undefined,
    keysShown: false,
    officerName: undefined,
    spotlightFor: undefined,
    sceneDraft: undefined,
    said: [],
  }));
  let count = 0;
  const unsay = (id: string): void =>
    store.setState({ said: store.getState().said.filter((one) => one.id !== id) });
  return {
    ...store,
    show(view) {
      onShow();
      store.setState({ view, largeCameraId: undefined });
    },
    say(saying) {
      const id = `said-${++count}`;
      store.setState({ said: [...store.getState().said, { ...saying, id } as Said].slice(-mostSaid) });
      setTimeout(() => unsay(id), isWrong(saying) ? refusedMs : doneMs);
    },
    unsay,
  };
}

/** Whether what is said is about something that did not work. */
export function isWrong(saying: Saying): boolean {
  switch (saying.type) {
    case 'command':
    case 'squad':
      return !saying.outcome.ok;
    case 'snapshotSaved':
      return false;
    case 'alert':
    case 'noPicture':
    case 'noSuchTile':
      return true;
  }
}
