import type { Snapshot } from '../../../../src-shared/protocol/index.ts';
import type { SquadOutcome } from '../../../features/squads/squadsActions.ts';
import type { SquadsStore } from '../../../features/squads/squadsStore.ts';
import { fitFloors, privateGroupId, withPrivateCall } from '../../../features/talk/deskGroups.ts';
import { HoldKey } from '../../../features/talk/holdKey.ts';
import { createTalkHistory, type TalkHistory } from '../../../features/talk/talkHistory.ts';
import { TalkKeyRunner } from '../../../features/talk/talkKeyRunner.ts';
import {
  createTalkStore,
  resetTalk,
  type TalkState,
  type TalkStore,
} from '../../../features/talk/talkStore.ts';
import { createTalkTones } from '../../../features/talk/talkTones.ts';
import { DutyMedia } from '../../../media/dutyMedia.ts';
import type { Receiver } from '../../../media/receiver.ts';
import type { HubLink, Notice } from '../../../server/hubLink.ts';
import type { PageStorage } from '../../../server/pageStorage.ts';

/** Talk at the desk: the key, the groups that are heard, and the media for both. */
export interface DeskTalk {
  store: TalkStore;
  hold: HoldKey;
  history: TalkHistory;
  choose(groupId: string): void;
  /** Speaks to one member alone from now on. */
  callPrivately(memberId: string): void;
  listen(groupId: string, isHeard: boolean): void;
  /** Ends the talk of whoever has the group's floor. */
  revoke(groupId: string, epoch: number): Promise<void>;
  /** The talk key of the keyboard is down; with `override` it takes the floor from whoever has it. */
  keyDown(event: KeyboardEvent, priority: 'normal' | 'override'): void;
  /** Whether anybody is heard, or speaks here: other sounds are lower meanwhile. */
  isTalking(): boolean;
  /** Told when that changes. */
  onTalking(listener: (isTalking: boolean) => void): void;
  /** Answers whether the notice was about talk. */
  noticed(notice: Notice): boolean;
  snapshotArrived(snapshot: Snapshot, isNewConnection: boolean): void;
  connectionLost(): void;
}

const silencedKey = 'mingchu.silencedGroups';
/** What is heard beside the chosen group: lower, but heard. */
const otherVolume = 0.4;

export interface DeskTalkParts {
  link: HubLink;
  receiver: Receiver;
  storage: PageStorage;
  squads: SquadsStore;
  tell(outcome: SquadOutcome): void;
}

/** Builds it. The microphone is asked for at the first press, or at once where it was allowed before. */
export function createDeskTalk({ link, receiver, storage, squads, tell }: DeskTalkParts): DeskTalk {
  const store = createTalkStore();
  store.setState({ silenced: readSilenced(storage) });
  const tones = createTalkTones();
  const media = new DutyMedia({
    signalling: link,
    onMicrophone: (microphone) => store.setState({ microphone }),
    onVoice: (hasVoice) => store.setState({ hasVoice }),
    onAudible: (isAudible) => store.setState({ isAudible }),
    transports: receiver.transports,
  });
  const runner = new TalkKeyRunner(store, {
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
      press(priority) {
        touched();
        runner.press(priority);
      },
      letGo: (isUnproven) => runner.letGo(isUnproven),
    },
  );
  const listen = (): void => media.listenTo(volumesOf(store.getState()));
  store.subscribe((state, before) => {
    const isSame = state.floors === before.floors && state.silenced === before.silenced;
    if (isSame && state.groupId === before.groupId) return;
    if ([...volumesOf(state)].join() !== [...volumesOf(before)].join()) listen();
  });
  const fit = (): void => {
    const { floors, groupId } = store.getState();
    const { squads: known, members } = squads.getState();
    const roster = { squadIds: known.map(({ squadId }) => squadId), memberIds: new Set(members.keys()) };
    const next = fitFloors(floors, roster, groupId);
    if (next === floors) return;
    const isThere = groupId !== undefined && next.has(groupId);
    if (!isThere) runner.letGo();
    store.setState({ floors: next, groupId: isThere ? groupId : undefined });
  };
  squads.subscribe((state, before) => {
    const isSame = state.squads === before.squads && state.members === before.members;
    // Before the first snapshot no group is known, and none is missing.
    if (!isSame && store.getState().speakerId !== undefined) fit();
  });
  // A page may hear before the first press only after some other gesture.
  window.addEventListener('pointerdown', () => media.wake());
  window.addEventListener('keydown', () => media.wake());
  void wasAllowed().then((allowed) => {
    if (allowed) media.startMicrophone();
  });
  const choose = (groupId: string): void => {
    runner.letGo();
    store.setState({ groupId });
    fit();
  };
  const callPrivately = (memberId: string): void => {
    store.setState({ floors: withPrivateCall(store.getState().floors, memberId) });
    choose(privateGroupId(memberId));
  };

  return {
    store,
    hold,
    history: createTalkHistory({ read: (input) => link.request('talk:readHistory', input) }),
    choose,
    callPrivately,
    listen(groupId, isHeard) {
      const silenced = new Set(store.getState().silenced);
      if (isHeard) silenced.delete(groupId);
      else silenced.add(groupId);
      storage.setItem(silencedKey, JSON.stringify([...silenced]));
      store.setState({ silenced });
    },
    async revoke(groupId, epoch) {
      const answer = await link.request('talk:revokeFloor', { groupId, epoch });
      // That talk is over already: what was wanted.
      if (answer.ok || answer.code === 'conflict') return;
      tell({ command: 'revokeFloor', ...answer });
    },
    keyDown(event, priority) {
      if (!hold.isDown) hold.keyDown(event, priority);
    },
    isTalking: () => isTalking(store.getState()),
    onTalking(listener) {
      store.subscribe((state, before) => {
        const now = isTalking(state);
        if (now !== isTalking(before)) listener(now);
      });
    },
    noticed(notice) {
      switch (notice.name) {
        case 'talk:floorTaken':
        case 'talk:floorIdle':
          runner.floorChanged(notice.payload);
          return true;
        case 'talk:floorGranted':
          runner.floorGranted(notice.payload);
          return true;
        case 'talk:floorDenied':
          runner.floorDenied(notice.payload);
          return true;
        case 'talk:queueMoved':
          runner.queueMoved(notice.payload);
          return true;
        case 'talk:limitNear':
          runner.limitNear(notice.payload);
          return true;
        case 'talk:floorRevoked':
          runner.floorRevoked(notice.payload);
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
      const { groupId, speakerId } = store.getState();
      // Only a page that begins chooses all squads. After a reconnection the group may be gone, and whoever spoke to one member
      // must not speak to everybody. The roster may have been read before this, so the choice may be undone already.
      resetTalk(store, snapshot.talk, speakerId === undefined ? 'all' : undefined);
      const isStillThere = (memberId: string): boolean =>
        snapshot.squads?.members.some((member) => member.memberId === memberId) === true;
      const memberId = groupId?.startsWith('private:') === true ? groupId.slice('private:'.length) : '';
      if (store.getState().groupId === undefined && isStillThere(memberId)) callPrivately(memberId);
      media.snapshotArrived({
        workers: snapshot.workers,
        talkWorkerId: snapshot.talk?.workerId,
        isNewConnection,
        isSomebodySpeaking: false,
      });
      listen();
    },
    connectionLost() {
      runner.connectionLost();
      media.connectionLost();
    },
  };
}

/** How loud each group is that is heard; a silenced one is while a member of it calls for help. */
function volumesOf({ floors, silenced, groupId: chosen }: TalkState): Map<string, number> {
  const volumes = new Map<string, number>();
  for (const { groupId, talker, priority } of floors.values()) {
    const isCall = talker !== undefined && priority === 'emergency';
    if (groupId === chosen || isCall) volumes.set(groupId, 1);
    else if (!silenced.has(groupId)) volumes.set(groupId, otherVolume);
  }
  return volumes;
}

function isTalking(state: TalkState): boolean {
  if (state.key.phase === 'has_permission') return true;
  const heard = volumesOf(state);
  return [...state.floors.values()].some(({ talker, groupId }) => talker !== undefined && heard.has(groupId));
}

/** Whether this browser was allowed the microphone before, so that asking again disturbs nobody. */
async function wasAllowed(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: 'microphone' as PermissionName })).state === 'granted';
  } catch {
    return false;
  }
}

function readSilenced(storage: PageStorage): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(storage.getItem(silencedKey) ?? '[]');
    return new Set(Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : []);
  } catch {
    return new Set();
  }
}
