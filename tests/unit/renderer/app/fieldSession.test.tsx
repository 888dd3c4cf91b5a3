import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { routeFieldNotices, type FieldFeature } from '../../../../src-renderer/app/field/fieldFeature.ts';
import { createLeaderActions } from '../../../../src-renderer/features/field/leader/leaderActions.ts';
import { createFieldFeatures } from '../../../../src-renderer/app/field/fieldFeatures.ts';
import { createFieldParts } from '../../../../src-renderer/app/field/fieldParts.ts';
import { FieldSurface } from '../../../../src-renderer/app/field/FieldSurface.tsx';
import { createSessionStore } from '../../../../src-renderer/app/shared/sessionStore.ts';
import type { SurfaceShell } from '../../../../src-renderer/app/shared/startSurface.tsx';
import { joinFeatures } from '../../../../src-renderer/app/shared/surfaceFeature.ts';
import { readMemberToken } from '../../../../src-renderer/server/memberToken.ts';
import { pageStorage } from '../../../../src-renderer/server/pageStorage.ts';
import { startLocale } from '../../../../src-renderer/ui/locale.ts';
import { newOrder, transitionOrder, type OrderEvent } from '../../../../src-shared/orders/order.ts';
import type { Order, OrderReport } from '../../../../src-shared/orders/orders.protocol.ts';

/** What the stand-in of the media was asked, and what the test lets it answer. */
const media = vi.hoisted(() => ({
  calls: [] as string[],
  heard: new Map<string, number>(),
  onCamera: undefined as ((camera: string) => void) | undefined,
}));
vi.mock('../../../../src-renderer/media/dutyMedia.ts', () => {
  const note = (call: string) => () => void media.calls.push(call);
  return {
    DutyMedia: class {
      constructor(options: { onCamera(camera: string): void }) {
        media.onCamera = options.onCamera;
      }
      listenTo = (groups: Map<string, number>) => (media.heard = groups);
      startMicrophone = note('startMicrophone');
      startCamera = note('startCamera');
      stopCamera = note('stopCamera');
      snapshotArrived = note('snapshotArrived');
      connectionLost = note('connectionLost');
      consumersClosed = note('consumersClosed');
      workerReplaced = note('workerReplaced');
      openMicrophone = note('openMicrophone');
      networkChanged = note('networkChanged');
      stop = note('stop');
      wake = note('wake');
    },
  };
});
vi.mock('../../../../src-renderer/features/talk/talkTones.ts', () => ({
  createTalkTones: () => ({ play: () => undefined, wake: () => undefined }),
}));
vi.mock('../../../../src-renderer/features/field/orders/orderRing.ts', () => ({
  createOrderRing: () => ({
    wake: () => undefined,
    ring: () => media.calls.push('ring'),
    stop: () => media.calls.push('stop ring'),
  }),
}));

const token = 'A'.repeat(43);
const tokenKey = 'mingchu.memberToken';

let requests: { name: string; input: Record<string, unknown> }[];
let answers: Record<string, object>;
let kept: Map<string, string>;
let watches: number;
let stealPhone: (error: unknown) => void;
let linkCalls: string[];

beforeEach(async () => {
  vi.useFakeTimers();
  requests = [];
  answers = {};
  kept = new Map();
  watches = 0;
  linkCalls = [];
  media.calls = [];
  media.heard = new Map();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const page = Object.assign(new EventTarget(), {
    location: { href: 'https://127.0.0.1/field.html', search: '' },
    history: { replaceState: () => undefined },
    localStorage: storage,
    sessionStorage: storage,
  });
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', Object.assign(new EventTarget(), { documentElement: {}, hidden: false }));
  vi.stubGlobal('navigator', {
    userAgent: 'Mozilla/5.0 (Linux; Android 14)',
    onLine: true,
    permissions: { query: () => Promise.resolve({ state: 'granted' }) },
    geolocation: {
      watchPosition: () => ++watches,
      clearWatch: () => void (watches -= 1),
    },
    locks: {
      request: () => new Promise((_resolve, reject) => (stealPhone = reject)),
    },
  });
  await startLocale('en');
  await i18next.changeLanguage('en');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const floor = (groupId: string, more: object = {}) => ({ groupId, epoch: 0, waiting: 0, ...more });
const offDuty = { status: 'off_duty', sinceMs: 0 };

/** A phone with all its features, as the page builds it. */
function phoneOf(more: readonly FieldFeature[] = []) {
  const session = createSessionStore('en', 0);
  const link = {
    request: (name: string, input: Record<string, unknown>) => {
      requests.push({ name, input });
      return Promise.resolve(answers[name] ?? { ok: true, data: {} });
    },
    reconnect: () => linkCalls.push('reconnect'),
    close: () => linkCalls.push('close'),
    rejoin: () => linkCalls.push('rejoin'),
  };
  const parts = createFieldParts({ session, clock: { nowMs: () => 0 }, link } as unknown as SurfaceShell);
  const list = createFieldFeatures(parts);
  const features = [...list, ...more];
  parts.phone.start(features);
  const joined = joinFeatures(features, routeFieldNotices(list));
  /** The answer of the hub to the join of a signed-in phone. */
  const join = (
    member: object = {},
    { isNew = true, talk = {}, orders = [] as object[], leads = false } = {},
  ): void =>
    parts.phone.snapshotArrived({
      snapshot: {
        role: leads ? 'squad_leader' : 'squad_member',
        capabilities: leads ? ['squads:lead'] : [],
        workers: [],
        orders,
        talk: { speakerId: 'phone-1', floors: [floor('all'), floor('squad:wenquan')], ...talk },
        squads: {
          squads: [{ squadId: 'wenquan', name: '温泉中队', nameEn: 'Wenquan' }],
          members: [
            {
              memberId: 'li',
              squadId: 'wenquan',
              name: 'Li',
              duty: offDuty,
              bodyCam: { state: 'off' },
              ...member,
            },
          ],
          emergencies: [],
          self: { memberId: 'li', squadId: 'wenquan' },
        },
      } as never,
      newConnection: isNew,
      takenAtMs: 0,
    });
  const asked = (name: string) => requests.filter((request) => request.name === name);
  const draw = (): string => {
    for (const store of [session, parts.field, parts.bodyCam, parts.talk.store, parts.orders, parts.leader]) {
      (store as { getInitialState: unknown }).getInitialState = store.getState;
    }
    return renderToStaticMarkup(<FieldSurface {...parts} features={features} />);
  };
  return { ...parts, ...joined, session, join, asked, draw };
}

/** A phone that was signed in when its page was opened. */
function signedInPhone(more: readonly FieldFeature[] = []) {
  kept.set(tokenKey, token);
  expect(readMemberToken(pageStorage.local)).toBe(token);
  return phoneOf(more);
}

describe('the squad on the phone of its leader', () => {
  const zhang = {
    memberId: 'zhang',
    squadId: 'wenquan',
    name: '张伟',
    duty: offDuty,
    isConnected: true,
    bodyCam: { state: 'off', sinceMs: 0 },
  };

  it('is shown to nobody else', () => {
    const phone = signedInPhone();
    phone.join();
    expect(phone.draw()).not.toContain('data-leader');
    phone.join({}, { leads: true });
    expect(phone.draw()).toContain(i18next.t('field.leader.onDuty', { onDuty: 0, size: 1 }));
    phone.join();
    expect(phone.draw()).not.toContain('data-leader');
  });

  it('follows members, positions and orders, and sends what the leader decides', async () => {
    const phone = signedInPhone();
    phone.join({}, { leads: true });
    phone.onNotice({
      name: 'squads:membersChanged',
      sequence: 1,
      payload: { members: [zhang], removedMemberIds: [] },
    } as never);
    phone.onNotice({
      name: 'squads:positionsChanged',
      sequence: 2,
      payload: {
        positions: [{ memberId: 'zhang', position: { latitude: 29.8, longitude: 114.3, atMs: -120_000 } }],
      },
    } as never);
    phone.leader.setState({ isOpen: true });
    const drawn = phone.draw();
    expect(drawn).toContain('张伟');
    expect(drawn).toContain(i18next.t('field.leader.position', { minutes: 2 }));
    const actions = createLeaderActions({
      store: phone.leader,
      request: phone.link.request,
      newId: () => 'k',
      place: () => undefined,
    });
    answers['bodycam:ask'] = { ok: false, code: 'forbidden', reason: 'session.outside_scope', message: '' };
    await actions.leadDuty(true, 'zhang');
    expect(phone.asked('squads:leadDuty')).toMatchObject([
      { input: { commandId: 'k', isOnDuty: true, memberId: 'zhang' } },
    ]);
    await actions.askForPicture('zhang');
    expect(phone.draw()).toContain(i18next.t('refusals.session.outside_scope'));
  });
});

describe('signing in on a phone', () => {
  it('uses a whole code once and begins as the member', async () => {
    const { phone, field, asked } = phoneOf();
    phone.typeCode('ABCD-EFGH');
    const first = phone.signIn();
    await phone.signIn();
    await first;
    expect(asked('squads:signIn')).toHaveLength(1);
    expect(field.getState()).toMatchObject({ isSignedIn: true, signIn: { code: '', isBusy: false } });
    expect(kept.get(tokenKey)).toBe(asked('squads:signIn')[0]?.input['token']);
    expect(linkCalls).toEqual(['reconnect']);
    expect(media.calls).toContain('startMicrophone');
  });

  it('sends nothing for a part of a code', async () => {
    const { phone } = phoneOf();
    phone.typeCode('ABC');
    await phone.signIn();
    expect(requests).toEqual([]);
  });

  it('repeats a sign-in whose answer was lost with the same secret, and makes a new one for another code', async () => {
    const { phone, field, asked } = phoneOf();
    answers['squads:signIn'] = { ok: false, code: 'timeout', message: '' };
    phone.typeCode('ABCD-EFGH');
    await phone.signIn();
    expect(field.getState().signIn.problem).toBe('no_hub');
    await phone.signIn();
    phone.typeCode('HGFE-DCBA');
    await phone.signIn();
    const tokens = asked('squads:signIn').map(({ input }) => input['token']);
    expect(tokens[1]).toBe(tokens[0]);
    expect(tokens[2]).not.toBe(tokens[0]);
    expect(kept.has(tokenKey)).toBe(false);
  });

  it('uses a scanned code at the first join, and not again after it was refused', async () => {
    (window.location as { href: string }).href = 'https://127.0.0.1/field.html#code=ABCD-EFGH';
    const { phone, asked } = phoneOf();
    answers['squads:signIn'] = { ok: false, code: 'conflict', message: '' };
    const stranger = {
      snapshot: { role: 'stranger', workers: [] } as never,
      newConnection: true,
      takenAtMs: 0,
    };
    phone.snapshotArrived(stranger);
    await vi.advanceTimersByTimeAsync(0);
    phone.snapshotArrived(stranger);
    expect(asked('squads:signIn')).toHaveLength(1);
  });

  it('keeps what waits to be sent over a reload, and does not show it to the next member', async () => {
    const first = signedInPhone();
    answers['squads:reportStatuses'] = { ok: false, code: 'unavailable', message: '' };
    first.join();
    first.outbox.addStatus('available');
    expect(phoneOf().field.getState().waiting.statuses).toHaveLength(1);
    first.phone.typeCode('ABCD-EFGH');
    await first.phone.signIn();
    expect(first.field.getState().waiting.statuses).toEqual([]);
  });
});

describe('the end of a sign-in', () => {
  it.each([
    ['the hub ends it', 'revoked'],
    ['the member is removed', 'removed'],
    ['another phone takes the place', 'replaced'],
  ] as const)('forgets everything of the member when %s', (_what, reason) => {
    const { join, onNotice, field, talk, asked } = signedInPhone();
    join({ position: { latitude: 1, longitude: 1, atMs: 0 } });
    onNotice({ name: 'squads:signedOut', payload: { reason } });
    expect(field.getState()).toMatchObject({
      isSignedIn: false,
      signedOut: reason,
      self: undefined,
      member: undefined,
    });
    expect(talk.store.getState().groupId).toBeUndefined();
    expect([...media.heard]).toEqual([]);
    expect(media.calls).toContain('stop');
    expect(watches).toBe(0);
    expect(kept.has(tokenKey)).toBe(false);
    expect(linkCalls).toEqual(['reconnect']);
    expect(asked('squads:signOut')).toEqual([]);
  });

  it('is held while the hub is away, and done where the hub answers or ends the connection', async () => {
    const { phone, field } = signedInPhone();
    answers['squads:signOut'] = { ok: false, code: 'unavailable', message: '' };
    await phone.signOut();
    expect(field.getState()).toMatchObject({ isSignedIn: true, isSignOutHeld: true });
    answers['squads:signOut'] = { ok: false, code: 'timeout', message: '' };
    await phone.signOut();
    expect(field.getState()).toMatchObject({
      isSignedIn: false,
      signedOut: 'by_phone',
      isSignOutHeld: false,
    });
  });

  it('comes with a refused join only while somebody is signed in', () => {
    const stranger = phoneOf();
    stranger.phone.joinForbidden();
    expect(stranger.field.getState().signedOut).toBeUndefined();
    const { phone, field } = signedInPhone();
    phone.joinForbidden();
    expect(field.getState().signedOut).toBe('revoked');
  });
});

describe('a page of a phone of which a newer page was opened', () => {
  it('is set aside: it sends nothing and closes its connection', async () => {
    const { field } = signedInPhone();
    stealPhone(new DOMException('stolen', 'AbortError'));
    await vi.advanceTimersByTimeAsync(0);
    expect(field.getState().isAside).toBe(true);
    expect(media.calls).toEqual(expect.arrayContaining(['stop', 'connectionLost']));
    expect(watches).toBe(0);
    expect(linkCalls).toEqual(['close']);
  });

  it('goes on where the browser forbids locks', async () => {
    const { field } = signedInPhone();
    stealPhone(new DOMException('no', 'SecurityError'));
    await vi.advanceTimersByTimeAsync(0);
    expect(field.getState().isAside).toBe(false);
    expect(linkCalls).toEqual([]);
  });
});

describe('the features of a phone', () => {
  it('take the snapshot of a member, talk first', () => {
    const { join, field, talk, asked } = signedInPhone();
    media.calls = [];
    join();
    expect(media.calls[0]).toBe('snapshotArrived');
    expect(talk.store.getState().groupId).toBe('squad:wenquan');
    expect([...media.heard]).toEqual([
      ['all', 0.5],
      ['squad:wenquan', 1],
    ]);
    expect(field.getState().member?.name).toBe('Li');
    expect(asked('squads:stopSharingPosition')).toEqual([]);
  });

  it('hear the group first in which somebody speaks', () => {
    const { join } = signedInPhone();
    const talker = { speakerId: 'desk-1', name: 'Desk' };
    join({}, { talk: { floors: [floor('all'), floor('squad:wenquan', { talker })] } });
    expect([...media.heard.keys()]).toEqual(['squad:wenquan', 'all']);
  });

  it('say again to a hub that was away that the position is not shared', () => {
    kept.set('mingchu.sharesPosition', 'false');
    const { join, asked } = signedInPhone();
    expect(watches).toBe(0);
    join({ position: { latitude: 1, longitude: 1, atMs: 0 } });
    expect(asked('squads:stopSharingPosition')).toHaveLength(1);
  });

  it('start the body cam at once where the squad wants it in an emergency, and else ask the member', () => {
    const { onNotice, bodyCam } = signedInPhone();
    const ask = { askId: 'a1', by: 'seat:2', expiresAtMs: 9, automatic: false };
    onNotice({ name: 'bodycam:asked', payload: ask });
    expect(bodyCam.getState().ask).toEqual(ask);
    expect(media.calls).not.toContain('startCamera');
    onNotice({ name: 'bodycam:asked', payload: { ...ask, automatic: true } });
    expect(bodyCam.getState().ask).toBeUndefined();
    expect(media.calls).toContain('startCamera');
    onNotice({ name: 'bodycam:ended', payload: { reason: 'by_desk' } });
    expect(media.calls).toContain('stopCamera');
  });

  it('end a body cam that a desk ended while the phone was away, but not one that was started meanwhile', () => {
    const { join } = signedInPhone();
    const ended = { bodyCam: { state: 'off', isEndedByDesk: true } };
    media.onCamera?.('starting');
    join(ended);
    expect(media.calls).not.toContain('stopCamera');
    media.onCamera?.('live');
    join(ended, { isNew: false });
    expect(media.calls).not.toContain('stopCamera');
    join(ended);
    expect(media.calls).toContain('stopCamera');
  });

  it('give up a picture for which the hub waits in vain', () => {
    const { join, asked } = signedInPhone();
    join({ bodyCam: { state: 'lost', sender: 'recorder' } });
    expect(asked('bodycam:stop')).toEqual([]);
    join({ bodyCam: { state: 'lost', sender: 'phone' } });
    expect(asked('bodycam:stop')).toHaveLength(1);
    media.onCamera?.('starting');
    join({ bodyCam: { state: 'lost', sender: 'phone' } });
    expect(asked('bodycam:stop')).toHaveLength(1);
  });

  it('ask for the microphone in a gesture, but only of a member', () => {
    phoneOf().phone.touched();
    expect(media.calls).toEqual(['wake']);
    media.calls = [];
    const { phone } = signedInPhone();
    media.calls = [];
    phone.touched();
    expect(media.calls).toEqual(['wake', 'startMicrophone']);
  });

  it('are each called at each step of a sign-in, and draw what they have', () => {
    const steps: string[] = [];
    const order: FieldFeature = {
      panels: { card: () => <b>My order</b> },
      takeSnapshot: () => void steps.push('snapshot'),
      connectionLost: () => void steps.push('lost'),
      signedIn: (isNew) => void steps.push(`signed in ${isNew}`),
      signedOut: () => void steps.push('signed out'),
    };
    const { join, onLost, phone, draw } = signedInPhone([order]);
    join();
    onLost();
    const page = draw();
    expect(page).toContain('<b>My order</b>');
    for (const words of ['field.cam.start', 'field.menu.open', 'field.position.stop'] as const) {
      expect(page).toContain(i18next.t(words));
    }
    phone.joinForbidden();
    expect(steps).toEqual(['signed in false', 'snapshot', 'lost', 'signed out']);
    expect(draw()).not.toContain('My order');
  });

  it('do not compile where nobody takes a notice', () => {
    const takesOne: FieldFeature<'bodycam:ended'> = { takeNotice: { 'bodycam:ended': () => undefined } };
    // @ts-expect-error Most notices are taken by nobody here.
    expect(() => routeFieldNotices([takesOne] as const)).not.toThrow();
  });
});

describe('orders on a phone', () => {
  const crew = { squadId: 'wenquan', memberIds: ['li'], inChargeId: 'li' };
  const dispatched: OrderEvent = { type: 'dispatched', by: 'Desk', ...crew };
  /** An order after these events. */
  const orderAfter = (...events: OrderEvent[]): Order => {
    let order: Order = {
      kind: 'alert',
      priority: 1,
      place: { name: '温泉一小食堂', nameEn: 'Wenquan school', latitude: 29.84, longitude: 114.32 },
      instructions: 'Look at the <b>cold room</b>',
      checklist: [{ itemId: 'bins', text: 'Bins closed', isDone: false }],
      ...newOrder(0),
      orderId: 'order-1',
      number: '7-042',
      createdBy: 'Desk',
    };
    for (const event of [dispatched, ...events]) {
      const moved = transitionOrder(order, event, 1_000);
      if (!moved.ok) throw new Error(`${event.type}: ${moved.reason}`);
      order = { ...order, ...moved.state };
    }
    return order;
  };
  const notice = (...orders: Order[]) => ({ name: 'orders:changed', payload: { orders } }) as const;
  const settle = () => vi.advanceTimersByTimeAsync(0);
  /** What the phone reported of orders, as a hub that never answers sees it. */
  const reported = (phone: ReturnType<typeof phoneOf>) =>
    phone.orders.getState().waiting.map(({ report }) => report.type);
  const hide = (hidden: boolean) => Object.assign(document, { hidden });
  beforeEach(() => {
    answers['orders:report'] = { ok: false, code: 'timeout', message: '' };
    answers['squads:reportStatuses'] = { ok: false, code: 'timeout', message: '' };
  });

  it('are delivered when they come, shown only on a screen that is on, and ring until they are accepted', async () => {
    const phone = signedInPhone();
    phone.join();
    hide(true);
    phone.onNotice(notice(orderAfter()));
    expect(media.calls).toContain('ring');
    expect(reported(phone)).toEqual(['delivered']);
    hide(false);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(reported(phone)).toEqual(['delivered', 'shown']);
    const page = phone.draw();
    for (const words of ['7-042', 'Wenquan school', i18next.t('field.orders.step.accepted')]) {
      expect(page).toContain(words);
    }
    expect(page).not.toContain('<b>cold room');
    media.calls = [];
    phone.onNotice(notice({ ...orderAfter({ type: 'shown', memberId: 'li' }), escalation: 1, revision: 9 }));
    expect(media.calls).toContain('ring');
    phone.onNotice(notice({ ...orderAfter({ type: 'accepted', by: 'li' }), revision: 10 }));
    expect(media.calls.at(-1)).toBe('stop ring');
    expect(reported(phone)).toEqual(['delivered', 'shown']);
    await settle();
  });

  it('that came while the phone was away are reported with the snapshot, and not again by a page opened again', () => {
    const phone = signedInPhone();
    phone.join({}, { orders: [orderAfter()] });
    expect(reported(phone)).toEqual(['delivered', 'shown']);
    const next = signedInPhone();
    next.join({}, { orders: [orderAfter()] });
    expect(reported(next)).toEqual(['delivered', 'shown']);
    expect(next.draw()).toContain('data-order-arrival');
  });

  it('stand back while the member calls for help', () => {
    const phone = signedInPhone();
    phone.join();
    phone.field.setState((state) => ({
      emergency: { ...state.emergency, progress: { state: 'sent', sinceMs: 0 } },
    }));
    phone.onNotice(notice(orderAfter()));
    expect(media.calls).not.toContain('ring');
    expect(phone.draw()).not.toContain('data-order-arrival');
    expect(reported(phone)).toEqual(['delivered']);
    phone.field.setState((state) => ({
      emergency: { ...state.emergency, progress: { state: 'resolved', sinceMs: 0 } },
    }));
    expect(media.calls).toContain('ring');
    expect(reported(phone)).toEqual(['delivered', 'shown']);
  });

  it.each<[string, OrderEvent, string]>([
    ['cancelled', { type: 'cancelled', by: 'Desk', reason: 'sold <i>out</i>' }, 'sold &lt;i&gt;out'],
    [
      'given to somebody else',
      { type: 'reassigned', by: 'Desk', squadId: 'b', memberIds: ['wang'], inChargeId: 'wang' },
      'given to somebody else',
    ],
  ])('go away when they are %s, with why', (_what, event, words) => {
    const phone = signedInPhone();
    phone.join({}, { orders: [orderAfter()] });
    phone.onNotice(notice(orderAfter(event)));
    expect(phone.orders.getState().orders).toEqual([]);
    expect(phone.draw()).toContain(words);
    expect(media.calls.at(-1)).toBe('stop ring');
  });

  it('that went while the phone was away are named, and none of a member before', () => {
    const phone = signedInPhone();
    phone.join({}, { orders: [orderAfter()] });
    const next = signedInPhone();
    next.join();
    expect(next.orders.getState().news).toMatchObject([{ number: '7-042', type: 'gone' }]);
    next.phone.signedOut('by_phone');
    expect(next.orders.getState()).toMatchObject({ orders: [], waiting: [], news: [], memberId: '' });
    // Only what the member did and the hub does not know yet stays, for when the same member is back.
    const reportsKey = 'mingchu.fieldOrderReports';
    expect([...kept.keys()].filter((key) => key.startsWith('mingchu.fieldOrder'))).toEqual([reportsKey]);
    const left = JSON.parse(kept.get(reportsKey) ?? '[]') as { memberId: string }[];
    expect(new Set(left.map(({ memberId }) => memberId))).toEqual(new Set(['li']));
  });

  it('are shown as not sent while the hub is away, and as the hub has them where it refused a step', async () => {
    const phone = signedInPhone();
    const present = orderAfter({ type: 'shown', memberId: 'li' });
    phone.join({}, { orders: [present] });
    phone.onLost();
    phone.reports.add(present, { type: 'accepted' });
    expect(phone.draw()).toContain(i18next.t('field.orders.waits'));
    expect(phone.draw()).toContain(i18next.t('field.orders.step.enRoute'));
    const [waiting] = phone.orders.getState().waiting;
    answers['orders:report'] = {
      ok: true,
      data: { results: [{ reportId: waiting?.reportId, applied: false, refusal: 'not_from_here' }] },
    };
    phone.join({}, { orders: [present] });
    await settle();
    expect(phone.orders.getState().waiting).toEqual([]);
    expect(phone.draw()).toContain(i18next.t('field.orders.refused.not_from_here'));
    expect(phone.draw()).toContain(i18next.t('field.orders.step.accepted'));
  });

  it.each<[OrderReport, OrderEvent[], string, string[]]>([
    [{ type: 'accepted' }, [], 'available', []],
    [{ type: 'enRoute' }, [{ type: 'accepted', by: 'li' }], 'available', ['en_route']],
    [{ type: 'onScene' }, [{ type: 'enRoute', by: 'li' }], 'en_route', ['on_scene']],
    [{ type: 'onScene' }, [{ type: 'enRoute', by: 'li' }], 'off_duty', []],
    [
      { type: 'cleared', disposition: 'no_violation' },
      [{ type: 'onScene', by: 'li' }],
      'on_scene',
      ['returning'],
    ],
  ])('take the status of the member along: %j after %j', (report, events, status, expected) => {
    const phone = signedInPhone();
    phone.join({ duty: { status, sinceMs: 0 } }, { orders: [orderAfter(...events)] });
    phone.orderWork.report(phone.orders.getState().orders[0] as Order, report);
    expect(phone.outbox.waiting.statuses.map((one) => one.status)).toEqual(expected);
    expect(reported(phone)).toContain(report.type);
  });

  it('of others who are there: the one who joins sets off by accepting, and is there by an own step', () => {
    const phone = signedInPhone();
    const others: OrderEvent[] = [
      { type: 'reassigned', by: 'Desk', squadId: 'yongan', memberIds: ['chen'], inChargeId: 'chen' },
      { type: 'onScene', by: 'chen' },
      { type: 'joined', by: 'Desk', members: [{ memberId: 'li', squadId: 'wenquan' }] },
    ];
    phone.join({ duty: { status: 'available', sinceMs: 0 } }, { orders: [orderAfter(...others)] });
    const [order] = phone.orders.getState().orders;
    phone.orderWork.report(order!, { type: 'accepted' });
    expect(phone.draw()).toContain(i18next.t('field.orders.othersThere'));
    expect(phone.draw()).toContain('data-step="onScene"');
    expect(phone.draw()).not.toContain('data-step="cleared"');
    phone.orderWork.report(order!, { type: 'onScene' });
    expect(phone.outbox.waiting.statuses.map((one) => one.status)).toEqual(['en_route', 'on_scene']);
    expect(phone.draw()).toContain('data-step="cleared"');
  });
});
