import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FloorView, TalkSnapshot } from '../../../src-shared/talk/talk.protocol.ts';
import { quietTalkKey, type TalkKeyState } from './talkKey.ts';

/** The states of a microphone. `taken`: by a phone call or another app; it comes back by itself. */
export type MicrophoneState = 'off' | 'asking' | 'ready' | 'denied' | 'missing' | 'lost' | 'taken';

/** Talk as this surface knows it. */
export interface TalkState {
  /** Undefined until the hub has sent the groups. */
  speakerId: string | undefined;
  floors: ReadonlyMap<string, FloorView>;
  /** The group the key speaks in; undefined until one is chosen. */
  groupId: string | undefined;
  /** Groups that this surface does not listen to. */
  silenced: ReadonlySet<string>;
  key: TalkKeyState;
  microphone: MicrophoneState;
  /** Whether the hub has this surface's voice, so that a press can be granted. */
  hasVoice: boolean;
  /** Whether the browser lets this page be heard. */
  isAudible: boolean;
}

export type TalkStore = StoreApi<TalkState>;

export function createTalkStore(): TalkStore {
  return createStore<TalkState>(() => ({
    speakerId: undefined,
    floors: new Map(),
    groupId: undefined,
    silenced: new Set(),
    key: quietTalkKey,
    microphone: 'off',
    hasVoice: false,
    isAudible: true,
  }));
}

/** Whether the key asks for a floor, waits for one or has one, and when that changes to another of these. */
export function squadKeyOf(store: TalkStore): { isHeld(): boolean; onHeld(listener: () => void): void } {
  const isHeld = ({ key }: TalkState): boolean => key.phase !== quietTalkKey.phase;
  return {
    isHeld: () => isHeld(store.getState()),
    onHeld(listener) {
      store.subscribe((state, before) => {
        if (state.key.phase !== before.key.phase && isHeld(state)) listener();
      });
    },
  };
}

/** A snapshot came. The chosen group stays while it is there; else it is `preferred` where that is there, or none. */
export function resetTalk(store: TalkStore, talk: TalkSnapshot | undefined, preferred?: string): void {
  const floors = new Map((talk?.floors ?? []).map((floor) => [floor.groupId, floor]));
  const { groupId } = store.getState();
  const chosen = [groupId, preferred].find((id) => id !== undefined && floors.has(id));
  store.setState({
    speakerId: talk?.speakerId,
    floors,
    groupId: chosen,
  });
}

/** Applies a floor that the hub sent, unless it is older than the known one. Returns whether somebody else began to speak. */
export function takeFloor(store: TalkStore, floor: FloorView): boolean {
  const { floors, speakerId } = store.getState();
  const before = floors.get(floor.groupId);
  if (before !== undefined && floor.epoch < before.epoch) return false;
  store.setState({ floors: new Map(floors).set(floor.groupId, floor) });
  const { talker } = floor;
  return (
    talker !== undefined && talker.speakerId !== speakerId && talker.speakerId !== before?.talker?.speakerId
  );
}

/** The hub is away: who spoke is not known to speak any more. */
export function forgetTalkers(store: TalkStore): void {
  const { floors } = store.getState();
  const quiet = [...floors.values()].map(({ groupId, orderNumber, epoch }): FloorView => ({
    groupId,
    ...(orderNumber === undefined ? {} : { orderNumber }),
    epoch,
    waiting: 0,
  }));
  store.setState({ floors: new Map(quiet.map((floor) => [floor.groupId, floor])) });
}
