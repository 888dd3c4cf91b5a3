import { createStore, type StoreApi } from 'zustand/vanilla';
import type { NoticeOf, Snapshot } from '../../../../src-shared/protocol/index.ts';
import { isOrderWithSquad } from '../../../../src-shared/orders/order.ts';
import { squadsOfOrder } from '../../../../src-shared/orders/orderJoining.ts';
import type { Order, OrderLeadDeed } from '../../../../src-shared/orders/orders.protocol.ts';
import type { Member, MemberPosition } from '../../../../src-shared/squads/squads.protocol.ts';
import type { RefusalWords } from '../../../ui/refusalText.ts';

/** What the phone of a squad leader knows of the squad; on other phones `squadId` is undefined and all else is empty. */
export interface LeaderState {
  /** The squad that this phone's member leads. */
  squadId: string | undefined;
  members: ReadonlyMap<string, Member>;
  positions: ReadonlyMap<string, MemberPosition>;
  /** Those that the squad has, and those of others for which a member of it goes. */
  orders: readonly Order[];
  /** Whether the page of the squad is open. */
  isOpen: boolean;
  /** Why the last command was refused. */
  refused: RefusalWords | undefined;
  /** What was refused because the order changed meanwhile; it can be done again on the order as it is now. */
  conflict: { orderId: string; deed: OrderLeadDeed } | undefined;
}

export type LeaderStore = StoreApi<LeaderState>;

const nothing: LeaderState = {
  squadId: undefined,
  members: new Map(),
  positions: new Map(),
  orders: [],
  isOpen: false,
  refused: undefined,
  conflict: undefined,
};

export function createLeaderStore(): LeaderStore {
  return createStore<LeaderState>(() => nothing);
}

/** Nobody leads here any more. */
export function forgetSquad(store: LeaderStore): void {
  store.setState(nothing);
}

/** A snapshot came. */
export function resetSquad(
  store: LeaderStore,
  { capabilities, squads, squadOrders = [] }: Pick<Snapshot, 'capabilities' | 'squads' | 'squadOrders'>,
): void {
  if (squads?.self === undefined || !capabilities.includes('squads:lead')) return forgetSquad(store);
  const { members } = squads;
  store.setState({
    squadId: squads.self.squadId,
    members: new Map(members.map((member) => [member.memberId, member])),
    positions: new Map(
      members.flatMap(({ memberId, position }) => (position === undefined ? [] : [[memberId, position]])),
    ),
    orders: squadOrders,
    refused: undefined,
    conflict: undefined,
  });
}

export function takeSquadMembers(
  store: LeaderStore,
  { members, removedMemberIds }: NoticeOf<'squads:membersChanged'>,
): void {
  const state = store.getState();
  if (state.squadId === undefined) return;
  const next = new Map(state.members);
  const positions = new Map(state.positions);
  for (const member of members) next.set(member.memberId, member);
  for (const memberId of removedMemberIds) {
    next.delete(memberId);
    positions.delete(memberId);
  }
  store.setState({ members: next, positions });
}

export function takeSquadPositions(
  store: LeaderStore,
  { positions: moved }: NoticeOf<'squads:positionsChanged'>,
): void {
  const positions = new Map(store.getState().positions);
  for (const { memberId, position } of moved) {
    if (position === undefined) positions.delete(memberId);
    else if (position.atMs >= (positions.get(memberId)?.atMs ?? -Infinity)) positions.set(memberId, position);
  }
  store.setState({ positions });
}

/** Orders changed; one that the squad has no more is left out. */
export function takeSquadOrders(store: LeaderStore, changed: readonly Order[]): void {
  const { squadId, orders } = store.getState();
  if (squadId === undefined) return;
  const next = new Map(orders.map((order) => [order.orderId, order]));
  for (const order of changed) {
    if ((next.get(order.orderId)?.revision ?? 0) > order.revision) continue;
    if (squadsOfOrder(order).includes(squadId) && isOrderWithSquad(order)) next.set(order.orderId, order);
    else next.delete(order.orderId);
  }
  store.setState({ orders: [...next.values()] });
}

/** The members of the squad by their names, and how many are on duty. */
export function squadOnDuty({ members }: Pick<LeaderState, 'members'>): {
  members: Member[];
  onDuty: number;
} {
  const sorted = [...members.values()].sort((left, right) => left.name.localeCompare(right.name, 'zh-CN'));
  return { members: sorted, onDuty: sorted.filter(({ duty }) => duty.status !== 'off_duty').length };
}
