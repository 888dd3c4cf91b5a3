import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { Principal, Scope } from '../../../src-shared/session/principal.ts';
import {
  beginShift,
  itemKey,
  leftUnsigned,
  transitionShift,
  type Shift,
  type ShiftEvent,
  type ShiftItem,
  type ShiftPerson,
} from '../../../src-shared/shifts/shift.ts';
import type {
  ShiftCursor,
  ShiftLog,
  ShiftNote,
  ShiftReading,
} from '../../../src-shared/shifts/shifts.protocol.ts';
import { createSequence } from '../../base/sequence.ts';
import { commonScope, covers, isInScope, readingOf } from './shiftReading.ts';
import type { ShiftsRepository } from './shifts.repository.ts';

/** Who asks, as far as shifts need it. */
export type ShiftAsker = Pick<Principal, 'accountId' | 'name' | 'scope' | 'sessionId'>;

/** Ended shifts of one page. */
const listedEnded = 30;
/** Those not ended at most: more accounts than a command centre has. */
const maxOpen = 200;

/** Shifts from the officer who takes the desk to the next one. Every change is durable before it is answered. */
export interface ShiftsService {
  load(): Promise<void>;
  /** A duty officer is at a desk: a shift begins unless they have one, or have handed over one with the same sign-in. */
  deskTaken(asker: ShiftAsker): Promise<void>;
  begin(asker: ShiftAsker, shiftId: string): Promise<Ack<{ shiftId: string }>>;
  /** With a cursor only ended ones, from there on; without one those that run come first. */
  list(asker: ShiftAsker, cursor?: ShiftCursor): Promise<{ shifts: Shift[]; next?: ShiftCursor }>;
  read(asker: ShiftAsker, shiftId: string): Promise<Ack<ShiftReading>>;
  writeNote(
    asker: ShiftAsker,
    input: { noteId: string; shiftId: string; text: string },
  ): Promise<Ack<{ note: ShiftNote }>>;
  work(
    asker: ShiftAsker,
    input: { commandId: string; shiftId: string },
    event: ShiftEvent,
  ): Promise<Ack<{ revision: number; leftUnsigned?: string[] }>>;
  onChanged(listener: (shiftId: string) => void): void;
}

export function createShiftsService(options: {
  repository: ShiftsRepository;
  /** Everything that is open now, of the whole city. */
  openItems(): ShiftItem[];
  newId(): string;
  onFault(error: unknown): void;
  nowMs(): number;
}): ShiftsService {
  const { repository, nowMs } = options;
  const open = new Map<string, Shift>();
  const endedSignIns = new Set<string>();
  const changed = createListeners<[shiftId: string]>();
  /** Each change is one write: all go one after the other. */
  const { exclusive } = createSequence();

  const openIn = (scope: Scope): Map<string, ShiftItem> =>
    new Map(
      options
        .openItems()
        .filter((item) => isInScope(item, scope))
        .map((item) => [itemKey(item), item]),
    );
  const shiftOf = (accountId: string): Shift | undefined =>
    [...open.values()].find(({ officer }) => officer.accountId === accountId);
  const find = async (shiftId: string): Promise<{ shift: Shift; log: ShiftLog | undefined } | undefined> => {
    const shift = open.get(shiftId);
    return shift === undefined ? repository.find(shiftId) : { shift, log: undefined };
  };

  async function start(asker: ShiftAsker, shiftId: string): Promise<void> {
    const shift = beginShift({
      shiftId,
      officer: personOf(asker),
      scope: plainScope(asker.scope),
      startedAtMs: nowMs(),
    });
    await repository.save({
      shift,
      signIn: asker.sessionId,
      audit: { action: 'shifts:begin', actor: asker.name, detail: {} },
    });
    open.set(shiftId, shift);
    changed.notify(shiftId);
  }

  const leftOf = (shift: Shift | undefined, event: ShiftEvent): { leftUnsigned?: string[] } => {
    const keys = shift === undefined ? [] : leftUnsigned(shift, event, openIn(shift.scope));
    return keys.length === 0 ? {} : { leftUnsigned: keys };
  };

  return {
    async load() {
      const stored = await repository.load();
      for (const shift of stored.open) open.set(shift.shiftId, shift);
      for (const signIn of stored.endedSignIns) endedSignIns.add(signIn);
    },
    deskTaken: (asker) =>
      exclusive(async () => {
        if (shiftOf(asker.accountId) !== undefined || endedSignIns.has(asker.sessionId)) return;
        if (open.size < maxOpen) await start(asker, options.newId());
      }).catch(options.onFault),
    begin: (asker, shiftId) =>
      exclusive(async () => {
        const known = shiftOf(asker.accountId);
        if (known?.shiftId === shiftId) return ok({ shiftId });
        if (known !== undefined || open.size >= maxOpen || (await find(shiftId)) !== undefined) {
          return refuse('conflict', 'You are on a shift already.', { reason: 'shifts.has_shift' });
        }
        await start(asker, shiftId);
        return ok({ shiftId });
      }),
    async list(asker, cursor) {
      const { accountId, scope } = asker;
      const ended = await repository.ended({ accountId, scope, limit: listedEnded, cursor });
      if (cursor !== undefined) return ended;
      const running = [...open.values()]
        .filter((shift) => isSeen(shift, asker))
        .toSorted((left, right) => right.startedAtMs - left.startedAtMs);
      return { ...ended, shifts: [...running, ...ended.shifts] };
    },
    async read(asker, shiftId) {
      const found = await find(shiftId);
      if (found === undefined || !isSeen(found.shift, asker)) return noSuchShift();
      const { shift } = found;
      const untilMs = shift.ended?.atMs ?? nowMs();
      const [notes, log] = await Promise.all([
        repository.notes(shiftId),
        found.log ?? repository.readLog(shift.startedAtMs, untilMs, shift.scope),
      ]);
      const reading = readingOf(shift, openIn(shift.scope), asker.scope, notes, log);
      if (covers(asker.scope, shift.scope)) return ok(reading);
      // What is written by hand names any place of the shift's part of the city; the hash stays that of the whole record.
      return ok({
        ...reading,
        notes: [],
        hiddenNotes: notes.length,
        log: await repository.readLog(shift.startedAtMs, untilMs, commonScope(asker.scope, shift.scope)),
      });
    },
    writeNote: (asker, { noteId, shiftId, text }) =>
      exclusive(async () => {
        const shift = (await find(shiftId))?.shift;
        const note: ShiftNote = { noteId, atMs: nowMs(), by: asker.name, text };
        // The ids of a shift and of a note say nothing to who may not see the shift.
        if (shift === undefined || !isSeen(shift, asker)) return noSuchShift();
        if (shift.officer.accountId !== asker.accountId && !covers(asker.scope, shift.scope)) {
          return refuse('forbidden', 'This shift is for more of the city than you work for.', {
            reason: 'shifts.beyond_scope',
          });
        }
        if (!open.has(shiftId)) {
          // A repeat of one that was written before the shift ended is answered the same.
          const known = (await repository.notes(shiftId)).find((one) => one.noteId === noteId);
          return known === undefined ? noSuchShift() : ok({ note: known });
        }
        const written = await repository.writeNote(shiftId, note);
        if (written.shiftId !== shiftId) return noSuchShift();
        changed.notify(shiftId);
        return ok({ note: written.note });
      }),
    work: (asker, { commandId, shiftId }, event) =>
      exclusive(async () => {
        const id = `${asker.accountId} ${commandId}`;
        const revision = await repository.answered(id);
        const shift = (await find(shiftId))?.shift;
        if (revision !== undefined) return ok({ revision, ...leftOf(shift, event) });
        if (shift === undefined || !isSeen(shift, asker)) return noSuchShift();
        const items = openIn(shift.scope);
        if (!mayDo(event, shift, items, asker.scope)) {
          return refuse('forbidden', 'This concerns a part of the city that you do not work for.', {
            reason: 'shifts.beyond_scope',
          });
        }
        const moved = transitionShift(shift, event, items, nowMs());
        if (!moved.ok) {
          const { message, reason } = causes[moved.reason];
          return refuse('conflict', message, { reason });
        }
        const next = moved.shift;
        const hasEnded = next.state === 'ended';
        const log = hasEnded ? await repository.readLog(next.startedAtMs, nowMs(), next.scope) : undefined;
        const hash = hasEnded
          ? readingOf(next, items, next.scope, await repository.notes(shiftId), log!).hash
          : undefined;
        await repository.save({
          shift: next,
          commandId: id,
          ...(log === undefined ? {} : { log }),
          audit: { action: actions[event.type], actor: asker.name, detail: detailOf(event, next, hash) },
        });
        if (hasEnded) {
          open.delete(shiftId);
          endedSignIns.add((await repository.signInOf(shiftId)) ?? '');
        } else open.set(shiftId, next);
        changed.notify(shiftId);
        return ok({ revision: next.revision, ...leftOf(next, event) });
      }),
    onChanged: (listener) => void changed.add(listener),
  };
}

const actions = {
  received: 'shifts:receive',
  listOpened: 'shifts:openList',
  signed: 'shifts:sign',
  kindSigned: 'shifts:sign',
  completed: 'shifts:complete',
  steppedBack: 'shifts:stepBack',
  overridden: 'shifts:override',
} as const satisfies Record<ShiftEvent['type'], string>;

const causes = {
  ended: { reason: 'shifts.ended', message: 'This shift has ended.' },
  own_shift: {
    reason: 'shifts.own_shift',
    message: 'Nobody hands over to themselves. Ask the next officer, or the supervisor.',
  },
  not_received: { reason: 'shifts.not_received', message: 'Open the handover first.' },
  received_by_another: {
    reason: 'shifts.received_by_another',
    message: 'Another officer is taking over this shift.',
  },
  no_such_item: { reason: 'shifts.no_such_item', message: 'This item is not part of the handover.' },
  item_changed: {
    reason: 'shifts.item_changed',
    message: 'This item has changed. Read it again, then sign.',
  },
  list_not_opened: { reason: 'shifts.list_not_opened', message: 'Open the list of these items first.' },
  unsigned_items: {
    reason: 'shifts.unsigned_items',
    message: 'Some items are not signed for. Sign them, or ask the supervisor.',
  },
  no_reason: { reason: 'shifts.no_reason', message: 'Say why.' },
} as const;

function detailOf(event: ShiftEvent, { officer, handover, ended }: Shift, hash: string | undefined): object {
  const common = { officer: officer.name };
  switch (event.type) {
    case 'listOpened':
      return { ...common, kind: event.kind };
    case 'kindSigned': {
      const items =
        handover?.items.filter(({ kind, signed }) => kind === event.kind && signed !== undefined) ?? [];
      return { ...common, kind: event.kind, count: items.length };
    }
    case 'signed':
      return { ...common, items: event.seen.map(({ key }) => key) };
    case 'overridden':
      return { ...common, reason: event.reason, unsigned: ended?.override?.unsigned ?? 0, sha256: hash };
    case 'completed':
      return { ...common, items: handover?.items.length ?? 0, sha256: hash };
    default:
      return common;
  }
}

function personOf({ accountId, name }: ShiftAsker): ShiftPerson {
  return { accountId, name };
}

function plainScope({ districts, squads }: Scope): Shift['scope'] {
  return {
    districts: districts === 'all' ? districts : [...districts],
    squads: squads === 'all' ? squads : [...squads],
  };
}

/** Shifts of parts of the city that have something in common. */
function isSeen({ scope, officer }: Shift, asker: ShiftAsker): boolean {
  if (officer.accountId === asker.accountId) return true;
  const meet = (one: 'all' | readonly string[], other: 'all' | readonly string[]): boolean =>
    one === 'all' || other === 'all' || one.some((id) => other.includes(id));
  return meet(scope.districts, asker.scope.districts) || meet(scope.squads, asker.scope.squads);
}

/** Nobody signs for what is not theirs, and only who works for the whole part of the city gives the supervisor's word. */
function mayDo(
  event: ShiftEvent,
  { handover, scope }: Shift,
  items: ReadonlyMap<string, ShiftItem>,
  own: Scope,
): boolean {
  const all = handover?.items ?? [...items.values()];
  if (event.type === 'overridden') {
    const covers = (mine: 'all' | readonly string[], theirs: 'all' | readonly string[]): boolean =>
      mine === 'all' || (theirs !== 'all' && theirs.every((id) => mine.includes(id)));
    return covers(own.districts, scope.districts) && all.every((item) => isInScope(item, own));
  }
  if (event.type === 'signed' || event.type === 'kindSigned') {
    const keys = new Set(event.seen.map(({ key }) => key));
    return all.filter((item) => keys.has(itemKey(item))).every((item) => isInScope(item, own));
  }
  return true;
}

function noSuchShift(): Ack<never> {
  return refuse('not_found', 'There is no such shift.', { reason: 'shifts.no_such_shift' });
}
