/**
 * The machine of a shift and its handover: from an officer who takes the desk to the next one, who signs for everything that is open.
 * Pure: the clock comes in with each event, and so does what is open at that moment.
 */
import { z } from 'zod';

/** Kinds of open items, the most urgent first. */
export const shiftItemKinds = ['emergency', 'alert', 'order', 'finding', 'camera', 'server'] as const;
export type ShiftItemKind = (typeof shiftItemKinds)[number];

/** Something that is open: an alert that is not closed, an order that is not ended, a camera that shows nothing. */
export const shiftItemSchema = z.object({
  kind: z.enum(shiftItemKinds),
  id: z.string().min(1).max(100),
  sinceMs: z.number(),
  /** As its own feature names it, such as `acknowledged` or `on_scene`. */
  state: z.string().max(40),
  /** What it is called: a site, an order's number, a member. */
  name: z.string().max(200),
  nameEn: z.string().max(200).optional(),
  /** Of alerts and findings. */
  class: z.literal([1, 2, 3]).optional(),
  /** Whose it is; without both it concerns everybody. */
  district: z.string().max(64).optional(),
  squadId: z.string().max(64).optional(),
});
export type ShiftItem = z.output<typeof shiftItemSchema>;

export const shiftPersonSchema = z.object({
  accountId: z.string().min(1).max(100),
  name: z.string().max(80),
});
export type ShiftPerson = z.output<typeof shiftPersonSchema>;

/** An item as it was when the next officer opened the handover, and who signed for it. */
export const listedItemSchema = shiftItemSchema.extend({
  signed: z.object({ by: shiftPersonSchema, atMs: z.number(), state: z.string() }).optional(),
});
export type ListedItem = z.output<typeof listedItemSchema>;

const scopeSchema = z.object({
  districts: z.union([z.literal('all'), z.array(z.string())]),
  squads: z.union([z.literal('all'), z.array(z.string())]),
});

export const shiftSchema = z.object({
  shiftId: z.string().min(1).max(64),
  /** Whose shift it is. */
  officer: shiftPersonSchema,
  /** The part of the city that the officer works for. */
  scope: scopeSchema,
  /** `receiving`: the next officer has opened the handover and signs. */
  state: z.enum(['running', 'receiving', 'ended']),
  /** Rises with every change. */
  revision: z.number().int(),
  startedAtMs: z.number(),
  handover: z
    .object({
      receiver: shiftPersonSchema,
      receivedAtMs: z.number(),
      items: z.array(listedItemSchema),
      /** The kinds whose list the receiver opened. */
      openedKinds: z.array(z.enum(shiftItemKinds)),
    })
    .optional(),
  ended: z
    .object({
      atMs: z.number(),
      /** The next officer; absent where the supervisor ended the shift before anybody received it. */
      to: shiftPersonSchema.optional(),
      /** The supervisor's word, where not everything was signed. */
      override: z
        .object({ by: shiftPersonSchema, reason: z.string().min(1).max(500), unsigned: z.number().int() })
        .optional(),
    })
    .optional(),
});
export type Shift = z.output<typeof shiftSchema>;

/** What is open now, by `itemKey`. */
export type OpenItems = ReadonlyMap<string, ShiftItem>;

export type ShiftEvent =
  /** The next officer opens the handover: from here on what begins is theirs. */
  | { type: 'received'; by: ShiftPerson }
  | { type: 'listOpened'; by: ShiftPerson; kind: ShiftItemKind }
  /** `seen`: each item with the state that the receiver saw. */
  | { type: 'signed'; by: ShiftPerson; seen: readonly { key: string; state: string }[] }
  /** Items of a kind whose list was opened, all at once, each with the state that the receiver saw; those that changed since stay unsigned. */
  | {
      type: 'kindSigned';
      by: ShiftPerson;
      kind: ShiftItemKind;
      seen: readonly { key: string; state: string }[];
    }
  | { type: 'completed'; by: ShiftPerson }
  /** The receiver leaves it to somebody else, who signs everything again. */
  | { type: 'steppedBack'; by: ShiftPerson }
  | { type: 'overridden'; by: ShiftPerson; reason: string };

export const shiftRefusals = [
  'ended',
  'own_shift',
  'not_received',
  'received_by_another',
  'no_such_item',
  'item_changed',
  'list_not_opened',
  'unsigned_items',
  'no_reason',
] as const;
export type ShiftRefusal = (typeof shiftRefusals)[number];
export type ShiftTransition = { ok: true; shift: Shift } | { ok: false; reason: ShiftRefusal };

/** Identifies an item among all open ones: `alert:k3f`. */
export function itemKey({ kind, id }: Pick<ShiftItem, 'kind' | 'id'>): string {
  return `${kind}:${id}`;
}

/** A shift that has just begun. */
export function beginShift(start: Pick<Shift, 'shiftId' | 'officer' | 'scope' | 'startedAtMs'>): Shift {
  return { ...start, state: 'running', revision: 1 };
}

/** How an item of a handover is now: the same, in another state, or not open any more, which needs no signature. */
export function presentOf(
  item: ListedItem,
  open: OpenItems,
  receivedAtMs: number,
): { is: 'same' | 'ended' } | { is: 'changed'; state: string } {
  const now = open.get(itemKey(item));
  // One that ended and began again since is the receiver's own.
  if (now === undefined || (now.sinceMs !== item.sinceMs && now.sinceMs > receivedAtMs))
    return { is: 'ended' };
  const known = item.signed?.state ?? item.state;
  return now.state === known ? { is: 'same' } : { is: 'changed', state: now.state };
}

/** Items that nobody has signed for and that are open still. */
export function unsignedItems({ handover }: Pick<Shift, 'handover'>, open: OpenItems): ListedItem[] {
  if (handover === undefined) return [];
  return handover.items.filter(
    (item) => item.signed === undefined && presentOf(item, open, handover.receivedAtMs).is !== 'ended',
  );
}

/** The keys of those that were to be signed for at once and that are not, because they changed since they were seen. */
export function leftUnsigned(shift: Pick<Shift, 'handover'>, event: ShiftEvent, open: OpenItems): string[] {
  if (event.type !== 'kindSigned') return [];
  const seen = new Set(event.seen.map(({ key }) => key));
  return unsignedItems(shift, open)
    .map(itemKey)
    .filter((key) => seen.has(key));
}

/** The shift after an event, or why the event means nothing here. `open` is what is open now in the officer's part of the city. */
export function transitionShift(
  shift: Shift,
  event: ShiftEvent,
  open: OpenItems,
  nowMs: number,
): ShiftTransition {
  const { handover, officer } = shift;
  if (shift.state === 'ended') return refused('ended');
  const isOwn = event.by.accountId === officer.accountId;
  if (event.type === 'received') {
    if (isOwn) return refused('own_shift');
    if (handover !== undefined) {
      return handover.receiver.accountId === event.by.accountId
        ? { ok: true, shift }
        : refused('received_by_another');
    }
    const items = [...open.values()].map((item) => ({ ...item }));
    const { by: receiver } = event;
    return moved(shift, {
      state: 'receiving',
      handover: { receiver, receivedAtMs: nowMs, items, openedKinds: [] },
    });
  }
  if (event.type === 'overridden') {
    if (isOwn) return refused('own_shift');
    if (event.reason.trim() === '') return refused('no_reason');
    const unsigned = handover === undefined ? open.size : unsignedItems(shift, open).length;
    return moved(shift, {
      state: 'ended',
      ended: {
        atMs: nowMs,
        ...(handover === undefined ? {} : { to: handover.receiver }),
        override: { by: event.by, reason: event.reason.trim(), unsigned },
      },
    });
  }
  if (handover === undefined) return refused('not_received');
  if (handover.receiver.accountId !== event.by.accountId) return refused('received_by_another');
  const sign = (keys: ReadonlySet<string>): ShiftTransition => {
    const items = handover.items.map((item) => {
      const now = open.get(itemKey(item));
      if (item.signed !== undefined || !keys.has(itemKey(item)) || now === undefined) return item;
      return { ...item, signed: { by: event.by, atMs: nowMs, state: now.state } };
    });
    return moved(shift, { handover: { ...handover, items } });
  };
  switch (event.type) {
    case 'listOpened':
      if (handover.openedKinds.includes(event.kind)) return { ok: true, shift };
      return moved(shift, {
        handover: { ...handover, openedKinds: [...handover.openedKinds, event.kind] },
      });
    case 'kindSigned':
    case 'signed': {
      if (event.type === 'kindSigned' && !handover.openedKinds.includes(event.kind)) {
        return refused('list_not_opened');
      }
      const listed = new Map(
        handover.items
          .filter(({ kind }) => event.type === 'signed' || kind === event.kind)
          .map((item) => [itemKey(item), item]),
      );
      const changed = new Set<string>();
      for (const { key, state } of event.seen) {
        const item = listed.get(key);
        if (item === undefined) return refused('no_such_item');
        const now = open.get(key);
        const isOpen = presentOf(item, open, handover.receivedAtMs).is !== 'ended';
        if (item.signed === undefined && isOpen && now?.state !== state) changed.add(key);
      }
      const unchanged = new Set(event.seen.map(({ key }) => key).filter((key) => !changed.has(key)));
      // One of many that changed meanwhile does not hold up the others; where one is signed for by itself, it is read again first.
      if (changed.size > 0 && (event.type === 'signed' || unchanged.size === 0))
        return refused('item_changed');
      return sign(unchanged);
    }
    case 'completed':
      if (unsignedItems(shift, open).length > 0) return refused('unsigned_items');
      return moved(shift, { state: 'ended', ended: { atMs: nowMs, to: handover.receiver } });
    case 'steppedBack': {
      const { handover: _handover, ...rest } = shift;
      return { ok: true, shift: { ...rest, state: 'running', revision: shift.revision + 1 } };
    }
  }
}

function moved(shift: Shift, change: Partial<Shift>): ShiftTransition {
  return { ok: true, shift: { ...shift, ...change, revision: shift.revision + 1 } };
}

function refused(reason: ShiftRefusal): ShiftTransition {
  return { ok: false, reason };
}
