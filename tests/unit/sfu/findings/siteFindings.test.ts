import { describe, expect, it, vi } from 'vitest';
import { createFindingsInMemory } from '../../../../src-sfu/features/findings/findings.repository.ts';
import { createFindingsService } from '../../../../src-sfu/features/findings/findings.service.ts';
import { createSiteFindings } from '../../../../src-sfu/features/findings/siteFindings.ts';
import type { Attachment } from '../../../../src-shared/attachments/attachments.protocol.ts';
import { defaultFindingTimes } from '../../../../src-shared/findings/findingTimes.ts';
import type { FindingReview } from '../../../../src-shared/findings/findings.protocol.ts';
import { siteFindingSchema, type SiteFindingDeed } from '../../../../src-shared/findings/siteFindings.ts';

const dayMs = 86_400_000;
const own = { siteId: 's1', name: '温泉一小食堂' };
const other = { siteId: 's2', name: '二店' };
const officer = { id: 'person:chen', name: '陈警官' };
const reviewer = { id: 'person:wang', name: '王警官' };
const corrected: SiteFindingDeed = { type: 'answer', answer: { kind: 'corrected', words: '已换桶' } };
const photograph = (attachmentId: string, by: Attachment['by'], kind: Attachment['kind'] = 'photograph') =>
  ({ attachmentId, kind, by, takenAtMs: 5, purpose: 'before' }) as Attachment;

async function stage() {
  let now = 1_000;
  const repository = createFindingsInMemory();
  const findings = createFindingsService({
    repository,
    sources: {
      site: (siteId) => [own, other].find((one) => one.siteId === siteId),
      siteOfCamera: () => undefined,
      order: () => Promise.resolve(undefined),
      alert: () => Promise.resolve(undefined),
    },
    hasClause: () => true,
    times: () => defaultFindingTimes,
    logger: { error: vi.fn() } as never,
    nowMs: () => now,
  });
  await findings.load();
  for (const [findingId, siteId] of [
    ['f1', 's1'],
    ['f2', 's2'],
  ] as const) {
    const content = { class: 2 as const, clauses: ['示例-04'], words: `垃圾桶未加盖 ${findingId}` };
    await findings.create({ findingId, siteId, content }, officer);
  }
  const sites = createSiteFindings({
    findings,
    repository,
    photographs: () =>
      Promise.resolve([
        photograph('p1', { kind: 'phone', id: 'ann', name: '李强' }),
        photograph('p2', { kind: 'hub', id: 'c1', name: '灶台' }),
        photograph('p3', { kind: 'site', id: 's1', name: own.name }),
        photograph('p4', { kind: 'phone', id: 'ann', name: '李强' }, 'voice'),
      ]),
    clause: () => ({ title: '垃圾桶应加盖' }),
    nowMs: () => now,
  });
  const say = async (
    deed: SiteFindingDeed,
    { site = own, findingId = 'f1', revision = 1, reportId = 'r1', ageMs = 0 } = {},
  ) => (await sites.report(site, [{ reportId, findingId, revision, deed, ageMs }])).results[0];
  const review = async (deed: FindingReview): Promise<void> => {
    const revision = (await findings.find('f1'))?.revision ?? 0;
    const done = await findings.work(
      { commandId: `c${revision}`, findingId: 'f1', revision, deed },
      reviewer,
    );
    if (!done.ok) throw new Error(done.reason);
  };
  return { sites, findings, say, review, later: (byMs: number) => (now += byMs) };
}

describe('a finding as its site sees it', () => {
  it('says what is wrong and by when, and names nobody of the authority', async () => {
    const { sites, say, review } = await stage();
    await say(corrected);
    await review({ type: 'sendBack', reason: '桶仍无盖', dueAtMs: dayMs });
    const [finding, ...others] = (await sites.ofSite('s1')).map((one) => siteFindingSchema.parse(one));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      findingId: 'f1',
      number: 'F001',
      state: 'again',
      dueAtMs: dayMs,
      clauses: [{ number: '示例-04', title: '垃圾桶应加盖' }],
      answer: { kind: 'corrected', words: '已换桶' },
      sentBack: { words: '桶仍无盖' },
      photographs: [
        { attachmentId: 'p1', by: 'authority' },
        { attachmentId: 'p2', by: 'camera' },
        { attachmentId: 'p3', by: 'site' },
      ],
    });
    for (const name of ['陈警官', '王警官', '李强', 'ann', 'person:', 'f2']) {
      expect(JSON.stringify(finding)).not.toContain(name);
    }
  });

  it('is shown for 30 days after its end, and an open one for ever', async () => {
    const { sites, say, review, later } = await stage();
    await say(corrected);
    await review({ type: 'close' });
    later(29 * dayMs);
    expect((await sites.ofSite('s1')).map(({ state }) => state)).toEqual(['closed']);
    later(2 * dayMs);
    expect(await sites.ofSite('s1')).toEqual([]);
    expect((await sites.ofSite('s2')).map(({ findingId }) => findingId)).toEqual(['f2']);
  });
});

describe('what a site says about a finding', () => {
  it('is written once, as the site, however often it is sent, and as of when it was said', async () => {
    const { say, findings, later } = await stage();
    later(10_000);
    expect(await say(corrected, { ageMs: 4_000 })).toEqual({ reportId: 'r1', applied: true });
    expect(await say(corrected, { ageMs: 9_000 })).toEqual({ reportId: 'r1', applied: true });
    expect(await findings.find('f1')).toMatchObject({
      state: 'answered',
      revision: 2,
      answer: { by: { id: 'site:s1', name: own.name }, words: '已换桶' },
    });
  });

  it.each<[string, SiteFindingDeed]>([
    ['an answer', corrected],
    ['a plan', { type: 'answer', answer: { kind: 'plan', planAtMs: dayMs } }],
    ['an appeal', { type: 'appeal', reason: '误报' }],
  ])(
    '%s to a finding of another site, or to none, is answered as to one that is not there',
    async (_n, deed) => {
      const { say, findings } = await stage();
      for (const findingId of ['f2', 'nothing']) {
        expect(await say(deed, { findingId })).toMatchObject({ applied: false, refusal: 'no_such_finding' });
      }
      expect(await say(deed, { site: other, findingId: 'f1' })).toMatchObject({ refusal: 'no_such_finding' });
      for (const findingId of ['f1', 'f2']) {
        expect(await findings.find(findingId)).toMatchObject({ state: 'open', revision: 1 });
      }
    },
  );

  it('is refused when somebody changed the finding meanwhile, and taken when only a reminder came', async () => {
    const { say, findings, review } = await stage();
    await review({ type: 'moveDue', reason: '宽限', dueAtMs: 9 * dayMs });
    expect(await say(corrected, { reportId: 'r2' })).toEqual({
      reportId: 'r2',
      applied: false,
      refusal: 'changed_meanwhile',
      // Who it was is said by the side alone: a site gets no officer's name.
      change: { action: 'dueMoved', by: 'authority', atMs: expect.any(Number) },
    });
    expect(await say(corrected, { reportId: 'r3', revision: 2 })).toMatchObject({ applied: true });
    expect(await findings.find('f1')).toMatchObject({ revision: 3, state: 'answered' });
  });

  it('is taken on the revision before a reminder', async () => {
    vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const { say, findings, later } = await stage();
      later(defaultFindingTimes.answerMs + 1);
      await vi.advanceTimersByTimeAsync(defaultFindingTimes.answerMs + 1);
      expect(await findings.find('f1')).toMatchObject({ revision: 2, escalation: 1 });
      expect(await say(corrected, { revision: 1 })).toMatchObject({ applied: true });
    } finally {
      vi.useRealTimers();
    }
  });

  it('is refused with a reason that a site can read', async () => {
    const { say, review } = await stage();
    const past = { type: 'answer', answer: { kind: 'plan', planAtMs: 1 } } as const;
    expect(await say(past, { reportId: 'a' })).toMatchObject({ refusal: 'date_passed' });
    expect(await say({ type: 'appeal', reason: '误报' }, { reportId: 'b' })).toMatchObject({ applied: true });
    expect(await say(corrected, { reportId: 'c', revision: 2 })).toMatchObject({
      refusal: 'step_cannot_follow',
    });
    await review({ type: 'decline', reason: '属实' });
    expect(await say({ type: 'appeal', reason: '误报' }, { reportId: 'd', revision: 3 })).toMatchObject({
      refusal: 'appealed_before',
    });
    await say(corrected, { reportId: 'e', revision: 3 });
    await review({ type: 'close' });
    expect(await say(corrected, { reportId: 'f', revision: 5 })).toMatchObject({ refusal: 'already_ended' });
  });
});
