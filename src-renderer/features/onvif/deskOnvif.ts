import { createStore, type StoreApi } from 'zustand/vanilla';
import { maxPlaces, type OnvifDevice } from '../../../src-shared/onvif/onvif.protocol.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import { createCurrentAnswers } from '../../ui/askingStore.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';
import {
  certificateToAccept,
  freeStreams,
  signInTargets,
  streamKey,
  type OnvifDraft,
  type PlannedPlace,
} from './onvifDrafts.ts';

/** What was done last, for the status line. */
export type OnvifDone =
  | { kind: 'signedIn'; ready: number; failed: number }
  | { kind: 'placed'; count: number }
  | { kind: 'takenOver' }
  | { kind: 'released' }
  | { kind: 'forgotten' };

export interface OnvifState {
  /** As it was read last; undefined before the first answer. */
  list: OutputOf<'onvif:list'> | undefined;
  chosen: ReadonlySet<string>;
  /** By the keys of streams. */
  drafts: ReadonlyMap<string, OnvifDraft>;
  /** What lenses saw, as addresses of images, by the keys of streams; null: the device gives no picture. */
  pictures: ReadonlyMap<string, string | null>;
  busy: 'signIn' | 'place' | 'other' | undefined;
  done: OnvifDone | undefined;
  problem: RefusalWords | undefined;
}

/** ONVIF devices at an administrator's desk. */
export interface DeskOnvif {
  store: StoreApi<OnvifState>;
  read(): Promise<void>;
  /** The list is on the screen until the answer is called: it is read, and again whenever something changed. */
  show(): () => void;
  search(input: InputOf<'onvif:search'>): Promise<void>;
  choose(deviceIds: readonly string[], isChosen: boolean): void;
  /** Tries the password on the chosen devices; whether one of them took it. */
  signIn(account: { username: string; password: string }): Promise<boolean>;
  /** Changes what is planned for these streams. */
  draft(keys: readonly string[], change: OnvifDraft): void;
  place(places: readonly PlannedPlace[]): Promise<void>;
  takeOver(wanted: InputOf<'onvif:takeOver'>): Promise<void>;
  /** Gives a camera back the address that it had before a device became its source. */
  release(cameraId: string): Promise<void>;
  setMotionAlerts(deviceId: string, isOn: boolean): Promise<void>;
  forgetDevice(deviceId: string): Promise<void>;
  /** The pictures of these devices are read again. */
  readPictures(deviceIds: readonly string[]): void;
  /** Something changed at the hub: it is read again while it is on the screen. */
  changed(): void;
  /** Another person may be at the desk. */
  forget(): void;
}

const nothing: OnvifState = {
  list: undefined,
  chosen: new Set(),
  drafts: new Map(),
  pictures: new Map(),
  busy: undefined,
  done: undefined,
  problem: undefined,
};
/** Pictures that are asked for at the same time. */
const picturesAtOnce = 3;
/** A password is tried on many devices, of which some do not answer. */
const signInMs = 180_000;
const placeMs = 60_000;

export function createDeskOnvif(options: {
  request<Name extends RequestName>(
    name: Name,
    input: InputOf<Name>,
    timeoutMs?: number,
  ): Promise<Ack<OutputOf<Name>>>;
}): DeskOnvif {
  const store = createStore<OnvifState>(() => nothing);
  const answers = createCurrentAnswers();
  const request: typeof options.request = (...asked) => answers.only(options.request(...asked));
  const waiting: { deviceId: string; sourceToken: string; key: string }[] = [];
  let reading = 0;
  let shown = 0;

  const readNext = async (): Promise<void> => {
    const next = waiting.shift();
    if (next === undefined) return;
    const { key, ...stream } = next;
    reading += 1;
    const answer = await request('onvif:readPicture', stream, placeMs);
    reading -= 1;
    const picture = answer.ok ? answer.data.picture : null;
    const url = picture === null ? null : `data:${picture.type};base64,${picture.data}`;
    store.setState({ pictures: new Map(store.getState().pictures).set(key, url) });
    await readNext();
  };
  const askPictures = (streams: typeof waiting): void => {
    const known = new Set(waiting.map(({ key }) => key));
    waiting.push(...streams.filter(({ key }) => !known.has(key)));
    for (let free = picturesAtOnce - reading; free > 0; free -= 1) void readNext();
  };
  /** Pictures of streams whose picture was never asked for. */
  const missing = new Set<string>();
  const askMissing = (devices: readonly OnvifDevice[]): void => {
    const found = streamsOf(devices).filter(({ key }) => !missing.has(key));
    for (const { key } of found) missing.add(key);
    askPictures(found);
  };
  const read = async (): Promise<void> => {
    const answer = await request('onvif:list', {});
    if (!answer.ok) return store.setState({ problem: answer });
    const { devices } = answer.data;
    const known = new Set(devices.map(({ deviceId }) => deviceId));
    const { chosen } = store.getState();
    store.setState({ list: answer.data, chosen: new Set([...chosen].filter((id) => known.has(id))) });
    askMissing(devices);
  };
  const ask = async <Name extends RequestName>(
    busy: OnvifState['busy'],
    name: Name,
    input: InputOf<Name>,
    timeoutMs?: number,
  ): Promise<OutputOf<Name> | undefined> => {
    store.setState({ busy, problem: undefined, done: undefined });
    const answer = await request(name, input, timeoutMs);
    store.setState({ busy: undefined, ...(answer.ok ? {} : { problem: answer }) });
    return answer.ok ? answer.data : undefined;
  };
  return {
    store,
    read,
    async search(input) {
      await ask('other', 'onvif:search', input);
      await read();
    },
    choose(deviceIds, isChosen) {
      const chosen = new Set(store.getState().chosen);
      for (const id of deviceIds) {
        if (isChosen) chosen.add(id);
        else chosen.delete(id);
      }
      store.setState({ chosen });
    },
    async signIn(account) {
      const { chosen, list } = store.getState();
      const targets = signInTargets(list?.devices ?? [], chosen);
      const certificates = targets.flatMap((device) => {
        const certificate = certificateToAccept(device);
        return certificate === undefined ? [] : [{ deviceId: device.deviceId, certificate }];
      });
      const wanted = {
        ...account,
        deviceIds: targets.map(({ deviceId }) => deviceId),
        ...(certificates.length === 0 ? {} : { certificates }),
      };
      const answer = await ask('signIn', 'onvif:signIn', wanted, signInMs);
      if (answer === undefined) return false;
      const { ready, failed } = answer;
      store.setState({ done: { kind: 'signedIn', ready: ready.length, failed: failed.length } });
      await read();
      return ready.length > 0;
    },
    draft(keys, change) {
      const drafts = new Map(store.getState().drafts);
      for (const key of keys) drafts.set(key, { ...drafts.get(key), ...change });
      store.setState({ drafts });
    },
    async place(places) {
      let count = 0;
      for (let from = 0; from < places.length; from += maxPlaces) {
        const part = places.slice(from, from + maxPlaces);
        const answer = await ask('place', 'onvif:place', { places: part }, placeMs);
        if (answer === undefined) break;
        count += answer.cameras.length;
      }
      if (count > 0) store.setState({ done: { kind: 'placed', count } });
      await read();
      const drafts = new Map(store.getState().drafts);
      const free = new Set(freeStreams(store.getState().list?.devices ?? []).map(({ key }) => key));
      for (const key of drafts.keys()) if (!free.has(key)) drafts.delete(key);
      // What is done is not chosen any more.
      const { chosen, list } = store.getState();
      const left = (list?.devices ?? []).filter(
        (device) =>
          chosen.has(device.deviceId) && (device.state !== 'ready' || freeStreams([device]).length > 0),
      );
      store.setState({ drafts, chosen: new Set(left.map(({ deviceId }) => deviceId)) });
    },
    async takeOver(wanted) {
      const answer = await ask('place', 'onvif:takeOver', wanted, placeMs);
      if (answer !== undefined) store.setState({ done: { kind: 'takenOver' } });
      await read();
    },
    async release(cameraId) {
      const answer = await ask('other', 'recorders:release', { cameraId });
      if (answer !== undefined) store.setState({ done: { kind: 'released' } });
      await read();
    },
    async setMotionAlerts(deviceId, isOn) {
      await ask('other', 'onvif:setMotionAlerts', { deviceId, isOn });
      await read();
    },
    async forgetDevice(deviceId) {
      const answer = await ask('other', 'onvif:forget', { deviceId });
      if (answer !== undefined) store.setState({ done: { kind: 'forgotten' } });
      await read();
    },
    readPictures(deviceIds) {
      const wanted = new Set(deviceIds);
      const devices = store.getState().list?.devices ?? [];
      askPictures(streamsOf(devices.filter(({ deviceId }) => wanted.has(deviceId))));
    },
    show() {
      shown += 1;
      void read();
      return () => void (shown -= 1);
    },
    changed() {
      if (shown > 0) void read();
    },
    forget() {
      answers.forget();
      reading = 0;
      waiting.length = 0;
      missing.clear();
      store.setState(nothing);
    },
  };
}

function streamsOf(
  devices: readonly OnvifDevice[],
): { deviceId: string; sourceToken: string; key: string }[] {
  return devices.flatMap((device) =>
    device.state === 'ready'
      ? device.streams.map((stream) => ({
          deviceId: device.deviceId,
          sourceToken: stream.sourceToken,
          key: streamKey(device, stream),
        }))
      : [],
  );
}
