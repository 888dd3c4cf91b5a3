import { createStore, type StoreApi } from 'zustand/vanilla';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { ShiftItemKind } from '../../../src-shared/shifts/shift.ts';
import type { ShiftCursor, ShiftReading } from '../../../src-shared/shifts/shifts.protocol.ts';
import type { PageStorage } from '../../server/pageStorage.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';

export interface ShiftsState {
  /** The newest first; undefined before the first answer. */
  shifts: OutputOf<'shifts:list'>['shifts'] | undefined;
  /** Ended ones before those, as far as they were asked for. */
  older: OutputOf<'shifts:list'>['shifts'];
  /** Where the next page begins; undefined where there is none. */
  next: ShiftCursor | undefined;
  chosenId: string | undefined;
  read: ShiftReading | undefined;
  problem: RefusalWords | undefined;
  /** Keys of items that changed while all of their kind were signed for, so that they are not signed. */
  leftUnsigned: readonly string[];
  /** The note that is being written, with the id under which it is sent until the server has it. */
  draft: { noteId: string; text: string };
}

type Deed = InputOf<'shifts:work'>['deed'];
const draftKey = 'mingchu.shiftNote';

/** Shifts at a desk: what the server says, and the note that is being written, which a reload of the page does not lose. */
export interface Shifts {
  store: StoreApi<ShiftsState>;
  refresh(): Promise<void>;
  /** Reads the next page of those that ended. */
  more(): Promise<void>;
  choose(shiftId: string): Promise<void>;
  begin(): Promise<void>;
  type(text: string): void;
  sendNote(): Promise<void>;
  work(deed: Deed): Promise<void>;
  /** The receiver opened the list of a kind. */
  openList(kind: ShiftItemKind): Promise<void>;
  override(reason: string): Promise<void>;
}

export function createShifts(parts: {
  request<Name extends Extract<RequestName, `shifts:${string}`>>(
    name: Name,
    input: InputOf<Name>,
  ): Promise<Ack<OutputOf<Name>>>;
  storage: Pick<PageStorage, 'getItem' | 'setItem' | 'removeItem'>;
  newId(): string;
}): Shifts {
  const { request, storage, newId } = parts;
  const store = createStore<ShiftsState>(() => ({
    shifts: undefined,
    older: [],
    next: undefined,
    chosenId: undefined,
    read: undefined,
    problem: undefined,
    leftUnsigned: [],
    draft: keptDraft(storage.getItem(draftKey)) ?? { noteId: newId(), text: '' },
  }));
  let asked = 0;

  async function read(): Promise<void> {
    const { chosenId } = store.getState();
    if (chosenId === undefined) return;
    const mine = ++asked;
    const answer = await request('shifts:read', { shiftId: chosenId });
    if (mine !== asked) return;
    store.setState(answer.ok ? { read: answer.data } : { problem: answer });
  }
  async function refresh(): Promise<void> {
    const answer = await request('shifts:list', {});
    if (!answer.ok) return store.setState({ problem: answer });
    const { shifts } = answer.data;
    const { chosenId, older, shifts: before = [], next } = store.getState();
    // What the first page has no more, because others ended since, stays listed where older ones are shown.
    const listed = new Set(shifts.map(({ shiftId }) => shiftId));
    const left = older.length === 0 ? [] : before.filter(({ shiftId }) => !listed.has(shiftId));
    store.setState({
      shifts,
      older: [...left, ...older],
      next: older.length === 0 ? answer.data.next : next,
      chosenId: chosenId ?? shifts[0]?.shiftId,
    });
    await read();
  }
  async function more(): Promise<void> {
    const { next: cursor } = store.getState();
    if (cursor === undefined) return;
    const answer = await request('shifts:list', { cursor });
    if (!answer.ok) return store.setState({ problem: answer });
    const { next, older } = store.getState();
    // A page that was asked for twice is listed once.
    if (next?.shiftId !== cursor.shiftId) return;
    store.setState({ older: [...older, ...answer.data.shifts], next: answer.data.next });
  }
  /** Says why it was refused; reads in any case what has become of it. */
  async function ask<Data extends object>(
    answering: Promise<Ack<Data>>,
    leftOf: (data: Data) => readonly string[] = () => [],
  ): Promise<boolean> {
    const answer = await answering;
    store.setState({
      problem: answer.ok ? undefined : answer,
      leftUnsigned: answer.ok ? leftOf(answer.data) : [],
    });
    await refresh();
    return answer.ok;
  }
  const work = async (deed: Deed): Promise<void> => {
    const { chosenId: shiftId } = store.getState();
    if (shiftId === undefined) return;
    const answering = request('shifts:work', { commandId: newId(), shiftId, deed });
    await ask(answering, ({ leftUnsigned = [] }) => leftUnsigned);
  };

  return {
    store,
    refresh,
    more,
    work,
    async choose(shiftId) {
      store.setState({ chosenId: shiftId, read: undefined, problem: undefined, leftUnsigned: [] });
      await read();
    },
    async begin() {
      const shiftId = newId();
      if (await ask(request('shifts:begin', { shiftId }))) {
        store.setState({ chosenId: shiftId });
        await read();
      }
    },
    type(text) {
      const draft = { ...store.getState().draft, text };
      store.setState({ draft });
      storage.setItem(draftKey, JSON.stringify(draft));
    },
    async sendNote() {
      const { draft, chosenId: shiftId } = store.getState();
      const text = draft.text.trim();
      if (text === '' || shiftId === undefined) return;
      // Sent again after a failure it has the same id, so that it is written once.
      if (!(await ask(request('shifts:writeNote', { noteId: draft.noteId, shiftId, text })))) return;
      storage.removeItem(draftKey);
      store.setState({ draft: { noteId: newId(), text: '' } });
    },
    async openList(kind) {
      if (store.getState().read?.shift.openedKinds.includes(kind) !== true)
        await work({ type: 'listOpened', kind });
    },
    async override(reason) {
      const { chosenId: shiftId } = store.getState();
      if (shiftId !== undefined)
        await ask(request('shifts:override', { commandId: newId(), shiftId, reason }));
    },
  };
}

function keptDraft(text: string | null): ShiftsState['draft'] | undefined {
  if (text === null) return undefined;
  try {
    const kept = JSON.parse(text) as Partial<ShiftsState['draft']>;
    return typeof kept.noteId === 'string' && typeof kept.text === 'string'
      ? { noteId: kept.noteId, text: kept.text }
      : undefined;
  } catch {
    return undefined;
  }
}
