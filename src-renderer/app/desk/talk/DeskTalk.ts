import type { Refused } from '../../../../src-shared/protocol/define.ts';
import type { SquadsStore } from '../../../features/squads/squadsStore.ts';
import {
  hasTalkGroup,
  orderGroupId,
  orderOfGroup,
  squadGroupId,
  type TalkOrder,
} from '../../../../src-shared/talk/memberGroups.ts';
import type { FloorView } from '../../../../src-shared/talk/talk.protocol.ts';
import {
  fitFloors,
  privateGroupId,
  withOrderGroup,
  withPrivateCall,
} from '../../../features/talk/deskGroups.ts';
import type { VoiceReadiness } from '../../../features/kitchenTalk/deskKitchenTalk.ts';
import type { HoldKey } from '../../../features/talk/holdKey.ts';
import { createTalkHistory, type TalkHistory } from '../../../features/talk/talkHistory.ts';
import type { TalkState, TalkStore } from '../../../features/talk/talkStore.ts';
import type { SoundRoute } from '../../../media/loudspeakers.ts';
import type { Receiver } from '../../../media/receiver.ts';
import type { HubLink, SnapshotArrival } from '../../../server/hubLink.ts';
import type { PageStorage } from '../../../server/pageStorage.ts';
import { createSurfaceTalk, type SurfaceTalk } from '../../shared/surfaceTalk.ts';

/** Talk at the desk: the key, the groups that are heard, and the media for both. */
export interface DeskTalk extends Pick<SurfaceTalk, 'takeNotice' | 'connectionLost'> {
  store: TalkStore;
  hold: HoldKey;
  history: TalkHistory;
  choose(groupId: string): void;
  /** Speaks to those who go for an order from now on. An order that has no group now changes nothing. */
  callOrder(orderId: string): void;
  /** Orders that are not ended, as they are now. */
  ordersChanged(orders: Iterable<TalkOrder & { squadId?: string | undefined }>): void;
  /** Speaks to one member alone from now on. */
  callPrivately(memberId: string): void;
  listen(groupId: string, isHeard: boolean): void;
  /** Ends the talk of whoever has the group's floor. */
  revoke(groupId: string, epoch: number): Promise<void>;
  /** The talk key of the keyboard is down; with `override` it takes the floor from whoever has it. */
  keyDown(event: KeyboardEvent, priority: 'normal' | 'override'): void;
  /** The microphone for kitchens. */
  kitchenVoice: {
    /** Asks for the microphone, in a gesture. */
    touched(): void;
    prepare(): Promise<VoiceReadiness>;
    open(isOpen: boolean): void;
  };
  /** Whether anybody is heard, or speaks here: other sounds are lower meanwhile. */
  isTalking(): boolean;
  /** Calls the listener when that changes. */
  onTalking(listener: (isTalking: boolean) => void): void;
  snapshotArrived(arrival: SnapshotArrival): void;
}

const silencedKey = 'mingchu.silencedGroups';
/** Volume of the groups beside the chosen one: lower, but heard. */
const otherVolume = 0.4;

export interface DeskTalkParts {
  link: HubLink;
  receiver: Receiver;
  storage: PageStorage;
  squads: SquadsStore;
  /** To the loudspeaker of talk. */
  route: SoundRoute;
  /** Notifies the officer that a command was refused. */
  notify(outcome: { command: 'revokeFloor' } & Refused): void;
}

/** Builds it. The microphone is asked for at the first press, or at once where it was allowed before. */
export function createDeskTalk({ link, receiver, storage, squads, route, notify }: DeskTalkParts): DeskTalk {
  const talk = createSurfaceTalk({ link, media: { transports: receiver.transports }, volumesOf, route });
  const { store, key, hold, media } = talk;
  store.setState({ silenced: readSilenced(storage) });
  /** Orders that have a talk group now, and the squad of each that ever had one here. */
  let orders: ReadonlyMap<string, TalkOrder> = new Map();
  const squadOfOrder = new Map<string, string>();
  /** When an order is done, who spoke to those who went speaks to their squad; otherwise a group must be chosen. */
  const groupAfter = (
    gone: string | undefined,
    floors: ReadonlyMap<string, FloorView>,
  ): string | undefined => {
    const squadId = squadOfOrder.get(orderOfGroup(gone ?? '') ?? '');
    const groupId = squadId === undefined ? undefined : squadGroupId(squadId);
    return groupId !== undefined && floors.has(groupId) ? groupId : undefined;
  };
  const fit = (): void => {
    const { floors, groupId } = store.getState();
    const { squads: known, members } = squads.getState();
    const roster = {
      squadIds: known.map(({ squadId }) => squadId),
      memberIds: new Set(members.keys()),
      orderIds: new Set(orders.keys()),
    };
    const next = fitFloors(floors, roster, groupId);
    if (next === floors) return;
    const isThere = groupId !== undefined && next.has(groupId);
    if (!isThere) key.letGo();
    store.setState({ floors: next, groupId: isThere ? groupId : groupAfter(groupId, next) });
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
  const callOrder = (orderId: string): void => {
    const order = orders.get(orderId);
    if (order === undefined) return;
    store.setState({ floors: withOrderGroup(store.getState().floors, order) });
    choose(orderGroupId(orderId));
  };
  const choose = (groupId: string): void => {
    talk.choose(groupId);
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
    callOrder,
    ordersChanged(open) {
      const known = [...open];
      orders = new Map(known.filter(hasTalkGroup).map((order) => [order.orderId, order]));
      for (const { orderId, squadId } of known) {
        if (squadId !== undefined) squadOfOrder.set(orderId, squadId);
      }
      if (store.getState().speakerId !== undefined) fit();
      const left = new Set(known.map(({ orderId }) => orderId));
      for (const orderId of squadOfOrder.keys()) if (!left.has(orderId)) squadOfOrder.delete(orderId);
    },
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
      // `conflict`: that talk has ended already, which is what was wanted.
      if (answer.ok || answer.code === 'conflict') return;
      notify({ command: 'revokeFloor', ...answer });
    },
    keyDown(event, priority) {
      if (!hold.isDown) hold.keyDown(event, priority);
    },
    kitchenVoice: {
      touched: talk.touched,
      async prepare() {
        if (await media.prepareKitchenVoice()) return 'ready';
        return store.getState().microphone === 'asking' ? 'asking' : 'missing';
      },
      open: (isOpen) => media.openKitchenVoice(isOpen),
    },
    isTalking: () => isTalking(store.getState()),
    onTalking(listener) {
      store.subscribe((state, before) => {
        const now = isTalking(state);
        if (now !== isTalking(before)) listener(now);
      });
    },
    takeNotice: talk.takeNotice,
    connectionLost: talk.connectionLost,
    snapshotArrived(arrival) {
      const { groupId, speakerId } = store.getState();
      // Only a page that begins chooses all squads. After a reconnection the group may be gone, and whoever spoke to one member
      // must not speak to everybody. The roster may have been read before this, so the choice may be undone already.
      talk.snapshotArrived(arrival, speakerId === undefined ? 'all' : undefined);
      const members = arrival.snapshot.squads?.members ?? [];
      const memberId = groupId?.startsWith('private:') === true ? groupId.slice('private:'.length) : '';
      const isStillThere = members.some((member) => member.memberId === memberId);
      if (store.getState().groupId !== undefined) return;
      if (isStillThere) callPrivately(memberId);
      else callOrder(orderOfGroup(groupId ?? '') ?? '');
    },
  };
}

/** How loud each group is that is heard. A silenced group is heard while a member of it sends an SOS. */
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
