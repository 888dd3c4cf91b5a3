import type { TFunction } from 'i18next';
import { ackCodes, type Refused } from '../../src-shared/protocol/define.ts';
import { refusalReasons, type RefusalReason } from '../../src-shared/protocol/refusals.ts';

/** The part of a refusal that a sentence is made of. */
export type RefusalWords = Partial<Pick<Refused, 'reason' | 'parameters'>> & { code?: string };

/** The sentence of a refusal in the language of the page; without a known reason it says only what kind of refusal it is. */
export function refusalText({ code, reason, parameters }: RefusalWords, t: TFunction): string {
  if (reason !== undefined && isKnown(reason)) return t(`refusals.${reason}`, { ...parameters });
  const known = ackCodes.find((one) => one === code) ?? 'internal';
  return t(`refusal.${known}`);
}

function isKnown(reason: string): reason is RefusalReason {
  return Object.hasOwn(refusalReasons, reason);
}
