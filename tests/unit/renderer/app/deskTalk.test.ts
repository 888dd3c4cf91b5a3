import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeskTalk, type DeskTalk } from '../../../../src-renderer/app/desk/talk/DeskTalk.ts';
import { createSquadsStore, resetSquads } from '../../../../src-renderer/features/squads/squadsStore.ts';
import type { Snapshot } from '../../../../src-shared/protocol/index.ts';

/** The media of the last talk that was made: which groups it hears, and whether its microphone is open. */
const media = vi.hoisted(() => ({
  heard: new Map<string, number>(),
  isOpen: false,
  calls: [] as string[],
}));
vi.mock('../../../../src-renderer/media/dutyMedia.ts', () => ({
  DutyMedia: class {
    listenTo = (groups: Map<string, number>) => (media.heard = groups);
    openMicrophone = (isOpen: boolean) => (media.isOpen = isOpen);
    startMicrophone = () => media.calls.push('startMicrophone');
    wake = () => undefined;
    snapshotArrived = () => media.calls.push('snapshotArrived');
    connectionLost = () => media.calls.push('connectionLost');
    consumersClosed = () => media.calls.push('consumersClosed');
    workerReplaced = () => media.calls.push('workerReplaced');
  },
}));
vi.mock('../../../../src-renderer/features/talk/talkTones.ts', () => ({
  createTalkTones: () => ({ play: () => undefined, wake: () => undefined }),
}));

const space = { code: 'Space', key: ' ', repeat: false } as KeyboardEvent;
const member = { memberId: 'li', squadId: 'wenquan', name: 'Li', isOnline: true };
const floor = (groupId: string, more: object = {}) => ({ groupId, epoch: 0, waiting: 0, ...more });

let requests: { name: string; input: unknown }[];
let notified: object[];
let kept: Map<string, string>;
let squads: ReturnType<typeof createSquadsStore>;
let answer: object;
let talk: DeskTalk;

/** The answer of the hub to a join: two groups, one member. */
function join(groups = [floor('all'), floor('squad:wenquan')], members: object[] = [member]): void {
  const snapshot = {
    workers: [],
    squads: { squads: [{ squadId: 'wenquan', name: 'Wenquan' }], members, positions: [], emergencies: [] },
    talk: { speakerId: 'desk-1', floors: groups },
  } as unknown as Snapshot;
  resetSquads(squads, snapshot.squads);
  talk.snapshotArrived({ snapshot, newConnection: true, takenAtMs: 0 });
}

beforeEach(() => {
  requests = [];
  notified = [];
  kept = new Map();
  answer = { ok: true, data: { state: 'denied', cause: 'busy' } };
  media.heard = new Map();
  media.isOpen = false;
  media.calls = [];
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal('navigator', { permissions: { query: () => Promise.resolve({ state: 'prompt' }) } });
  squads = createSquadsStore();
  talk = createDeskTalk({
    link: {
      request(name: string, input: unknown) {
        requests.push({ name, input });
        return Promise.resolve(answer);
      },
    },
    receiver: {},
    storage: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => kept.set(name, value),
    },
    squads,
    notify: (outcome: object) => notified.push(outcome),
  } as unknown as Parameters<typeof createDeskTalk>[0]);
  talk.store.setState({ microphone: 'ready', hasVoice: true });
});
afterEach(() => {
  talk.hold.up();
  vi.unstubAllGlobals();
});

describe('the talk of a desk', () => {
  it('asks for the floor of the chosen group with the priority of this press alone', () => {
    join();
    talk.keyDown(space, 'override');
    talk.hold.up();
    // The priority of a key that presses nothing belongs to no later press.
    talk.keyDown({ ...space, repeat: true }, 'override');
    talk.hold.pointerDown({ pointerId: 1 });
    const asked = requests.filter(({ name }) => name === 'talk:requestFloor').map(({ input }) => input);
    expect(asked).toMatchObject([
      { groupId: 'all', priority: 'override' },
      { groupId: 'all', priority: 'normal' },
    ]);
  });

  it('hears the chosen group fully, others more quietly, and a silenced one only in an emergency', () => {
    join();
    expect([...media.heard]).toEqual([
      ['all', 1],
      ['squad:wenquan', 0.4],
    ]);
    talk.listen('squad:wenquan', false);
    expect([...media.heard]).toEqual([['all', 1]]);
    expect([...kept.values()]).toEqual(['["squad:wenquan"]']);
    const talker = { speakerId: 'phone-1', memberId: 'li', name: 'Li' };
    const emergency = floor('squad:wenquan', { epoch: 1, talker, priority: 'emergency' });
    talk.takeNotice['talk:floorTaken']({ floor: emergency } as never);
    expect(media.heard.get('squad:wenquan')).toBe(1);
    expect(talk.isTalking()).toBe(true);
  });

  it('notifies of the beginning and the end of speech once each', () => {
    join();
    const changes: boolean[] = [];
    talk.onTalking((isTalking) => changes.push(isTalking));
    const talker = { speakerId: 'phone-1', memberId: 'li', name: 'Li' };
    const say = (epoch: number, more: object) =>
      talk.takeNotice['talk:floorTaken']({ floor: floor('all', { epoch, ...more }) } as never);
    say(1, { talker, priority: 'normal' });
    say(2, { talker, priority: 'normal' });
    say(3, {});
    expect(changes).toEqual([true, false]);
  });

  it('lets go when a private call is chosen, and leaves the call when its member is removed', () => {
    join();
    talk.callPrivately('li');
    expect(talk.store.getState().groupId).toBe('private:li');
    resetSquads(squads, { squads: [], members: [], positions: [], emergencies: [] } as never);
    expect(talk.store.getState().groupId).toBeUndefined();
    expect(talk.store.getState().floors.has('private:li')).toBe(false);
  });

  it('speaks to the same member again after a reconnection', () => {
    join();
    talk.callPrivately('li');
    join();
    expect(talk.store.getState().groupId).toBe('private:li');
  });

  it.each([
    ['the member of a private call', () => talk.callPrivately('li')],
    ['the squad that was chosen', () => talk.choose('squad:wenquan')],
  ])('chooses nobody in place of %s that was removed while the network was away', (_what, choose) => {
    join();
    choose();
    talk.connectionLost();
    join([floor('all')], []);
    expect(talk.store.getState().groupId).toBeUndefined();
    talk.keyDown(space, 'normal');
    expect(requests.filter(({ name }) => name === 'talk:requestFloor')).toEqual([]);
    expect(media.isOpen).toBe(false);
  });

  it('says why it released a key that the keyboard does not report as held', async () => {
    vi.useFakeTimers();
    try {
      join();
      answer = { ok: true, data: { state: 'granted', epoch: 1, grantedAtMs: 0, endsAtMs: 30_000 } };
      talk.keyDown(space, 'normal');
      await vi.advanceTimersByTimeAsync(1_000);
      expect(media.isOpen).toBe(true);
      await vi.advanceTimersByTimeAsync(2_500);
      expect(media.isOpen).toBe(false);
      expect(talk.store.getState().key).toEqual({ phase: 'has_no_permission', ended: 'keyboard_silent' });
      await vi.advanceTimersByTimeAsync(5_000);
      expect(talk.store.getState().key).toEqual({ phase: 'has_no_permission' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('reports a refused end of a talk, but not one that was over already', async () => {
    join();
    answer = { ok: false, code: 'conflict', message: 'Over.' };
    await talk.revoke('all', 3);
    expect(notified).toEqual([]);
    answer = { ok: false, code: 'forbidden', message: 'No.' };
    await talk.revoke('all', 3);
    expect(notified).toEqual([{ command: 'revokeFloor', ok: false, code: 'forbidden', message: 'No.' }]);
  });

  it('closes the microphone and forgets who spoke when the connection is lost', () => {
    join();
    talk.keyDown(space, 'normal');
    expect(media.isOpen).toBe(true);
    talk.connectionLost();
    expect(media.isOpen).toBe(false);
    expect(talk.isTalking()).toBe(false);
    expect(media.calls).toContain('connectionLost');
  });

  const order = (more: object = {}) => ({
    orderId: 'o1',
    number: '7-001',
    state: 'dispatched' as const,
    squadId: 'wenquan',
    memberIds: ['li'],
    ...more,
  });

  it('speaks to those who go for an order, and to their squad when the order is done', () => {
    join();
    talk.ordersChanged([order()]);
    expect(talk.store.getState().floors.has('order:o1')).toBe(false);
    talk.callOrder('o1');
    expect(talk.store.getState().groupId).toBe('order:o1');
    expect(talk.store.getState().floors.get('order:o1')?.orderNumber).toBe('7-001');
    expect(media.heard.get('order:o1')).toBe(1);
    talk.ordersChanged([order({ state: 'cleared' })]);
    expect(talk.store.getState().groupId).toBe('squad:wenquan');
    expect(media.heard.has('order:o1')).toBe(false);
  });

  it('goes on speaking to them after a reconnection, and never to everybody instead', () => {
    join();
    talk.ordersChanged([order()]);
    talk.callOrder('o1');
    join();
    expect(talk.store.getState().groupId).toBe('order:o1');
    talk.ordersChanged([]);
    expect(talk.store.getState().groupId).toBe('squad:wenquan');
    talk.callOrder('o1');
    expect(talk.store.getState().groupId).toBe('squad:wenquan');
  });
});
