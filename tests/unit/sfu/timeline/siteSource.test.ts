import { describe, expect, it } from 'vitest';
import { lastSiteWord, siteSource } from '../../../../src-sfu/features/timeline/siteSource.ts';
import type { TimelineCase } from '../../../../src-sfu/features/timeline/timeline.ports.ts';
import type { SiteAppeal } from '../../../../src-shared/sites/siteAlerts.ts';
import { eventWords } from '../../../../src-shared/timeline/timelineWords.ts';
import { timelineEventSchema } from '../../../../src-shared/timeline/timeline.protocol.ts';
import { county, principalOf } from '../authorityStage.ts';

const appeal: SiteAppeal = {
  appealId: 'r1',
  alertId: 'a1',
  siteId: 's1',
  reason: 'steam_or_light',
  note: '是蒸汽',
  madeAtMs: 200,
  state: 'declined',
  decidedAtMs: 900,
  decidedBy: '王芳',
  answer: '画面清楚，是吸烟',
};
const { decidedAtMs: _decidedAtMs, decidedBy: _decidedBy, answer: _answer, ...made } = appeal;
const waiting: SiteAppeal = { ...made, alertId: 'a4', state: 'waiting' };
const facts = new Map<string, { seenAtMs?: number; appeal?: SiteAppeal }>([
  ['a1', { seenAtMs: 100, appeal }],
  ['a2', { seenAtMs: 150 }],
  ['a4', { appeal: waiting }],
]);
const sites = { factsOf: () => Promise.resolve(facts) };
const alert = (alertId: string, district: string): object => ({
  alertId,
  kindId: 'smoking',
  place: { siteId: 's1', siteName: '一店', district },
});
const found = {
  alerts: [alert('a1', '咸安区'), alert('a2', '赤壁市'), alert('a3', '咸安区'), alert('a4', '咸安区')],
} as unknown as TimelineCase;
const supervisor = principalOf('supervisor');

describe('what a site said about an alert', () => {
  const source = siteSource(sites);

  it('is in the timeline: seen, appealed, and what was decided', async () => {
    const events = await source.eventsOf(found, { fromMs: 0, toMs: 1_000 }, supervisor, 10);
    expect(events.map((event) => timelineEventSchema.parse(event))).toEqual(events);
    expect(events.map(({ atMs, what, actor }) => [atMs, what, actor])).toEqual([
      [100, 'siteSeen', 's1'],
      [150, 'siteSeen', 's1'],
      [200, 'siteAppealed', 's1'],
      [200, 'siteAppealed', 's1'],
      [900, 'siteAppealDeclined', '王芳'],
    ]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(5);
    const words = (key: string): string | undefined => (key === '' ? undefined : `<${key}>`);
    expect(eventWords(events[2] as never, { s1: { name: '一店' } }, 'zh-CN', words)).toEqual({
      what: '<timeline.what.siteAppealed>',
      who: '一店',
      detail: 'smoking · <alerts.reason.steam_or_light> · 是蒸汽',
    });
    expect(events[4]?.text).toBe('画面清楚，是吸烟');
  });

  it('is only of the period and of the districts of who asks, the earliest first', async () => {
    const own = await source.eventsOf(found, { fromMs: 0, toMs: 500 }, principalOf('supervisor', county), 2);
    expect(own.map(({ eventId }) => eventId)).toEqual(['site:a1:seen', 'site:a1:appealed']);
    expect(await source.eventsOf(found, { fromMs: 901, toMs: 950 }, supervisor, 10)).toEqual([]);
    expect(source.isOpenTo(principalOf('squad_member'))).toBe(false);
  });

  it('lengthens the case of its order until the decision', async () => {
    expect(await lastSiteWord(sites, 'a1')).toBe(900);
    expect(await lastSiteWord(sites, 'a4')).toBe(200);
    expect(await lastSiteWord(sites, 'a3')).toBe(0);
    expect(await lastSiteWord(sites, undefined)).toBe(0);
  });
});
