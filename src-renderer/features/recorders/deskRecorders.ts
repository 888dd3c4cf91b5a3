import type { StoreApi } from 'zustand/vanilla';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import {
  maxMatches,
  type PlatformSettings,
  type RecorderChannel,
  type TracedMessage,
} from '../../../src-shared/recorders/recorders.protocol.ts';
import { createAskingStore, type AskHub } from '../../ui/askingStore.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';
import { recorderFacts, traceText } from './traceText.ts';

/** What is shown below the list. `free`: the channels of all recorders that have no camera. */
export type RecorderDetail =
  | { kind: 'free' }
  | { kind: 'channels'; recorderId: string }
  | { kind: 'trace'; recorderId: string }
  | { kind: 'change'; recorderId: string };

export interface RecordersState {
  /** As it was read last; undefined before the first answer. */
  list: OutputOf<'recorders:list'> | undefined;
  detail: RecorderDetail | undefined;
  channels: { listed: readonly RecorderChannel[]; total: number } | undefined;
  trace: readonly TracedMessage[] | undefined;
  /** Cameras that a person chose for channels, by `recorder/channel`. */
  chosen: ReadonlyMap<string, string>;
  /** A password that was made or set, until it is put away. */
  made: { recorderId: string; password: string } | undefined;
  /** What was done last, for the status line. */
  done: { kind: 'asked' | 'released' } | { kind: 'matched'; count: number } | undefined;
  isBusy: boolean;
  problem: RefusalWords | undefined;
}

/** Recorders at an administrator's desk. */
export interface DeskRecorders {
  store: StoreApi<RecordersState>;
  read(): Promise<void>;
  show(detail: RecorderDetail | undefined): Promise<void>;
  /** Whether it was added. */
  add(recorder: InputOf<'recorders:add'>): Promise<boolean>;
  change(change: InputOf<'recorders:change'>): Promise<boolean>;
  /** How recorders are received; undefined: as configured. Whether it was saved. */
  setPlatform(settings: PlatformSettings | undefined): Promise<boolean>;
  remove(recorderId: string): Promise<void>;
  askCatalogue(recorderId: string): Promise<void>;
  choose(channel: RecorderChannel, cameraId: string): void;
  match(channels: readonly RecorderChannel[]): Promise<void>;
  /** Takes a match back: the camera has what it had before. */
  release(cameraId: string): Promise<void>;
  exportTrace(recorderId: string): Promise<void>;
  putPasswordAway(): void;
  /** Something changed at the hub: what is shown is read again. */
  changed(): void;
  /** Another person may be at the desk. */
  forget(): void;
}

const nothing: RecordersState = {
  list: undefined,
  detail: undefined,
  channels: undefined,
  trace: undefined,
  chosen: new Map(),
  made: undefined,
  done: undefined,
  isBusy: false,
  problem: undefined,
};

export function createDeskRecorders(options: {
  request: AskHub;
  saveFile(file: Blob, name: string): void;
}): DeskRecorders {
  const { saveFile } = options;
  const { store, request, ask, forget } = createAskingStore<RecordersState>({
    nothing,
    cleared: { done: undefined },
    request: options.request,
  });
  const read = async (): Promise<void> => {
    const answer = await request('recorders:list', {});
    store.setState(answer.ok ? { list: answer.data } : { problem: answer });
  };
  const readDetail = async (): Promise<void> => {
    const { detail } = store.getState();
    if (detail === undefined || detail.kind === 'change') return;
    if (detail.kind === 'trace') {
      const answer = await request('recorders:readTrace', { recorderId: detail.recorderId });
      if (store.getState().detail !== detail) return;
      store.setState(answer.ok ? { trace: answer.data.messages } : { problem: answer });
      return;
    }
    const input = detail.kind === 'free' ? {} : { recorderId: detail.recorderId };
    const answer = await request('recorders:readChannels', input);
    if (store.getState().detail !== detail) return;
    store.setState(
      answer.ok
        ? { channels: { listed: answer.data.channels, total: answer.data.total } }
        : { problem: answer },
    );
  };
  return {
    store,
    read,
    async show(detail) {
      store.setState({ detail, channels: undefined, trace: undefined, problem: undefined, done: undefined });
      await readDetail();
    },
    async add(recorder) {
      const answer = await ask('recorders:add', recorder);
      if (answer === undefined) return false;
      store.setState({ made: { recorderId: recorder.recorderId, password: answer.password } });
      await read();
      return true;
    },
    async change(change) {
      const answer = await ask('recorders:change', change);
      if (answer === undefined) return false;
      const { password } = answer;
      store.setState({
        detail: undefined,
        ...(password === undefined ? {} : { made: { recorderId: change.recorderId, password } }),
      });
      await read();
      return true;
    },
    async setPlatform(settings) {
      const answer = await ask('recorders:setPlatform', { settings: settings ?? null });
      if (answer === undefined) return false;
      await read();
      return true;
    },
    async remove(recorderId) {
      if ((await ask('recorders:remove', { recorderId })) === undefined) return;
      const { detail } = store.getState();
      if (detail !== undefined && 'recorderId' in detail && detail.recorderId === recorderId)
        store.setState({ detail: undefined });
      await read();
    },
    async askCatalogue(recorderId) {
      const answer = await ask('recorders:askCatalogue', { recorderId });
      if (answer !== undefined) store.setState({ done: { kind: 'asked' } });
    },
    choose(channel, cameraId) {
      const chosen = new Map(store.getState().chosen);
      store.setState({ chosen: chosen.set(channelKey(channel), cameraId) });
    },
    async match(channels) {
      const { chosen } = store.getState();
      const matches = channels.flatMap((channel) => {
        const cameraId = chosen.get(channelKey(channel)) ?? channel.suggestion?.cameraId;
        const { recorderId, channelId } = channel;
        return cameraId === undefined ? [] : [{ recorderId, channelId, cameraId }];
      });
      if (matches.length === 0) return;
      let count = 0;
      // Each piece is carried out as a whole or not at all; what is refused ends it, and is shown beside what was done until then.
      for (let from = 0; from < matches.length; from += maxMatches) {
        const piece = matches.slice(from, from + maxMatches);
        const answer = await ask('recorders:match', { matches: piece });
        if (answer === undefined) break;
        count += answer.matched;
        const left = new Map(store.getState().chosen);
        for (const one of piece) left.delete(channelKey(one));
        store.setState({ chosen: left });
      }
      if (count === 0) return;
      store.setState({ done: { kind: 'matched', count } });
      await Promise.all([read(), readDetail()]);
    },
    async release(cameraId) {
      if ((await ask('recorders:release', { cameraId })) === undefined) return;
      store.setState({ done: { kind: 'released' } });
      await Promise.all([read(), readDetail()]);
    },
    async exportTrace(recorderId) {
      const { trace = [], list } = store.getState();
      const recorder = list?.recorders.find((one) => one.recorderId === recorderId);
      const answer = await request('recorders:readChannels', { recorderId });
      const channels = answer.ok ? answer.data.channels : [];
      const head = recorder === undefined ? '' : `${recorderFacts(recorder, channels)}\r\n`;
      const text = `${head}${traceText(trace)}`;
      saveFile(new Blob([text], { type: 'text/plain;charset=utf-8' }), `sip-${recorderId}.txt`);
    },
    putPasswordAway: () => store.setState({ made: undefined }),
    changed() {
      if (store.getState().list === undefined) return;
      void read();
      if (store.getState().detail?.kind !== 'trace') void readDetail();
    },
    forget,
  };
}

/** A channel among all channels of all recorders. */
export function channelKey({
  recorderId,
  channelId,
}: Pick<RecorderChannel, 'recorderId' | 'channelId'>): string {
  return `${recorderId}/${channelId}`;
}
