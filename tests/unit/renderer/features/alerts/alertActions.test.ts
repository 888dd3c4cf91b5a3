import { describe, expect, it } from 'vitest';
import {
  createAlertActions,
  type AlertSaying,
} from '../../../../../src-renderer/features/alerts/alertActions.ts';
import { createAlertsStore, takeAlerts } from '../../../../../src-renderer/features/alerts/alertsStore.ts';
import type { Alert } from '../../../../../src-shared/alerts/alertView.ts';
import type { InputOf, OutputOf } from '../../../../../src-shared/protocol/index.ts';
import { refuse, type Ack } from '../../../../../src-shared/protocol/define.ts';
import { alertOf, placeOf } from './alertBuilders.ts';

type Answer = Ack<OutputOf<'alerts:work'>>;

/** A desk with these alerts, before a hub that gives this answer. */
function desk(alerts: Alert[], answer: Answer = { ok: true, data: { results: [] } }) {
  const store = createAlertsStore();
  takeAlerts(store, alerts);
  const sent: InputOf<'alerts:work'>[] = [];
  const watched: (string | undefined)[] = [];
  const notified: AlertSaying[] = [];
  const actions = createAlertActions(store, {
    work(input) {
      sent.push(input);
      return Promise.resolve(answer);
    },
    newId: () => `command-${sent.length + 1}`,
    watch: (cameraId) => void watched.push(cameraId),
    notify: (saying) => void notified.push(saying),
    nowMs: () => 0,
  });
  return { store, actions, sent, watched, notified };
}

const flood = { counts: { flood: { sinceMs: 0, arrivals: 12 } } as never };

describe('what an officer does with alerts', () => {
  it('goes to the worst that nobody took, and to the live picture of its camera', () => {
    const { store, actions, watched } = desk([
      alertOf('minor'),
      alertOf('taken', { class: 1, state: 'acknowledged' }),
      alertOf('worst', { class: 1, place: placeOf('site-2', 'camera-2') }),
    ]);
    actions.jump();
    expect(store.getState().chosenId).toBe('worst');
    expect(watched).toEqual(['camera-2']);
  });

  it('steps through the queue, and unfolds the group that it comes to', () => {
    const { store, actions } = desk(['a', 'b', 'c'].map((id, index) => alertOf(id, { raisedAtMs: index })));
    store.setState(flood);
    actions.step(1);
    actions.step(1);
    expect(store.getState().chosenId).toBe('b');
    expect(store.getState().unfolded.size).toBe(1);
    actions.step(-1);
    actions.step(-1);
    expect(store.getState().chosenId).toBe('a');
  });

  it('does nothing without a chosen alert', async () => {
    const { actions, sent } = desk([alertOf('a')]);
    await actions.work({ type: 'acknowledge' });
    expect(sent).toEqual([]);
  });

  it('does one thing to all alerts of a group at once', async () => {
    const { actions, sent } = desk([alertOf('a'), alertOf('b')]);
    await actions.work({ type: 'acknowledge' }, { alertIds: ['a', 'b'] });
    expect(sent).toMatchObject([{ alertIds: ['a', 'b'], deed: { type: 'acknowledge' } }]);
  });

  it('says who took an alert when the hub refuses it, and takes the alert as it is', async () => {
    const by = { type: 'officer', id: 'seat-2', name: '李强' } as const;
    const taken = alertOf('a', { revision: 2, state: 'acknowledged', acknowledged: { by, atMs: 1 } });
    const results = [{ alertId: 'a', done: false, refusal: 'taken' as const, alert: taken }];
    const { store, actions, notified } = desk([alertOf('a')], { ok: true, data: { results } });
    actions.choose('a');
    await actions.work({ type: 'acknowledge' });
    expect(notified).toEqual([{ refusal: 'taken', by: '李强' }]);
    expect(store.getState().open.get('a')?.state).toBe('acknowledged');
  });

  it('says that it did not reach the hub', async () => {
    const { actions, notified } = desk(
      [alertOf('a')],
      refuse('unavailable', 'The hub is not connected.', { reason: 'session.not_connected' }),
    );
    actions.choose('a');
    await actions.work({ type: 'resolve' });
    expect(notified).toEqual([
      { refusal: 'not_sent', message: 'The hub is not connected.', reason: 'session.not_connected' },
    ]);
  });
});

describe('the question before a deed', () => {
  it('takes the number of a reason, with the note that was written', () => {
    const { store, actions, sent } = desk([alertOf('a')]);
    actions.choose('a');
    actions.ask('false');
    actions.writeNote(' 蒸汽 ');
    expect(actions.answer(3)).toBe(true);
    expect(sent).toMatchObject([{ deed: { type: 'callFalse', reason: 'steam_or_light' }, note: '蒸汽' }]);
    expect(store.getState().ask).toBeUndefined();
  });

  it('takes no number that is none of its answers, and stays open', () => {
    const { store, actions, sent } = desk([alertOf('a')]);
    actions.choose('a');
    actions.ask('false');
    expect(actions.answer(9)).toBe(false);
    expect(actions.answer()).toBe(false);
    actions.ask('duplicate');
    expect(actions.answer(1)).toBe(false);
    expect(sent).toEqual([]);
    expect(store.getState().ask?.type).toBe('duplicate');
  });

  it('offers as the original what is nearest: the same camera, then the site, then the kind', () => {
    const { actions, sent } = desk([
      alertOf('a'),
      alertOf('other', { kindId: 'rat', class: 1, place: placeOf('site-9', 'camera-9') }),
      alertOf('kind', { place: placeOf('site-9', 'camera-9') }),
      alertOf('site', { kindId: 'smoking', place: placeOf('site-1', 'camera-3') }),
      alertOf('camera', { kindId: 'smoking' }),
    ]);
    for (const number of [1, 2, 3, 4]) {
      actions.choose('a');
      actions.ask('duplicate');
      actions.answer(number);
    }
    const originals = sent.map(({ deed }) => deed.type === 'callDuplicate' && deed.of);
    expect(originals).toEqual(['camera', 'site', 'kind', 'other']);
  });

  it('keeps no empty note', () => {
    const { actions, sent } = desk([alertOf('a')]);
    actions.choose('a');
    actions.ask('note');
    actions.writeNote('   ');
    expect(actions.answer()).toBe(false);
    actions.writeNote('已电话联系');
    expect(actions.answer()).toBe(true);
    expect(sent).toMatchObject([{ deed: { type: 'note' }, note: '已电话联系' }]);
  });

  it('is over when another alert is chosen, so that an answer never goes to the wrong one', () => {
    const { store, actions } = desk([alertOf('a'), alertOf('b')]);
    actions.choose('a');
    actions.ask('resolve');
    actions.choose('b');
    expect(store.getState().ask).toBeUndefined();
    expect(actions.answer()).toBe(false);
  });
});
