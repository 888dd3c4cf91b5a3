import type { Snapshot } from '../../src-shared/session/session.protocol.ts';
import { HoldKey } from '../features/talk/holdKey.ts';
import { TalkKeeper } from '../features/talk/talkKeeper.ts';
import { createTalkStore, resetTalk, type TalkStore } from '../features/talk/talkStore.ts';
import { createTalkTones } from '../features/talk/talkTones.ts';
import { DutyMedia } from '../media/dutyMedia.ts';
import type { Receiver } from '../media/receiver.ts';
import type { HubLink, Notice } from '../server/hubLink.ts';

/** Talk at the desk: the key, the groups that are heard, and the media for both. */
export interface DeskTalk {
  store: TalkStore;
  hold: HoldKey;
  /** Groups that this desk does not listen to. */
  silenced(): ReadonlySet<string>;
  choose(groupId: string): void;
  /** Speaks to one member alone from now on. */
  callPrivately(memberId: string): void;
  listen(groupId: string, isHeard: boolean): void;
  revoke(groupId: string, epoch: number): Promise<void>;
  /** The talk key of the keyboard is down; with `override` it takes the floor from whoever has it. */
  keyDown(priority: 'normal' | 'override'): void;
  keyUp(): void;
  /** Whether anybody is heard, or speaks here: other sounds are lower meanwhile. */
  isTalking(): boolean;
  /** Answers whether the notice was about talk. */
  noticed(notice: Notice): boolean;
  snapshotArrived(snapshot: Snapshot, isNewConnection: boolean): void;
  connectionLost(): void;
}

const silencedKey = 'mingchu.silencedGroups';
/** What is heard beside the chosen group: lower, but heard. */
const otherVolume = 0.4;
const keyboard = -1;

/** Builds it. The microphone is asked for at the first press, or at once where it was allowed before. */
export function createDeskTalk(link: HubLink, receiver: Receiver, storage: Storage): DeskTalk {
  const store = createTalkStore();
  const tones = createTalkTones();
  const heard = { silenced: readSilenced(storage) };
  const next: { priority: 'normal' | 'override' } = { priority: 'normal' };
  const media = new DutyMedia({
    signalling: link,
    onMicrophone: (microphone) => store.setState({ microphone }),
    onVoice: (hasVoice) => store.setState({ hasVoice }),
    onAudible: (isAudible) => store.setState({ isAudible }),
    receiveSound: (workerId, streamId) => receiver.receiveSound(workerId, streamId),
  });
  const keeper = new TalkKeeper(store, {
    request: link.request,
    openMicrophone: (isOpen) => media.openMicrophone(isOpen),
    play: (tone) => tones.play(tone),
    delay: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
  });
  const touched = (): void => {
    tones.wake();
    media.wake();
    if (store.getState().microphone !== 'ready') media.startMicrophone();
  };
  const hold = new HoldKey(
    { window, document },
    {
      press() {
        touched();
        keeper.press(next.priority);
        next.priority = 'normal';
      },
      letGo: () => keeper.letGo(),
    },
  );
  const listen = (): void => {
    const { floors, groupId } = store.getState();
    const wanted = [...floors.keys()].filter((id) => id === groupId || !heard.silenced.has(id));
    media.listenTo(new Map(wanted.map((id) => [id, id === groupId ? 1 : otherVolume])));
  };
  store.subscribe((state, before) => {
    const groupsChanged = [...state.floors.keys()].join() !== [...before.floors.keys()].join();
    if (groupsChanged || state.groupId !== before.groupId) listen();
  });
  // A page may hear before the first press only after some other gesture.
  window.addEventListener('pointerdown', () => media.wake());
  window.addEventListener('keydown', () => media.wake());
  void wasAllowed().then((allowed) => {
    if (allowed) media.startMicrophone();
  });
  const choose = (groupId: string): void => {
    keeper.letGo();
    store.setState({ groupId });
  };

  return {
    store,
    hold,
    silenced: () => heard.silenced,
    choose,
    callPrivately(memberId) {
      const groupId = `private:${memberId}`;
      const { floors } = store.getState();
      if (!floors.has(groupId))
        store.setState({ floors: new Map(floors).set(groupId, { groupId, epoch: 0, waiting: 0 }) });
      choose(groupId);
    },
    listen(groupId, isHeard) {
      const silenced = new Set(heard.silenced);
      if (isHeard) silenced.delete(groupId);
      else silenced.add(groupId);
      heard.silenced = silenced;
      storage.setItem(silencedKey, JSON.stringify([...silenced]));
      listen();
      // What is heard is not in the store; a copy draws it anew.
      store.setState({ floors: new Map(store.getState().floors) });
    },
    async revoke(groupId, epoch) {
      await link.request('talk:revokeFloor', { groupId, epoch });
    },
    keyDown(priority) {
      next.priority = priority;
      hold.down(keyboard);
    },
    keyUp: hold.up,
    isTalking() {
      const { floors, key } = store.getState();
      if (key.phase === 'has_permission') return true;
      return [...floors.values()].some(
        ({ talker, groupId }) => talker !== undefined && !heard.silenced.has(groupId),
      );
    },
    noticed(notice) {
      switch (notice.name) {
        case 'talk:floorTaken':
        case 'talk:floorIdle':
          keeper.floorChanged(notice.payload);
          return true;
        case 'talk:floorGranted':
          keeper.floorGranted(notice.payload);
          return true;
        case 'talk:floorDenied':
          keeper.floorDenied(notice.payload);
          return true;
        case 'talk:queueMoved':
          keeper.queueMoved(notice.payload);
          return true;
        case 'talk:limitNear':
          keeper.limitNear(notice.payload);
          return true;
        case 'talk:floorRevoked':
          keeper.floorRevoked(notice.payload);
          return true;
        case 'media:consumersClosed':
          media.consumersClosed(notice.payload);
          return false;
        case 'media:workerReplaced':
          media.workerReplaced(notice.payload);
          return false;
        default:
          return false;
      }
    },
    snapshotArrived(snapshot, isNewConnection) {
      resetTalk(store, snapshot.talk, 'all');
      media.snapshotArrived(snapshot.workers, isNewConnection);
      listen();
    },
    connectionLost() {
      keeper.connectionLost();
      media.connectionLost();
    },
  };
}

/** Whether this browser was allowed the microphone before, so that asking again disturbs nobody. */
async function wasAllowed(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: 'microphone' as PermissionName })).state === 'granted';
  } catch {
    return false;
  }
}

function readSilenced(storage: Storage): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(storage.getItem(silencedKey) ?? '[]');
    return new Set(Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : []);
  } catch {
    return new Set();
  }
}
