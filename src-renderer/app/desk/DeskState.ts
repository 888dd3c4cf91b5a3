import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Scene } from '../../../src-shared/wall/wallLibrary.ts';
import type { AlertSaying } from '../../features/alerts/alertActions.ts';
import type { SquadOutcome } from '../../features/squads/squadsActions.ts';
import type { CommandOutcome } from '../../features/wall/commandWords.ts';
import type { SoundState } from '../../media/sound.ts';

/** Names of the views that other features turn to. The list of all views follows from `deskFeatures.ts`. */
export const viewNames = {
  wall: 'wall',
  library: 'library',
  registry: 'registry',
  squads: 'squads',
} as const;

/** A message to the operator: the result of a command or of a snapshot. */
export type Said = { id: string } & (
  | { type: 'command'; outcome: CommandOutcome }
  | { type: 'snapshotSaved'; fileName: string }
  | { type: 'alert'; saying: AlertSaying }
  | { type: 'squad'; outcome: SquadOutcome }
  | { type: 'noPicture' }
  | { type: 'noSuchTile'; number: number; tiles: number }
);

/** What is only on this desk: the view, the open windows, the messages. */
export interface DeskState {
  /** The name of the view in the main panel. */
  view: string;
  /** The camera shown large, over the view. */
  largeCameraId: string | undefined;
  sound: SoundState;
  /** The palette over everything; with `onPicked` it picks a camera for somebody. */
  palette: { onPicked: ((cameraId: string) => void) | undefined } | undefined;
  keysShown: boolean;
  /** The officer's name in histories; undefined until it is entered. */
  officerName: string | undefined;
  spotlightFor: { cameraId: string; title: string } | undefined;
  /** A scene to be named and saved. */
  sceneDraft: Scene | undefined;
  said: readonly Said[];
}

/** A message without its id. */
export type Saying = Said extends infer One ? (One extends Said ? Omit<One, 'id'> : never) : never;

/** The desk's own store. */
export interface DeskStore extends StoreApi<DeskState> {
  /** Turns to the view of this name. */
  show(view: string): void;
  say(saying: Saying): void;
  unsay(id: string): void;
}

/** How long a message stays: a success is read at a glance, a refusal takes longer to read. Milliseconds. */
const doneMs = 5_000;
const refusedMs = 20_000;
const mostSaid = 3;

/** Makes the store of a desk that has just been opened; `onShow` is called before each change of the view. */
export function createDeskStore(onShow: () => void): DeskStore {
  const store = createStore<DeskState>(() => ({
    view: viewNames.wall,
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

/** Whether the message is about something that did not work. */
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
