import {
  isFindingEnded,
  newFinding,
  transitionFinding,
  type FindingActor,
} from '../../../src-shared/findings/finding.ts';
import { maxFindingsInSnapshot, maxOpenFindings } from '../../../src-shared/findings/findings.protocol.ts';
import { defaultFindingTimes, type FindingTimes } from '../../../src-shared/findings/findingTimes.ts';
import type {
  Finding,
  FindingReview,
  FindingStep,
  FindingWork,
} from '../../../src-shared/findings/findings.protocol.ts';
import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import { createFairSequence } from '../../base/fairSequence.ts';
import type { Logger } from '../../logger.ts';
import { planFindingDeed, refusalOfStep } from './findingPlan.ts';
import { findingOrigin, type FindingSources, type NewFinding } from './findingPlace.ts';
import { reportFindings } from './findingReports.ts';
import { createFindingTimer } from './findingTimer.ts';
import type { FindingsRepository } from './findings.repository.ts';

/** One deed of somebody with a finding. The command's id makes a repeat harmless. */
export interface FindingCommand {
  commandId: string;
  findingId: string;
  /** The revision that the sender saw. */
  revision: number;
  deed: FindingWork | FindingReview;
  /** Who sent it may step in for others. */
  isSupervisor?: boolean;
  /** When it was done, where that is known: the hub's clock. */
  happenedAtMs?: number;
}

/** Findings from the first word to their end. Every change is durable before it is answered or shown. */
export interface FindingsService {
  load(): Promise<void>;
  open(): Finding[];
  find(findingId: string): Promise<Finding | undefined>;
  /** Those that a desk gets first: at most `maxFindingsInSnapshot`, the most urgent. */
  mostUrgent(isSeen: (finding: Finding) => boolean): Finding[];
  create(input: InputOf<'findings:create'>, by: FindingActor): Promise<Ack<{ finding: Finding }>>;
  work(command: FindingCommand, by: FindingActor): Promise<Ack<{ finding: Finding }>>;
  report(
    member: { memberId: string; name: string },
    reports: InputOf<'findings:report'>['reports'],
  ): Promise<OutputOf<'findings:report'>>;
  /** A finding as it is now, and as it was before; undefined when it is new. */
  onChanged(listener: (finding: Finding, before: Finding | undefined) => void): void;
  close(): void;
}

export interface FindingsServiceOptions {
  repository: FindingsRepository;
  sources: FindingSources;
  /** Whether a clause is known and offered. */
  hasClause(number: string): boolean;
  /** The times as they are set now; a finding keeps those of when it was written. */
  times(): FindingTimes;
  logger: Logger;
  nowMs(): number;
}

export function createFindingsService(options: FindingsServiceOptions): FindingsService {
  const { repository, sources, logger, nowMs } = options;
  const open = new Map<string, Finding>();
  const changed = createListeners<[finding: Finding, before: Finding | undefined]>();
  /** Findings are few and each change is one write: all go one after the other. */
  const { exclusive } = createFairSequence();
  const find = async (findingId: string): Promise<Finding | undefined> =>
    open.get(findingId) ?? (await repository.find(findingId));

  const keep = (finding: Finding): void => {
    const before = open.get(finding.findingId);
    if (isFindingEnded(finding)) open.delete(finding.findingId);
    else open.set(finding.findingId, finding);
    changed.notify(finding, before);
    timer.wait();
  };
  const timer = createFindingTimer({
    open,
    repository,
    times: defaultFindingTimes,
    exclusive: (task) => exclusive('hub', task),
    keep,
    logger,
    nowMs,
  });

  /** Writes a finding; the due date was checked. */
  const write = async ({
    findingId,
    origin,
    content,
    by,
    happenedAtMs,
    position,
  }: NewFinding): Promise<Finding> => {
    const atMs = nowMs();
    const { dueMs, ...times } = options.times();
    const { class: findingClass, clauses, words, correctedOnSpot } = content;
    const dueAtMs = content.dueAtMs ?? happenedAtMs + dueMs[findingClass];
    const count = (await repository.lastCount()) + 1;
    let finding: Finding = {
      ...newFinding({ by, class: findingClass, dueAtMs }, happenedAtMs),
      ...origin,
      times,
      findingId,
      number: `F${String(count).padStart(3, '0')}`,
      clauses: [...new Set(clauses)],
      words,
    };
    const placed = position === undefined ? {} : { position };
    const base = { atMs, happenedAtMs, actor: by, ...placed };
    const steps: FindingStep[] = [{ ...base, action: 'found', revision: 1, words, dateMs: dueAtMs }];
    if (correctedOnSpot !== undefined) {
      const answer = { type: 'answered', by, kind: 'corrected_on_spot', words: correctedOnSpot } as const;
      const moved = transitionFinding(finding, answer, happenedAtMs);
      if (moved.ok) finding = { ...finding, ...moved.state };
      steps.push({
        ...base,
        action: 'answered',
        answer: 'corrected_on_spot',
        words: correctedOnSpot,
        revision: finding.revision,
      });
    }
    await repository.save({
      finding,
      steps,
      count,
      audit: {
        action: 'findings:create',
        actor: by.name,
        detail: { findingId, class: findingClass, place: finding.place.name, clauses: finding.clauses },
      },
    });
    keep(finding);
    return finding;
  };

  return {
    async load() {
      for (const finding of await repository.loadOpen()) open.set(finding.findingId, finding);
      timer.wait();
    },
    open: () => [...open.values()],
    find,
    mostUrgent: (isSeen) =>
      [...open.values()].filter(isSeen).toSorted(byUrgency).slice(0, maxFindingsInSnapshot),
    create: (input, by) =>
      exclusive(by.id, async () => {
        const known = await find(input.findingId);
        if (known !== undefined) return ok({ finding: known });
        if (open.size >= maxOpenFindings) {
          return refuse('too_many', `There are ${maxOpenFindings} open findings. Close some first.`, {
            reason: 'findings.too_many_open',
            limit: maxOpenFindings,
          });
        }
        const { content } = input;
        const atMs = nowMs();
        if (content.dueAtMs !== undefined && content.dueAtMs <= atMs) {
          return refuse('bad_request', 'This date has passed. Choose a later one.', {
            reason: 'findings.date_passed',
          });
        }
        const clause = content.clauses.find((number) => !options.hasClause(number));
        if (clause !== undefined) {
          return refuse('not_found', `There is no clause ${clause}, or it is not used any more.`, {
            reason: 'findings.no_such_clause',
            clause,
          });
        }
        const origin = await findingOrigin(input, sources);
        if (!origin.ok) return origin;
        const { findingId } = input;
        return ok({
          finding: await write({ findingId, origin: origin.data, content, by, happenedAtMs: atMs }),
        });
      }),
    work: ({ commandId, findingId, revision, deed, isSupervisor, happenedAtMs }, by) =>
      exclusive(by.id, async () => {
        const finding = await find(findingId);
        if (finding === undefined) {
          return refuse('not_found', `There is no finding ${findingId}.`, {
            reason: 'findings.no_such_finding',
          });
        }
        const id = `${by.id} ${commandId}`;
        const [answered] = await repository.findCommands([id]);
        if (answered !== undefined) return ok({ finding });
        if (deed.type !== 'note' && finding.revision !== revision) {
          const { number } = finding;
          const since = (await repository.steps(findingId)).filter((step) => step.revision > revision);
          const { actor, action, atMs } = since.at(-1) ?? {
            actor: undefined,
            action: 'noted',
            atMs: finding.sinceMs,
          };
          const who = actor?.name ?? '';
          return refuse('conflict', `${who} changed finding ${number} meanwhile. See it and decide again.`, {
            reason: 'findings.changed_meanwhile',
            number,
            who,
            action,
            atMs,
            revision: finding.revision,
          });
        }
        const atMs = nowMs();
        const { event, step } = planFindingDeed(deed, by, isSupervisor);
        const moved = event === undefined ? undefined : transitionFinding(finding, event, atMs);
        if (moved?.ok === false) return refusalOfStep(moved.reason, finding, deed.type);
        const next: Finding = { ...finding, ...moved?.state };
        const line: FindingStep = {
          atMs,
          // The date of a site's phone can be wrong: nothing is done with a finding before it was found.
          happenedAtMs: Math.max(happenedAtMs ?? atMs, finding.foundAtMs),
          actor: by,
          revision: next.revision,
          ...step,
        };
        const action = isReview(deed) ? 'findings:review' : 'findings:work';
        await repository.save({
          finding: next,
          steps: [line],
          command: { commandId: id, findingId, atMs },
          audit: { action, actor: by.name, detail: { deed: deed.type, ...step } },
        });
        if (!isFindingEnded(finding)) keep(next);
        return ok({ finding: next });
      }),
    report: (member, reports) =>
      exclusive(member.memberId, () =>
        reportFindings(
          { repository, sources, find, write, isFull: () => open.size >= maxOpenFindings, nowMs },
          member,
          reports,
        ),
      ),
    onChanged: (listener) => void changed.add(listener),
    close: () => timer.close(),
  };
}

function isReview(deed: FindingWork | FindingReview): deed is FindingReview {
  return deed.type !== 'answer' && deed.type !== 'appeal' && deed.type !== 'note';
}

function byUrgency(left: Finding, right: Finding): number {
  return right.escalation - left.escalation || left.class - right.class || left.dueAtMs - right.dueAtMs;
}
