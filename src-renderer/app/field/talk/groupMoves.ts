import { createStore, type StoreApi } from 'zustand/vanilla';
import type { NoticeOf } from '../../../../src-shared/protocol/index.ts';
import {
  squadGroupId,
  transitionGroupChoice,
  type GroupChoice,
  type GroupEvent,
} from '../../../../src-shared/talk/memberGroups.ts';
import type { FloorView } from '../../../../src-shared/talk/talk.protocol.ts';
import type { SnapshotArrival } from '../../../server/hubLink.ts';
import type { SurfaceTalk } from '../../shared/surfaceTalk.ts';

/** That the phone was moved to another talk group by itself, for the member to read. */
export interface GroupMove {
  groupId: string;
  orderNumber: string | undefined;
  /** By the hub's clock. */
  atMs: number;
}

/** Keeps a phone in the talk group to which its member belongs: the order's while there is one, else the squad's. */
export interface GroupMoves {
  store: StoreApi<{ moved: GroupMove | undefined }>;
  snapshotArrived(arrival: SnapshotArrival): void;
  groupsChanged(notice: NoticeOf<'talk:groupsChanged'>): void;
  /** The member chooses a group by hand. */
  choose(groupId: string): void;
  /** Nobody is signed in any more. */
  forget(): void;
}

/** Makes it. A talk that goes on is ended first, unless its group is gone. */
export function createGroupMoves(
  talk: Pick<SurfaceTalk, 'store' | 'choose' | 'snapshotArrived'>,
  nowMs: () => number,
): GroupMoves {
  const store = createStore<{ moved: GroupMove | undefined }>(() => ({ moved: undefined }));
  let choice: GroupChoice | undefined;
  let isMoving = false;

  const follow = (): void => {
    if (choice === undefined || isMoving) return;
    const { groupId, floors, key } = talk.store.getState();
    if (groupId === choice.groupId || !floors.has(choice.groupId)) return;
    const isThere = groupId !== undefined && floors.has(groupId);
    if (isThere && key.phase !== 'has_no_permission') return;
    isMoving = true;
    talk.choose(choice.groupId);
    isMoving = false;
    // Where none was chosen before, nobody was moved.
    if (groupId === undefined) return;
    const { orderNumber } = floors.get(choice.groupId) ?? {};
    store.setState({ moved: { groupId: choice.groupId, orderNumber, atMs: nowMs() } });
  };
  const take = (event: GroupEvent): void => void (choice = transitionGroupChoice(choice, event));
  talk.store.subscribe(follow);

  return {
    store,
    snapshotArrived(arrival) {
      const { talk: groups, squads } = arrival.snapshot;
      const groupIds = (groups?.floors ?? []).map(({ groupId }) => groupId);
      const homeGroupId = groups?.homeGroupId ?? squadGroupId(squads?.self?.squadId ?? '');
      take({ type: 'assigned', homeGroupId, groupIds });
      talk.snapshotArrived(arrival, choice?.groupId);
      follow();
    },
    groupsChanged({ homeGroupId, floors }) {
      const known = talk.store.getState().floors;
      const newest = (floor: FloorView): FloorView => {
        const before = known.get(floor.groupId);
        return before !== undefined && before.epoch > floor.epoch ? before : floor;
      };
      take({ type: 'assigned', homeGroupId, groupIds: floors.map(({ groupId }) => groupId) });
      talk.store.setState({ floors: new Map(floors.map((floor) => [floor.groupId, newest(floor)])) });
      follow();
    },
    choose(groupId) {
      take({ type: 'chosen', groupId });
      store.setState({ moved: undefined });
      isMoving = true;
      talk.choose(groupId);
      isMoving = false;
    },
    forget() {
      choice = undefined;
      store.setState({ moved: undefined });
    },
  };
}
