import type { StoreApi } from 'zustand/vanilla';
import type { SharedSet, UpperSettings } from '../../../src-shared/cascade/cascade.protocol.ts';
import type { ViewHours } from '../../../src-shared/cascade/viewHours.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import { createAskingStore, type AskHub } from '../../ui/askingStore.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';

/** What is shown below the list. */
export type CascadeDetail =
  | { kind: 'new' }
  | { kind: 'change'; upperId: string }
  | { kind: 'share'; upperId: string }
  | { kind: 'cameras' };

export interface CascadeState {
  /** As it was read last; undefined before the first answer. */
  platforms: OutputOf<'cascade:list'>['platforms'] | undefined;
  /** The server's zone, as it was read last. */
  utcOffsetMinutes: number | undefined;
  cameras: OutputOf<'cascade:readCameras'> | undefined;
  detail: CascadeDetail | undefined;
  /** How many views the last shutting ended, for the status line. */
  ended: number | undefined;
  isBusy: boolean;
  problem: RefusalWords | undefined;
}

/** Upper platforms at an administrator's desk. */
export interface DeskCascade {
  store: StoreApi<CascadeState>;
  read(): Promise<void>;
  show(detail: CascadeDetail | undefined): Promise<void>;
  add(settings: UpperSettings, password: string): Promise<void>;
  /** `revision`: of what was read, here and below. */
  change(
    upperId: string,
    settings: UpperSettings,
    password: string | undefined,
    revision: string,
  ): Promise<void>;
  remove(upperId: string): Promise<void>;
  share(upperId: string, shared: SharedSet, revision: string): Promise<void>;
  shutPlatform(upperId: string): Promise<void>;
  shutCamera(cameraId: string): Promise<void>;
  openCamera(cameraId: string, hours: ViewHours | null): Promise<void>;
  /** Something changed at the hub: what is shown is read again. */
  changed(): void;
  /** Another person may be at the desk. */
  forget(): void;
}

const nothing: CascadeState = {
  platforms: undefined,
  utcOffsetMinutes: undefined,
  cameras: undefined,
  detail: undefined,
  ended: undefined,
  isBusy: false,
  problem: undefined,
};

export function createDeskCascade(askHub: AskHub): DeskCascade {
  const {
    store,
    request,
    ask: askFirst,
    forget,
  } = createAskingStore<CascadeState>({ nothing, cleared: { ended: undefined }, request: askHub });
  const read = async (): Promise<void> => {
    const answer = await request('cascade:list', {});
    store.setState(answer.ok ? answer.data : { problem: answer });
  };
  const readCameras = async (): Promise<void> => {
    const answer = await request('cascade:readCameras', {});
    store.setState(answer.ok ? { cameras: answer.data } : { problem: answer });
  };
  const refresh = async (): Promise<void> => {
    await Promise.all([read(), ...(store.getState().detail?.kind === 'cameras' ? [readCameras()] : [])]);
  };
  /** Asks for something and reads again what is shown; undefined when it was refused. */
  const ask = async <Name extends RequestName>(
    name: Name,
    input: InputOf<Name>,
  ): Promise<OutputOf<Name> | undefined> => {
    const answer = await askFirst(name, input);
    if (answer !== undefined) await refresh();
    return answer;
  };
  const close = (): void => store.setState({ detail: undefined });
  return {
    store,
    read,
    async show(detail) {
      store.setState({ detail, problem: undefined, ended: undefined });
      if (detail?.kind === 'cameras') await readCameras();
    },
    async add(settings, password) {
      const made = await ask('cascade:add', { settings, password });
      // The next thing is to choose what it has: until then it has nothing.
      if (made !== undefined) store.setState({ detail: { kind: 'share', upperId: made.upperId } });
    },
    async change(upperId, settings, password, revision) {
      const given = password === undefined ? {} : { password };
      if ((await ask('cascade:change', { upperId, settings, revision, ...given })) !== undefined) close();
    },
    async remove(upperId) {
      if ((await ask('cascade:remove', { upperId })) !== undefined) close();
    },
    async share(upperId, shared, revision) {
      if ((await ask('cascade:share', { upperId, shared, revision })) !== undefined) close();
    },
    async shutPlatform(upperId) {
      const answer = await ask('cascade:shutPlatform', { upperId });
      if (answer !== undefined) store.setState({ ended: answer.ended });
    },
    async shutCamera(cameraId) {
      const answer = await ask('cascade:shutCamera', { cameraId });
      if (answer !== undefined) store.setState({ ended: answer.ended });
    },
    async openCamera(cameraId, hours) {
      await ask('cascade:openCamera', { cameraId, hours });
    },
    changed() {
      if (store.getState().platforms !== undefined) void refresh();
    },
    forget,
  };
}
