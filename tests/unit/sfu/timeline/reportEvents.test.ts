import { expect, it } from 'vitest';
import { createTimelineSources } from '../../../../src-sfu/features/timeline/timelineSources.ts';
import type { TimelineCase, TimelineRecords } from '../../../../src-sfu/features/timeline/timeline.ports.ts';
import { principalOf } from '../authorityStage.ts';

it('the first report of an alert is no second event, unless it brings a picture or words; later ones are', async () => {
  const report = (id: number, receivedAtMs: number, more = {}) => ({
    ...{ id, alertId: 'a', receivedAtMs, occurredAtMs: receivedAtMs, source: '平台', ...more },
  });
  const reports = [
    report(1, 100),
    report(2, 100, { hash: 'h' }),
    report(3, 100, { message: '后厨有鼠' }),
    report(4, 200),
  ];
  const records = { alertReports: () => Promise.resolve(reports) } as unknown as TimelineRecords;
  const pictures = createTimelineSources(
    records,
    () => ({}),
    () => Promise.resolve([]),
  ).find(({ lanes }) => lanes.includes('picture'));
  const found = { alerts: [{ alertId: 'a', raisedAtMs: 100 }] } as unknown as TimelineCase;
  const events = await pictures?.eventsOf(found, { fromMs: 0, toMs: 500 }, principalOf('administrator'), 10);
  expect(events?.map(({ eventId }) => eventId)).toEqual(['report:2', 'report:3', 'report:4']);
});
