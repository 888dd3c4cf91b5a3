import type { TFunction } from 'i18next';
import { createStore, type StoreApi } from 'zustand/vanilla';

/** A message to the officer, such as the result of a command. Its words are made each time it is drawn, in the language of the desk. */
export interface DeskMessage {
  /** Whether something did not work: such a message stands out and stays longer. */
  isFailure: boolean;
  text(t: TFunction): string;
  /** What the officer may open from the message. */
  offer?: { text(t: TFunction): string; open(): void };
}

/** What is only on this desk: the view, the picture over the view, the open windows, the messages. */
export interface DeskState {
  /** The name of the view in the main panel. */
  view: string;
  /** The camera that is shown large, over the view; also the stream of a body cam. */
  largeCameraId: string | undefined;
  keysShown: boolean;
  messages: readonly (DeskMessage & { id: string })[];
}

/** The desk's own store. */
export interface DeskStore extends StoreApi<DeskState> {
  /** Turns to the view of this name. */
  show(view: string): void;
  notify(message: DeskMessage): void;
  dismiss(messageId: string): void;
}

/** How long a message stays: a success is read at a glance, a failure or an offer takes longer. Milliseconds. */
const successMs = 5_000;
const failureMs = 20_000;
const mostMessages = 3;

/** Makes the store of a desk that has just been opened; `onShow` is called before each change of the view. */
export function createDeskStore(firstView: string, onShow: () => void): DeskStore {
  const store = createStore<DeskState>(() => ({
    view: firstView,
    largeCameraId: undefined,
    keysShown: false,
    messages: [],
  }));
  let count = 0;
  const dismiss = (messageId: string): void =>
    store.setState({ messages: store.getState().messages.filter(({ id }) => id !== messageId) });
  return {
    ...store,
    show(view) {
      onShow();
      store.setState({ view, largeCameraId: undefined });
    },
    notify(message) {
      const id = `message-${++count}`;
      store.setState({ messages: [...store.getState().messages, { ...message, id }].slice(-mostMessages) });
      const isShort = !message.isFailure && message.offer === undefined;
      setTimeout(() => dismiss(id), isShort ? successMs : failureMs);
    },
    dismiss,
  };
}
