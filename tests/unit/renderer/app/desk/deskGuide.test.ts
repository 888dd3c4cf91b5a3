import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import {
  createDeskGuide,
  demoLeader,
  guideObstacle,
  type GuideParts,
} from '../../../../../src-renderer/app/desk/guide/deskGuide.ts';
import { bodyCamStreamId } from '../../../../../src-shared/bodycam/bodycam.protocol.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const leader = {
  memberId: 'li',
  squadId: 'wenquan',
  isLeader: true,
  isConnected: true,
  bodyCam: { state: 'off' },
};
const member = { memberId: 'wang', squadId: 'wenquan', isConnected: true, bodyCam: { state: 'off' } };

/** A desk with one alert, one squad and one screen. What the guide does there happens in its stores, as the hub's notices make it. */
function openDesk({ demo = true, mayWork = true } = {}) {
  const done: string[] = [];
  const stores = {
    alerts: createStore(() => ({
      chosenId: undefined as string | undefined,
      open: new Map([['a1', { alertId: 'a1', state: 'new' }]]),
    })),
    orders: createStore(() => ({ orders: new Map<string, object>() })),
    talk: createStore(() => ({
      key: { phase: 'has_no_permission' },
      microphone: 'ready',
      hasVoice: true,
    })),
    desk: createStore(() => ({ largeCameraId: undefined as string | undefined })),
    squads: createStore(() => ({
      members: new Map<string, object>([
        ['wang', member],
        ['li', leader],
      ]),
    })),
    wall: createStore(() => ({
      screenId: 'main' as string | undefined,
      screens: [{ screenId: 'main', caseOf: undefined as string | undefined }],
    })),
  };
  const parts = {
    ...stores,
    accounts: {
      ask: () => Promise.resolve({ ok: true, data: { demoAccounts: demo ? [{ username: 'demo' }] : [] } }),
    },
    alertActions: {
      jump: () => stores.alerts.setState({ chosenId: 'a1' }),
      choose: (alertId: string) => stores.alerts.setState({ chosenId: alertId }),
      work({ type }: { type: string }) {
        done.push(type);
        stores.alerts.setState({ open: new Map([['a1', { alertId: 'a1', state: 'acknowledged' }]]) });
      },
    },
    orders: {
      store: stores.orders,
      actions: { choose: (orderId: string) => done.push(`choose ${orderId}`) },
      sendForAlert(alertId: string, crew: { inChargeId: string } | undefined) {
        done.push(`send ${crew?.inChargeId}`);
        const order = { orderId: 'o1', alertId, number: '1-001', memberIds: ['wang', 'li'] };
        stores.orders.setState({ orders: new Map([['o1', order]]) });
      },
    },
    talk: {
      store: stores.talk,
      hold: {
        padDown: () => stores.talk.setState({ key: { phase: 'has_permission' } }),
        padUp: () => stores.talk.setState({ key: { phase: 'has_no_permission' } }),
      },
    },
    squads: { store: stores.squads },
    actions: {
      watchMember(memberId: string) {
        const live = { ...leader, bodyCam: { state: 'live' } };
        stores.squads.setState({ members: new Map([[memberId, live]]) });
        stores.desk.setState({ largeCameraId: bodyCamStreamId(memberId) });
      },
    },
    desk: Object.assign(stores.desk, { show: (view: string) => done.push(`show ${view}`) }),
    wallActions: {
      showCase: (_screen: object, { orderId }: { orderId: string }) =>
        stores.wall.setState({ screens: [{ screenId: 'main', caseOf: orderId }] }),
      endCase: () => done.push('end case'),
    },
    rights: { allow: () => mayWork },
    nowMs: () => Date.now(),
  } as unknown as GuideParts;
  return { guide: createDeskGuide(parts), stores, parts, done };
}

describe('the guide of the desk', () => {
  it('does every step of the demo itself, one press for each', async () => {
    const { guide, done } = openDesk();
    guide.toggle();
    await vi.advanceTimersByTimeAsync(0);
    const steps = [];
    for (let press = 0; press < 6; press += 1) {
      steps.push(guide.store.getState().step);
      guide.perform();
      // The talk key is held for some seconds.
      await vi.advanceTimersByTimeAsync(5_000);
    }
    expect(steps).toEqual(['alert', 'acknowledge', 'order', 'talk', 'bodyCam', 'case']);
    expect(guide.store.getState().step).toBe('done');
    // The leader has a voice and a camera: the order goes to that one.
    expect(done).toEqual(['acknowledge', 'send li', 'choose o1', 'show orders']);
    const { startedAtMs, endedAtMs = 0 } = guide.store.getState();
    expect(endedAtMs - startedAtMs).toBeLessThan(180_000);
    guide.perform();
    expect(guide.store.getState().isOpen).toBe(false);
  });

  it('does the step that was asked for before it was known which city it is, once and after that', async () => {
    const { guide, stores } = openDesk();
    guide.toggle();
    guide.perform();
    guide.perform();
    expect(guide.store.getState().step).toBe('alert');
    await vi.advanceTimersByTimeAsync(0);
    expect(stores.alerts.getState().chosenId).toBe('a1');
    expect(guide.store.getState()).toMatchObject({ step: 'acknowledge', hasBegunAgain: false });
  });

  it('speaks by one press also where the microphone is only asked for by it, and only while the officer is at that step', async () => {
    for (const waits of [true, false]) {
      const { guide, stores, parts } = openDesk();
      const pressed: string[] = [];
      Object.assign(parts.talk.hold, {
        padDown() {
          const { microphone, hasVoice } = stores.talk.getState();
          const isReady = microphone === 'ready' && hasVoice;
          pressed.push(isReady ? 'speaks' : 'asks');
          if (isReady) stores.talk.setState({ key: { phase: 'has_permission' } });
        },
      });
      stores.talk.setState({ microphone: 'off', hasVoice: false });
      guide.toggle();
      await vi.advanceTimersByTimeAsync(0);
      for (let press = 0; press < 4; press += 1) guide.perform();
      expect(guide.store.getState().step).toBe('talk');
      expect(pressed).toEqual(['asks']);
      if (!waits) guide.turn(1);
      stores.talk.setState({ microphone: 'ready' });
      expect(pressed).toEqual(['asks']);
      stores.talk.setState({ hasVoice: true });
      await vi.advanceTimersByTimeAsync(5_000);
      expect(pressed).toEqual(waits ? ['asks', 'speaks'] : ['asks']);
      expect(guide.store.getState().step).toBe('bodyCam');
    }
  });

  it('only explains in a real city, and where nobody says which city it is', async () => {
    for (const answers of [true, false]) {
      const { guide, parts, done, stores } = openDesk({ demo: false });
      if (!answers) parts.accounts.ask = () => Promise.resolve({ ok: false } as never);
      guide.toggle();
      await vi.advanceTimersByTimeAsync(0);
      for (let press = 0; press < 6; press += 1) guide.perform();
      expect(guide.store.getState().step).toBe('done');
      expect(done).toEqual([]);
      expect(stores.alerts.getState().chosenId).toBeUndefined();
    }
  });

  it('does nothing that this person may not do', async () => {
    const { guide, done } = openDesk({ mayWork: false });
    guide.toggle();
    await vi.advanceTimersByTimeAsync(0);
    for (let press = 0; press < 3; press += 1) guide.perform();
    expect(guide.store.getState().step).toBe('acknowledge');
    expect(done).toEqual([]);
  });

  it('says what is missing for a step, and goes on by what somebody does without it', async () => {
    const { guide, parts, stores } = openDesk();
    guide.toggle();
    await vi.advanceTimersByTimeAsync(0);
    expect(guideObstacle({ step: 'case', orderId: undefined }, parts)).toBe('order');
    stores.wall.setState({ screenId: undefined });
    expect(guideObstacle({ step: 'case', orderId: 'o1' }, parts)).toBe('screen');
    stores.alerts.setState({ chosenId: 'a1' });
    expect(guide.store.getState()).toMatchObject({ step: 'acknowledge', alertId: 'a1' });
    stores.alerts.setState({ open: new Map() });
    expect(guide.store.getState()).toMatchObject({ step: 'alert', hasBegunAgain: true });
    expect(guideObstacle({ step: 'alert', orderId: undefined }, parts)).toBe('alert');
  });

  it('asks a leader whose camera is live before one who is only connected', () => {
    const { parts, stores } = openDesk();
    expect(demoLeader(parts)?.memberId).toBe('li');
    const live = { ...leader, memberId: 'zhao', isConnected: false, bodyCam: { state: 'live' } };
    stores.squads.setState({
      members: new Map<string, object>([
        ['li', leader],
        ['zhao', live],
      ]),
    });
    expect(demoLeader(parts)?.memberId).toBe('zhao');
    stores.squads.setState({ members: new Map<string, object>([['wang', member]]) });
    expect(demoLeader(parts)).toBeUndefined();
  });
});
