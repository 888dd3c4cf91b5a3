import { orderGroupId, orderOfGroup, squadGroupId } from '../../../src-shared/talk/memberGroups.ts';
import type { FloorView } from '../../../src-shared/talk/talk.protocol.ts';

const quiet = (groupId: string): FloorView => ({ groupId, epoch: 0, waiting: 0 });

/** The call with one member alone. */
export const privateGroupId = (memberId: string): string => `private:${memberId}`;

/** Who is there to be called. */
export interface Roster {
  squadIds: readonly string[];
  memberIds: ReadonlySet<string>;
  /** Orders that have a talk group now. */
  orderIds: ReadonlySet<string>;
}

/**
 * The floors a desk draws and hears once squads or members came or went: every squad has its own, those of removed ones
 * go and those of orders that are done, and a private call goes that is neither chosen nor spoken or waited in. The same map where nothing changed.
 */
export function fitFloors(
  floors: ReadonlyMap<string, FloorView>,
  { squadIds, memberIds, orderIds }: Roster,
  chosen: string | undefined,
): ReadonlyMap<string, FloorView> {
  const squads = new Set(squadIds.map(squadGroupId));
  const isKept = ({ groupId, talker, waiting }: FloorView): boolean => {
    if (groupId.startsWith('squad:')) return squads.has(groupId);
    const orderId = orderOfGroup(groupId);
    if (orderId !== undefined) return orderIds.has(orderId);
    if (!groupId.startsWith('private:')) return true;
    const isUsed = groupId === chosen || talker !== undefined || waiting > 0;
    return isUsed && memberIds.has(groupId.slice('private:'.length));
  };
  const kept = [...floors.values()].filter(isKept);
  const missing = [...squads].filter((groupId) => !floors.has(groupId));
  if (kept.length === floors.size && missing.length === 0) return floors;
  return new Map([...kept, ...missing.map(quiet)].map((floor) => [floor.groupId, floor]));
}

/** The floors with one of a private call; as they are where it is known. */
export function withPrivateCall(
  floors: ReadonlyMap<string, FloorView>,
  memberId: string,
): ReadonlyMap<string, FloorView> {
  const groupId = privateGroupId(memberId);
  return floors.has(groupId) ? floors : new Map(floors).set(groupId, quiet(groupId));
}

/** The floors with one of an order's group; as they are where it is known. */
export function withOrderGroup(
  floors: ReadonlyMap<string, FloorView>,
  { orderId, number }: { orderId: string; number: string },
): ReadonlyMap<string, FloorView> {
  const groupId = orderGroupId(orderId);
  if (floors.has(groupId)) return floors;
  return new Map(floors).set(groupId, { ...quiet(groupId), orderNumber: number });
}
