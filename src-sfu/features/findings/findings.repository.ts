import { isFindingEnded } from '../../../src-shared/findings/finding.ts';
import type { Clause } from '../../../src-shared/findings/clauses.ts';
import type { FalseAlarmRates } from '../../../src-shared/findings/falseAlarms.ts';
import type {
  Finding,
  FindingCursor,
  FindingFilter,
  FindingStep,
  SiteRecord,
} from '../../../src-shared/findings/findings.protocol.ts';

/** A command that was answered, or a report that was refused. */
export interface AnsweredFindingCommand {
  /** Who sent it and the id that the sender made: `person:7f… 8f0…`. */
  commandId: string;
  findingId: string;
  atMs: number;
  /** Why it was not carried out. */
  refusal?: string;
}

/** One change of a finding, written as a whole or not at all. */
export interface FindingChange {
  finding: Finding;
  steps: readonly FindingStep[];
  /** The count of the finding's number; only for a new one. */
  count?: number;
  command?: AnsweredFindingCommand;
  /** The line of the audit log. */
  audit: { action: string; actor: string; detail: object };
}

/** One page of a search: what matches, and of which districts. */
export interface FindingQuestion {
  filter: FindingFilter;
  /** Only findings of these; left out: of the whole city, those without a district too. */
  districts?: readonly string[] | undefined;
  limit: number;
  cursor?: FindingCursor | undefined;
}

/** Where findings and clauses are kept. What resolved is durable, with its line in the audit log. */
export interface FindingsRepository {
  /** Those not ended. */
  loadOpen(): Promise<Finding[]>;
  /** The highest count that was ever used; 0 when there is none. */
  lastCount(): Promise<number>;
  save(change: FindingChange): Promise<void>;
  /** Only that a report was refused. */
  saveRefused(command: AnsweredFindingCommand): Promise<void>;
  findCommands(commandIds: readonly string[]): Promise<AnsweredFindingCommand[]>;
  find(findingId: string): Promise<Finding | undefined>;
  steps(findingId: string): Promise<FindingStep[]>;
  /** The newest first, with where the next page begins. */
  search(question: FindingQuestion): Promise<{ findings: Finding[]; next?: FindingCursor }>;
}

/** Figures over many findings; `districts` left out: of the whole city. */
export interface FindingFigures {
  offenders(districts: readonly string[] | undefined): Promise<SiteRecord[]>;
  /** `keyId`: only of the alerts that were sent with this key. */
  falseAlarmRates(
    days: 7 | 30,
    districts: readonly string[] | undefined,
    keyId?: string,
  ): Promise<FalseAlarmRates>;
}

/** Where clauses are kept. */
export interface ClausesRepository {
  load(): Promise<Clause[]>;
  save(clauses: readonly Clause[], audit: { atMs: number; actor: string; action: string }): Promise<void>;
}

/** Findings in memory, for tests. */
export function createFindingsInMemory(): FindingsRepository & { changes: FindingChange[] } {
  const findings = new Map<string, Finding>();
  const steps = new Map<string, FindingStep[]>();
  const commands = new Map<string, AnsweredFindingCommand>();
  const changes: FindingChange[] = [];
  let lastCount = 0;
  return {
    changes,
    loadOpen: () => Promise.resolve([...findings.values()].filter((one) => !isFindingEnded(one))),
    lastCount: () => Promise.resolve(lastCount),
    save(change) {
      const { finding, command, count } = change;
      changes.push(change);
      findings.set(finding.findingId, finding);
      steps.set(finding.findingId, [...(steps.get(finding.findingId) ?? []), ...change.steps]);
      if (count !== undefined) lastCount = count;
      if (command !== undefined) commands.set(command.commandId, command);
      return Promise.resolve();
    },
    saveRefused(command) {
      commands.set(command.commandId, command);
      return Promise.resolve();
    },
    findCommands: (ids) =>
      Promise.resolve(ids.map((id) => commands.get(id)).filter((one) => one !== undefined)),
    find: (findingId) => Promise.resolve(findings.get(findingId)),
    steps: (findingId) => Promise.resolve(steps.get(findingId) ?? []),
    search: ({ filter: { siteId }, limit }) =>
      Promise.resolve({
        findings: [...findings.values()]
          .filter(({ place }) => siteId === undefined || place.siteId === siteId)
          .toReversed()
          .slice(0, limit),
      }),
  };
}
