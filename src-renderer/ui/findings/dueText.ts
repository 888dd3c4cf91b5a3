import type { TFunction } from 'i18next';
import { isWithSite } from '../../../src-shared/findings/findingTimes.ts';
import { durationText } from '../times.ts';

const dayMs = 24 * 3_600_000;

/** How long a site still has, or for how long it is late; nothing while others are waited for. */
export function dueText(
  finding: Parameters<typeof isWithSite>[0] & { dueAtMs: number },
  nowMs: number,
  t: TFunction,
): string | undefined {
  if (!isWithSite(finding)) return undefined;
  const leftMs = finding.dueAtMs - nowMs;
  const days = Math.floor(Math.abs(leftMs) / dayMs);
  const span = days >= 2 ? t('findings.days', { count: days }) : durationText(Math.abs(leftMs));
  return t(leftMs < 0 ? 'findings.lateFor' : 'findings.left', { span });
}
