import fc from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { alertStates, isClosed } from '../../../../src-shared/alerts/alert.ts';
import { arrangeQueue, worstByCamera, type QueueRow } from '../../../../src-shared/alerts/alertQueue.ts';
import type { AlertMark } from '../../../../src-shared/alerts/alertView.ts';
import { mark } from './alertBuilders.ts';

function idsOf(rows: QueueRow[]): string[] {
  return rows.flatMap((row) =>
    row.type === 'alert' ? [row.alert.alertId] : row.alerts.map(({ alertId }) => alertId),
  );
}

describe('the queue', () => {
  it('sorts by class, then unacknowledged first, then the oldest first', () => {
    const late = mark({ class: 1, afterS: 9 });
    const taken = mark({ class: 1, state: 'acknowledged', afterS: 1 });
    const early = mark({ class: 1, afterS: 5 });
    const lesser = mark({ class: 3, afterS: 0 });
    const closed = mark({ class: 1, state: 'resolved' });
    const rows = arrangeQueue([lesser, closed, late, taken, early], { isFlood: false });
    expect(idsOf(rows)).toEqual([early, late, taken, lesser].map(({ alertId }) => alertId));
  });

  it('groups in a flood what is of one kind at one site, and lone ones of one kind in the city', () => {
    const atSchool = [mark({ site: 's1', camera: 'c1' }), mark({ site: 's1', camera: 'c2', afterS: 3 })];
    const elsewhere = ['s2', 's3', 's4'].map((site) => mark({ site }));
    const pair = ['s5', 's6'].map((site) => mark({ site, kindId: 'no_mask' }));
    const rows = arrangeQueue([...atSchool, ...elsewhere, ...pair], { isFlood: true });
    const groups = rows.filter((row) => row.type === 'group');
    expect(groups.map(({ groupId, alerts }) => [groupId, alerts.length])).toEqual(
      expect.arrayContaining([
        ['site:no_hat s1', 2],
        ['kind:no_hat', 3],
      ]),
    );
    expect(rows).toHaveLength(4);
  });

  it('never groups an alert of class 1 or an acknowledged one, and loses and doubles none', () => {
    const anyMark = fc
      .record({
        site: fc.constantFrom('s1', 's2', 's3', undefined),
        kindId: fc.constantFrom('rat', 'no_hat', 'no_mask'),
        class: fc.constantFrom<AlertMark['class']>(1, 2, 3),
        state: fc.constantFrom(...alertStates),
        afterS: fc.integer({ min: 0, max: 600 }),
      })
      .map(({ site, ...others }) => mark({ ...others, ...(site === undefined ? {} : { site }) }));
    fc.assert(
      fc.property(fc.array(anyMark, { maxLength: 60 }), fc.boolean(), (marks, isFlood) => {
        const rows = arrangeQueue(marks, { isFlood });
        const open = marks.filter((one) => !isClosed(one)).map(({ alertId }) => alertId);
        expect(idsOf(rows).sort()).toEqual(open.sort());
        const hidden = rows.flatMap((row) => (row.type === 'group' ? row.alerts : []));
        expect(hidden.every((one) => one.class !== 1 && one.state === 'new')).toBe(true);
        const classes = rows.map((row) => (row.type === 'alert' ? row.alert.class : row.class));
        expect(classes).toEqual([...classes].sort());
      }),
    );
  });
});

describe('the mark on a tile', () => {
  it('is the worst open alert of its camera', () => {
    const worst = mark({ site: 's1', class: 1, afterS: 8 });
    const marks = worstByCamera([
      mark({ site: 's1', class: 2 }),
      worst,
      mark({ site: 's2', state: 'resolved' }),
      mark({ class: 1 }),
    ]);
    expect([...marks]).toEqual([['s1-camera', worst]]);
  });
});
