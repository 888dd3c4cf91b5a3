import { createHash } from 'node:crypto';
import { worksForDistrict, worksForSquad, type Scope } from '../../../src-shared/session/principal.ts';
import {
  itemKey,
  presentOf,
  type ListedItem,
  type Shift,
  type ShiftItem,
} from '../../../src-shared/shifts/shift.ts';
import type {
  ReadItem,
  ShiftLog,
  ShiftNote,
  ShiftReading,
} from '../../../src-shared/shifts/shifts.protocol.ts';

/** What concerns everybody is in every part of the city. */
export function isInScope({ kind, district, squadId }: ShiftItem, scope: Scope): boolean {
  if (kind === 'server') return true;
  if (district !== undefined) return worksForDistrict(scope, district);
  return squadId === undefined ? worksForDistrict(scope, undefined) : worksForSquad(scope, squadId);
}

/** Whether somebody with the one scope works for everything of the other. */
export function covers(own: Scope, other: Scope): boolean {
  const all = (mine: 'all' | readonly string[], theirs: 'all' | readonly string[]): boolean =>
    mine === 'all' || (theirs !== 'all' && theirs.every((id) => mine.includes(id)));
  return all(own.districts, other.districts) && all(own.squads, other.squads);
}

/** What both scopes have. */
export function commonScope(one: Scope, other: Scope): Scope {
  const common = (left: Scope['districts'], right: Scope['districts']): Scope['districts'] => {
    if (left === 'all') return right;
    return right === 'all' ? left : left.filter((id) => right.includes(id));
  };
  return {
    districts: common(one.districts, other.districts),
    squads: common(one.squads, other.squads),
  };
}

/** A shift as somebody with this scope reads it: items as far as they work for them, and the whole of notes and log. */
export function readingOf(
  shift: Shift,
  items: ReadonlyMap<string, ShiftItem>,
  scope: Scope,
  notes: ShiftNote[],
  log: ShiftLog,
): ShiftReading {
  const { handover, ...rest } = shift;
  const receivedAtMs = handover?.receivedAtMs ?? 0;
  const hasEnded = shift.state === 'ended';
  const listed: readonly ListedItem[] = handover?.items ?? (hasEnded ? [] : [...items.values()]);
  const read = (item: ListedItem): ReadItem => {
    // After the end the record stays as it was signed.
    const present =
      hasEnded || handover === undefined ? { is: 'same' as const } : presentOf(item, items, receivedAtMs);
    return { ...item, present: present.is, ...(present.is === 'changed' ? { stateNow: present.state } : {}) };
  };
  const known = new Set(listed.map(itemKey));
  const newItems =
    handover === undefined || hasEnded
      ? []
      : [...items.values()].filter((item) => !known.has(itemKey(item)) || item.sinceMs > receivedAtMs);
  const record = { ...rest, handover, notes, log };
  return {
    shift: {
      ...rest,
      openedKinds: handover?.openedKinds ?? [],
      ...(handover === undefined ? {} : { receiver: handover.receiver, receivedAtMs }),
    },
    items: listed.filter((item) => isInScope(item, scope)).map(read),
    newItems: newItems.filter((item) => isInScope(item, scope)),
    notes,
    log,
    hash: createHash('sha256').update(JSON.stringify(record)).digest('hex'),
  };
}
