import { describe, expect, it } from 'vitest';
import type { TimelineCase, TimelineSource } from '../../../../src-sfu/features/timeline/timeline.ports.ts';
import { createTimelineService } from '../../../../src-sfu/features/timeline/timeline.service.ts';
import {
  maxTimelineEvents,
  timelinePageSchema,
  timelinePageSize,
  type TimelineEvent,
  type TimelineLane,
} from '../../../../src-shared/timeline/timeline.protocol.ts';
import { principalOf } from '../authorityStage.ts';

const subject = { type: 'order', id: 'o' } as const;
const asker = principalOf('supervisor');

function event(eventId: string, atMs: number, lane: TimelineLane = 'order'): TimelineEvent {
  return { eventId, lane, what: 'accepted', atMs };
}

/** A source with these events; the earliest `limit` of them, as a source must answer. */
function sourceOf(lanes: TimelineLane[], events: TimelineEvent[], isOpen = true): TimelineSource {
  return {
    lanes,
    isOpenTo: () => isOpen,
    eventsOf: (_found, { fromMs, toMs }, _asker, limit) =>
      Promise.resolve(
        events
          .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
          .sort((a, b) => a.atMs - b.atMs)
          .slice(0, limit),
      ),
  };
}

function stage(sources: TimelineSource[]) {
  let nowMs = 0;
  let readings = 0;
  const service = createTimelineService({
    find: (asked, { fromMs = 0, toMs = 1e9 } = {}) =>
      Promise.resolve(
        asked.id === 'nothing'
          ? undefined
          : ({
              head: { subject: asked, name: '一店', fromMs, toMs },
              resource: {},
              alerts: [],
              orders: [],
              members: [],
              groups: [],
              cameraIds: [],
            } satisfies TimelineCase),
      ),
    sources,
    maySee: () => true,
    namesOf: () => Promise.resolve({ ann: { name: '安' } }),
    clockSteps: () => [],
    newId: () => `r${++readings}`,
    nowMs: () => nowMs,
  });
  return { service, passMs: (ms: number) => (nowMs += ms) };
}

/** All pages of a timeline together. */
async function readAll(service: ReturnType<typeof stage>['service']): Promise<TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  const first = await service.read({ subject }, asker);
  if (!first.ok) throw new Error(first.message);
  let page = first.data;
  for (;;) {
    expect(timelinePageSchema.parse(page)).toEqual(page);
    events.push(...page.events);
    if (page.nextOffset === undefined) return events;
    const next = await service.read(
      { subject, page: { readId: page.readId, offset: page.nextOffset } },
      asker,
    );
    if (!next.ok) throw new Error(next.message);
    page = next.data;
  }
}

describe('a timeline', () => {
  it('has the events of all sources in one order: by time, then by lane, then by id, whichever source answers first', async () => {
    const talks = [event('t2', 5, 'talk'), event('t1', 5, 'talk')];
    const steps = [event('o1', 5), event('o0', 1), event('o2', 9)];
    const alerts = [event('a', 5, 'alert')];
    const ids = ['o0', 'a', 'o1', 't1', 't2', 'o2'];
    for (const sources of [
      [sourceOf(['talk'], talks), sourceOf(['order'], steps), sourceOf(['alert'], alerts)],
      [
        sourceOf(['alert'], alerts),
        sourceOf(['order'], steps.toReversed()),
        sourceOf(['talk'], talks.toReversed()),
      ],
    ]) {
      expect((await readAll(stage(sources).service)).map(({ eventId }) => eventId)).toEqual(ids);
    }
  });

  it('is read in pages, without a gap and without a repeat, also when all events have the same time', async () => {
    const events = Array.from({ length: 2 * timelinePageSize + 7 }, (_, index) =>
      event(`e${String(index).padStart(6, '0')}`, 5),
    );
    const read = await readAll(stage([sourceOf(['order'], events)]).service);
    expect(read).toEqual(events);
  });

  it('of a hundred thousand events is cut after the bound, from its begin without a gap, and says so', async () => {
    const positions = Array.from({ length: 100_000 }, (_, index) => event(`p${index}`, index, 'position'));
    const steps = [event('first', 0), event('late', 99_999)];
    const { service } = stage([sourceOf(['position'], positions), sourceOf(['order'], steps)]);
    const answer = await service.read({ subject }, asker);
    expect(answer).toMatchObject({ ok: true, data: { isCut: true, total: maxTimelineEvents } });
    const read = await readAll(service);
    expect(read).toHaveLength(maxTimelineEvents);
    expect(read.some(({ eventId }) => eventId === 'late')).toBe(false);
    const times = read.filter(({ lane }) => lane === 'position').map(({ atMs }) => atMs);
    expect(times).toEqual(times.map((_, index) => index));
  });

  it('with exactly as many events as fit is not cut', async () => {
    const events = Array.from({ length: maxTimelineEvents }, (_, index) => event(`e${index}`, index));
    const answer = await stage([sourceOf(['order'], events)]).service.read({ subject }, asker);
    expect(answer).toMatchObject({ ok: true, data: { isCut: false, total: maxTimelineEvents } });
  });

  it('asks nothing of sources that are closed to the asker, and names their lanes', async () => {
    const closed: TimelineSource = {
      ...sourceOf(['view', 'note'], [event('v', 1, 'view')], false),
      eventsOf: () => Promise.reject(new Error('asked')),
    };
    const answer = await stage([sourceOf(['order'], [event('o', 1)]), closed]).service.read(
      { subject },
      asker,
    );
    expect(answer).toMatchObject({ ok: true, data: { total: 1, hiddenLanes: ['note', 'view'] } });
  });

  it('is refused for nothing, for a reversed period, and for a site for longer than a quarter of a year', async () => {
    const { service } = stage([]);
    expect(await service.read({ subject: { type: 'site', id: 'nothing' } }, asker)).toMatchObject({
      code: 'not_found',
      reason: 'timeline.no_such_subject',
    });
    expect(await service.read({ subject, fromMs: 10, toMs: 9 }, asker)).toMatchObject({
      reason: 'timeline.period_reversed',
    });
    expect(
      await service.read({ subject: { type: 'site', id: 's' }, fromMs: 0, toMs: 93 * 86_400_000 }, asker),
    ).toMatchObject({ reason: 'timeline.period_too_long', parameters: { days: 92 } });
    expect(await service.read({ subject, fromMs: 0, toMs: 93 * 86_400_000 }, asker)).toMatchObject({
      ok: true,
    });
  });

  it('gives the next pages of a reading only to the sign-in that began it, of the same subject, and not for ever', async () => {
    const events = Array.from({ length: timelinePageSize + 1 }, (_, index) => event(`e${index}`, index));
    const { service, passMs } = stage([sourceOf(['order'], events)]);
    const first = await service.read({ subject }, asker);
    if (!first.ok) throw new Error(first.message);
    const page = { readId: first.data.readId, offset: timelinePageSize };
    expect(await service.read({ subject, page }, asker)).toMatchObject({ ok: true });
    const refused = { ok: false, reason: 'timeline.reading_expired' };
    expect(await service.read({ subject, page }, { ...asker, sessionId: 'other' })).toMatchObject(refused);
    expect(await service.read({ subject: { type: 'site', id: 'o' }, page }, asker)).toMatchObject(refused);
    passMs(120_001);
    expect(await service.read({ subject, page }, asker)).toMatchObject(refused);
  });
});
