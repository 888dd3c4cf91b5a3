import { transitionFinding } from '../../../src-shared/findings/finding.ts';
import { nextFindingDeadline, type FindingTimes } from '../../../src-shared/findings/findingTimes.ts';
import type { Finding, FindingStep } from '../../../src-shared/findings/findings.protocol.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import type { Logger } from '../../logger.ts';
import type { FindingsRepository } from './findings.repository.ts';

const retryMs = 1_000;
/** Findings whose deadlines are carried out before other work gets its turn. */
const findingsPerTurn = 50;
/** The actor of what the hub does by itself. */
const hub = { id: 'hub', name: 'hub' };

/** Escalates findings at their deadlines. */
export function createFindingTimer(options: {
  open: ReadonlyMap<string, Finding>;
  repository: FindingsRepository;
  times: FindingTimes;
  exclusive<T>(task: () => Promise<T>): Promise<T>;
  /** A finding as it became; it is stored. */
  keep(finding: Finding): void;
  logger: Logger;
  nowMs(): number;
}): { wait(): void; close(): void } {
  const { open, repository, times, exclusive, keep, logger, nowMs } = options;
  let timer: Timer | undefined;
  let closed = false;

  const start = (delayMs: number): void => {
    timer?.cancel();
    if (!closed) timer = startTimer(() => void reach(), Math.max(20, delayMs));
  };

  const wait = (): void => {
    let soonest = Number.POSITIVE_INFINITY;
    for (const finding of open.values()) {
      soonest = Math.min(soonest, nextFindingDeadline(finding, times) ?? soonest);
    }
    if (soonest === Number.POSITIVE_INFINITY) timer?.cancel();
    else start(soonest - nowMs());
  };

  const reach = (): Promise<void> =>
    exclusive(async () => {
      try {
        let carriedOut = 0;
        for (const finding of [...open.values()]) {
          const atMs = nowMs();
          const moved = transitionFinding(finding, { type: 'deadlineReached' }, atMs, times);
          if (!moved.ok) continue;
          const next: Finding = { ...finding, ...moved.state };
          const { escalation, revision } = next;
          const step: FindingStep = {
            atMs,
            happenedAtMs: atMs,
            actor: hub,
            action: 'escalated',
            escalation,
            revision,
          };
          await repository.save({
            finding: next,
            steps: [step],
            audit: { action: 'findings:escalate', actor: hub.name, detail: { escalation } },
          });
          keep(next);
          carriedOut += 1;
          if (carriedOut >= findingsPerTurn) break;
        }
        wait();
      } catch (error) {
        if (closed) return;
        logger.error(
          { err: error },
          'findings could not be escalated; escalation is tried again in a second',
        );
        start(retryMs);
      }
    });

  return {
    wait,
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}
