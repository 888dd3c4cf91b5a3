import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Ack, Refused } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import type { AlertsStore } from './alertsStore.ts';

type Read = OutputOf<'alerts:read'>;

/** The snapshot of an alert. `failed`: it could not be read from the hub. */
export interface AlertPicture {
  state: 'loading' | 'none' | 'checking' | 'ready' | 'unusable' | 'failed';
  /** An address of this page, when it is ready. */
  url?: string;
}

/** Everything about the chosen alert, as far as it is read. */
export interface AlertDetailState {
  alertId: string | undefined;
  read: Read | undefined;
  /** Why it could not be read. */
  /** The hub's own sentence, in English. */
  problem: string | undefined;
  refusal: Refused | undefined;
  /** The picture of one of the times it was reported; without one the newest. */
  pictureHash: string | undefined;
  picture: AlertPicture;
}

export interface AlertDetail {
  store: StoreApi<AlertDetailState>;
  showPicture(hash: string | undefined): void;
}

const empty: AlertDetailState = {
  alertId: undefined,
  read: undefined,
  problem: undefined,
  refusal: undefined,
  pictureHash: undefined,
  picture: { state: 'loading' },
};

/** Follows the chosen alert: it is read when it is chosen, whenever it changed, and after the hub came back. */
export function followAlertDetail(
  alerts: AlertsStore,
  parts: {
    read(alertId: string): Promise<Ack<Read>>;
    getSnapshot(input: InputOf<'alerts:getSnapshot'>): Promise<Ack<OutputOf<'alerts:getSnapshot'>>>;
    makeUrl(jpeg: Uint8Array): string;
    dropUrl(url: string): void;
    /** It was read, and is of this camera. */
    onCamera(alertId: string, cameraId: string): void;
  },
): AlertDetail {
  const store = createStore<AlertDetailState>(() => empty);
  /** Identifies the state that was read or is being read; when it differs, the alert is read again. */
  let readKey: string | undefined;
  let pictureKey: string | undefined;

  const dropPicture = (): void => {
    const { url } = store.getState().picture;
    if (url !== undefined) parts.dropUrl(url);
  };
  const showing = (alertId: string): boolean => store.getState().alertId === alertId;

  const readPicture = async (alertId: string): Promise<void> => {
    const { pictureHash, read } = store.getState();
    const key = `${alertId} ${pictureHash ?? `${read?.alert.snapshot?.hash} ${read?.alert.snapshot?.state}`}`;
    if (key === pictureKey) return;
    pictureKey = key;
    const hash = pictureHash === undefined ? {} : { hash: pictureHash };
    const answer = await parts.getSnapshot({ alertId, ...hash });
    if (key !== pictureKey || !showing(alertId)) return;
    dropPicture();
    if (!answer.ok) {
      pictureKey = undefined;
      return store.setState({ picture: { state: 'failed' } });
    }
    const { state, jpeg } = answer.data;
    store.setState({ picture: jpeg === undefined ? { state } : { state, url: parts.makeUrl(jpeg) } });
  };

  const read = async (alertId: string, key: string): Promise<void> => {
    const answer = await parts.read(alertId);
    if (key !== readKey || !showing(alertId)) return;
    if (!answer.ok) {
      // It is tried again with the next message of the hub.
      readKey = undefined;
      return store.setState({ problem: answer.message, refusal: answer });
    }
    store.setState({ read: answer.data, problem: undefined, refusal: undefined });
    const cameraId = answer.data.alert.place?.cameraId;
    if (cameraId !== undefined) parts.onCamera(alertId, cameraId);
    void readPicture(alertId);
  };

  const follow = (): void => {
    const { chosenId, open, closed } = alerts.getState();
    if (chosenId !== store.getState().alertId) {
      dropPicture();
      pictureKey = undefined;
      store.setState({ ...empty, alertId: chosenId });
    }
    const key = chosenId && `${chosenId} ${open.get(chosenId)?.revision ?? closed.get(chosenId)}`;
    if (key === readKey) return;
    readKey = key;
    if (chosenId !== undefined && key !== undefined) void read(chosenId, key);
  };
  alerts.subscribe(follow);
  follow();

  return {
    store,
    showPicture(pictureHash) {
      const { alertId } = store.getState();
      if (alertId === undefined) return;
      store.setState({ pictureHash });
      void readPicture(alertId);
    },
  };
}
