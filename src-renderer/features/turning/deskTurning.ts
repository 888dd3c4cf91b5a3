import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, NoticeOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import { atRest, type Motion } from '../../../src-shared/turning/motion.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';
import { createTurnDriver } from './turnDriver.ts';
import { motionOfKeys, partOfKey } from './turnKeys.ts';

export interface TurningState {
  /** The camera that is shown large, as the hub says of it; undefined while that is not known. */
  turning: OutputOf<'turning:read'> | undefined;
  /** How it is being moved from this desk. */
  motion: Motion;
  /** The preset that is being gone to. */
  goingTo: number | undefined;
  /** The recorder does not say which numbers it uses: a view is saved under one that a person chooses. */
  needsNumber: boolean;
  problem: RefusalWords | undefined;
}

/** Turning the camera that is shown large. */
export interface DeskTurning {
  store: StoreApi<TurningState>;
  /** Another camera is shown large, or none. */
  watch(cameraId: string | undefined): void;
  changed(notice: NoticeOf<'turning:changed'>): void;
  /** Reads it again after a new connection, and when the registry changed. */
  readAgain(): void;
  connectionLost(): void;
  set(motion: Motion): void;
  release(): void;
  takeOver(): Promise<void>;
  goTo(number: number): Promise<void>;
  /** `number`: the one that a person chose. Whether it was saved. */
  save(name: string, number?: number): Promise<boolean>;
  remove(number: number): Promise<void>;
  relist(number: number): Promise<void>;
  /** A key went down; whether it is one that turns. */
  keyDown(event: Pick<KeyboardEvent, 'code' | 'key' | 'shiftKey'>): boolean;
  canTurn(): boolean;
}

/** The parts of a page that say that nobody holds a key any more. */
export interface TurnPage {
  window: Pick<EventTarget, 'addEventListener'>;
  document: Pick<EventTarget, 'addEventListener'> & { readonly hidden: boolean; hasFocus(): boolean };
}

export function createDeskTurning(options: {
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  /** Whether this desk may turn cameras at all. */
  mayTurn(): boolean;
  page: TurnPage;
  nowMs(): number;
}): DeskTurning {
  const { request, mayTurn, page, nowMs } = options;
  const store = createStore<TurningState>(() => ({
    turning: undefined,
    motion: atRest,
    goingTo: undefined,
    needsNumber: false,
    problem: undefined,
  }));
  let cameraId: string | undefined;
  const downKeys = new Map<string, Pick<KeyboardEvent, 'code' | 'key'>>();
  const driver = createTurnDriver({
    send: {
      move: (camera, moveId, motion) => request('turning:move', { cameraId: camera, moveId, motion }),
      keepMoving: (camera, moveId) => request('turning:keepMoving', { cameraId: camera, moveId }),
      stop: (camera, moveId) => request('turning:stop', { cameraId: camera, moveId }),
    },
    isAttended: () => !page.document.hidden && page.document.hasFocus(),
    onMotion: (motion) => store.setState({ motion }),
    onRefused: (problem) => store.setState({ problem }),
    nowMs,
  });
  const canTurn = (): boolean => {
    const { turning } = store.getState();
    return turning !== undefined && turning.cannotTurn === undefined && mayTurn();
  };
  const release = (): void => {
    downKeys.clear();
    driver.release();
  };
  const set = (motion: Motion): void => {
    if (cameraId === undefined || !canTurn()) return;
    store.setState({ problem: undefined });
    driver.set(cameraId, motion);
  };
  const read = async (): Promise<void> => {
    const asked = cameraId;
    if (asked === undefined || !mayTurn()) return store.setState({ turning: undefined });
    const answer = await request('turning:read', { cameraId: asked });
    if (cameraId === asked) store.setState({ turning: answer.ok ? answer.data : undefined });
  };
  const ask = async <Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<boolean> => {
    store.setState({ problem: undefined });
    const asked = cameraId;
    const answer = await request(name, input);
    if (!answer.ok && cameraId === asked) store.setState({ problem: answer });
    return answer.ok;
  };
  const keyUp = (event: Event): void => {
    const { code, key, shiftKey, metaKey } = event as KeyboardEvent;
    if (downKeys.size === 0) return;
    // With Meta held, some systems never say that another key went up.
    if (metaKey) return release();
    downKeys.delete(code === '' ? key : code);
    set(motionOfKeys(downKeys.values(), shiftKey));
  };
  page.window.addEventListener('keyup', keyUp);
  for (const name of ['blur', 'pagehide', 'freeze']) page.window.addEventListener(name, release);
  page.document.addEventListener('visibilitychange', () => {
    if (page.document.hidden) release();
  });
  return {
    store,
    canTurn,
    watch(next) {
      if (next === cameraId) return;
      release();
      cameraId = next;
      store.setState({ turning: undefined, problem: undefined, goingTo: undefined, needsNumber: false });
      void read();
    },
    changed(notice) {
      const { turning } = store.getState();
      if (turning?.cameraId !== notice.cameraId) return;
      const { holder: _holder, unlistedPresets: _unlisted, ...rest } = turning;
      store.setState({ turning: { ...rest, ...notice } });
    },
    readAgain: () => void read(),
    connectionLost() {
      downKeys.clear();
      driver.connectionLost();
    },
    set,
    release,
    async takeOver() {
      if (cameraId !== undefined) await ask('turning:takeOver', { cameraId });
    },
    async goTo(number) {
      if (cameraId === undefined) return;
      release();
      store.setState({ goingTo: number });
      await ask('turning:goToPreset', { cameraId, number });
      store.setState({ goingTo: undefined });
    },
    async save(name, number) {
      const asked = cameraId;
      if (asked === undefined) return false;
      const chosen = number === undefined ? {} : { number };
      const isSaved = await ask('turning:savePreset', { cameraId: asked, name, ...chosen });
      if (asked !== cameraId) return isSaved;
      const { problem, needsNumber } = store.getState();
      const isUnknown = problem?.reason === 'turning.preset_numbers_unknown';
      store.setState({ needsNumber: !isSaved && (needsNumber || isUnknown) });
      return isSaved;
    },
    async remove(number) {
      if (cameraId !== undefined) await ask('turning:deletePreset', { cameraId, number });
    },
    async relist(number) {
      if (cameraId !== undefined) await ask('turning:relistPreset', { cameraId, number });
    },
    keyDown(event) {
      if (!canTurn()) return false;
      if (partOfKey(event) !== undefined) {
        downKeys.set(event.code === '' ? event.key : event.code, { code: event.code, key: event.key });
        set(motionOfKeys(downKeys.values(), event.shiftKey));
        return true;
      }
      if (event.key === 'Shift' && downKeys.size > 0) {
        set(motionOfKeys(downKeys.values(), true));
        return true;
      }
      return false;
    },
  };
}
