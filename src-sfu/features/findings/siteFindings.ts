import type { Attachment } from '../../../src-shared/attachments/attachments.protocol.ts';
import type { Clause } from '../../../src-shared/findings/clauses.ts';
import { isFindingEnded, type FindingActor } from '../../../src-shared/findings/finding.ts';
import type { Finding, FindingStep } from '../../../src-shared/findings/findings.protocol.ts';
import {
  maxSiteFindings,
  siteFindingRefusals,
  siteFindingShownDays,
  type SiteFinding,
  type SiteFindingChange,
  type SiteFindingRefusal,
  type SitePhotograph,
} from '../../../src-shared/findings/siteFindings.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import type { FindingsRepository } from './findings.repository.ts';
import type { FindingsService } from './findings.service.ts';

type Report = InputOf<'findings:answerOwn'>['reports'][number];

const dayMs = 86_400_000;

/** Findings as their own sites see them, and what those sites say. A finding of another site is answered as one that is not there. */
export interface SiteFindings {
  /** Open ones, and those that ended lately; the newest first. */
  ofSite(siteId: string): Promise<SiteFinding[]>;
  /** One as its site sees it now. */
  shown(finding: Finding): Promise<SiteFinding>;
  /** A finding of this site. */
  own(siteId: string, findingId: string): Promise<Finding | undefined>;
  report(
    site: { siteId: string; name: string },
    reports: readonly Report[],
  ): Promise<OutputOf<'findings:answerOwn'>>;
}

type Result = OutputOf<'findings:answerOwn'>['results'][number];

export function createSiteFindings(parts: {
  findings: Pick<FindingsService, 'find' | 'open' | 'work'>;
  repository: Pick<FindingsRepository, 'search' | 'steps'>;
  photographs(findingId: string): Promise<readonly Attachment[]>;
  clause(number: string): Pick<Clause, 'title' | 'titleEn'> | undefined;
  nowMs(): number;
}): SiteFindings {
  const { findings, repository, nowMs } = parts;
  const shown = async (finding: Finding): Promise<SiteFinding> => {
    const attachments = await parts.photographs(finding.findingId);
    return {
      ...siteFindingOf(finding),
      clauses: finding.clauses.map((number) => {
        const { title, titleEn } = parts.clause(number) ?? {};
        return {
          number,
          ...(title === undefined ? {} : { title }),
          ...(titleEn === undefined ? {} : { titleEn }),
        };
      }),
      photographs: attachments.flatMap((one) => (one.kind === 'photograph' ? [photographOf(one)] : [])),
    };
  };
  const own = async (siteId: string, findingId: string): Promise<Finding | undefined> => {
    const finding = await findings.find(findingId);
    return finding?.place.siteId === siteId ? finding : undefined;
  };
  /** The revision on which a site's words are taken: a reminder that came meanwhile changes nothing of what it answers. */
  const revisionFor = async (finding: Finding, seen: number): Promise<number> => {
    if (seen >= finding.revision) return seen;
    const later = (await repository.steps(finding.findingId)).filter(({ revision }) => revision > seen);
    return later.every(({ action }) => action === 'escalated') ? finding.revision : seen;
  };
  const take = async (
    { siteId, name }: { siteId: string; name: string },
    { reportId, findingId, revision, deed, ageMs }: Report,
  ): Promise<Pick<Result, 'refusal' | 'change'>> => {
    const finding = await own(siteId, findingId);
    if (finding === undefined) return { refusal: 'no_such_finding' };
    const by: FindingActor = { id: `site:${siteId}`, name: name.slice(0, 60) };
    const command = { commandId: reportId, findingId, revision: await revisionFor(finding, revision) };
    const refusal = refusalOf(await findings.work({ ...command, deed, happenedAtMs: nowMs() - ageMs }, by));
    if (refusal !== 'changed_meanwhile') return refusal === undefined ? {} : { refusal };
    const last = (await repository.steps(findingId)).findLast((step) => step.revision > revision);
    return { refusal, ...(last === undefined ? {} : { change: changeOf(last) }) };
  };
  return {
    shown,
    own,
    async ofSite(siteId) {
      const fromMs = nowMs() - siteFindingShownDays * dayMs;
      const isShown = (finding: Finding): boolean => !isFindingEnded(finding) || finding.sinceMs >= fromMs;
      const found = new Map(
        [
          ...(await repository.search({ filter: { siteId }, limit: 200 })).findings.filter(isShown),
          ...findings.open().filter(({ place }) => place.siteId === siteId),
        ].map((finding) => [finding.findingId, finding]),
      );
      const newest = [...found.values()].toSorted((left, right) => right.foundAtMs - left.foundAtMs);
      return Promise.all(newest.slice(0, maxSiteFindings).map(shown));
    },
    async report(site, reports) {
      const results: Result[] = [];
      for (const report of reports) {
        const { reportId } = report;
        const refused = await take(site, report);
        results.push({ reportId, applied: refused.refusal === undefined, ...refused });
      }
      return { results };
    },
  };
}

function changeOf({ action, actor, atMs }: FindingStep): SiteFindingChange {
  const by = actor.id.startsWith('site:') ? 'site' : actor.id === 'hub' ? 'hub' : 'authority';
  return { action, by, atMs };
}

/** Why a deed was not done, without who did what meanwhile. */
function refusalOf(answer: Ack<unknown>): SiteFindingRefusal | undefined {
  if (answer.ok) return undefined;
  const reason = answer.reason.replace('findings.', '');
  return siteFindingRefusals.find((one) => one === reason) ?? 'step_cannot_follow';
}

/** What a site gets of a finding: of what officers wrote only what is meant for it, and of no one a name. */
function siteFindingOf(finding: Finding): Omit<SiteFinding, 'clauses' | 'photographs'> {
  const { findingId, number, revision, state, words, foundAtMs, dueAtMs, escalation, place, alertId } =
    finding;
  const { answer, sentBack, appeal, closed, withdrawn } = finding;
  const said = (atMs: number, text: string | undefined): { atMs: number; words?: string } => ({
    atMs,
    ...(text === undefined ? {} : { words: text }),
  });
  return {
    findingId,
    number,
    revision,
    state,
    class: finding.class,
    words,
    foundAtMs,
    dueAtMs,
    escalation,
    hasPictures: place.cameraId !== undefined || alertId !== undefined,
    ...(answer === undefined
      ? {}
      : {
          answer: {
            ...said(answer.atMs, answer.words),
            kind: answer.kind,
            ...(answer.planAtMs === undefined ? {} : { planAtMs: answer.planAtMs }),
          },
        }),
    ...(sentBack === undefined ? {} : { sentBack: said(sentBack.atMs, sentBack.reason) }),
    ...(appeal === undefined
      ? {}
      : {
          appeal: {
            ...said(appeal.atMs, appeal.reason),
            ...(appeal.decided === undefined
              ? {}
              : {
                  decided: {
                    ...said(appeal.decided.atMs, appeal.decided.reason),
                    upheld: appeal.decided.upheld,
                  },
                }),
          },
        }),
    ...(closed === undefined ? {} : { closed: said(closed.atMs, closed.words) }),
    ...(withdrawn === undefined ? {} : { withdrawn: said(withdrawn.atMs, withdrawn.reason) }),
  };
}

function photographOf({ attachmentId, takenAtMs, purpose, by }: Attachment): SitePhotograph {
  return {
    attachmentId,
    takenAtMs,
    ...(purpose === undefined || purpose === 'alert' ? {} : { purpose }),
    by: by.kind === 'site' ? 'site' : by.kind === 'hub' ? 'camera' : 'authority',
  };
}
