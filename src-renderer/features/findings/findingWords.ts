import type { TFunction } from 'i18next';
import type { FindingStep } from '../../../src-shared/findings/findings.protocol.ts';
import { seatWords } from '../../ui/seatWords.ts';
import type { TimeFormat } from '../../ui/times.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Times within which something must be corrected, as they are offered; milliseconds by their names. */
export const withinMs = {
  '2h': 2 * hourMs,
  '24h': dayMs,
  '72h': 3 * dayMs,
  '7d': 7 * dayMs,
  '30d': 30 * dayMs,
} as const;
export type Within = keyof typeof withinMs;
export const withins = Object.keys(withinMs) as Within[];

/** Who did a step. */
export function stepActor({ actor }: FindingStep, t: TFunction): string {
  return actor.id === 'hub' ? t('findings.hub') : seatWords(actor.name, t);
}

/** The words beside the name of a step. */
export function findingStepDetail(step: FindingStep, t: TFunction, times: TimeFormat): string {
  const parts: string[] = [];
  if (step.answer !== undefined) parts.push(t(`findings.answer.${step.answer}`));
  if (step.action === 'escalated' && step.escalation !== undefined) {
    parts.push(t(`findings.escalation.${step.escalation}` as 'findings.escalation.1'));
  }
  if (step.dateMs !== undefined) parts.push(t('findings.by', { date: times.timeOfDay(step.dateMs) }));
  if (step.words !== undefined) parts.push(step.words);
  return parts.join(' · ');
}
