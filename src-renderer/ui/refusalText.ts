import type { TFunction } from 'i18next';
import { ackCodes, type Refused } from '../../src-shared/protocol/define.ts';
import { findingStepActions } from '../../src-shared/findings/findingStepActions.ts';
import { orderStepActions } from '../../src-shared/orders/orderContent.ts';
import { refusalReasons, type RefusalReason } from '../../src-shared/protocol/refusals.ts';
import { seatWords } from './seatWords.ts';

/** The part of a refusal that a sentence is made of. */
export type RefusalWords = Partial<Pick<Refused, 'reason' | 'parameters'>> & { code?: string };

/** The sentence of a refusal in the language of the page; without a known reason it says only what kind of refusal it is. */
export function refusalText({ code, reason, parameters }: RefusalWords, t: TFunction): string {
  if (reason !== undefined && isKnown(reason)) {
    return t(`refusals.${reason}`, { ...parameters, ...changeWords(reason, parameters, t) });
  }
  const known = ackCodes.find((one) => one === code) ?? 'internal';
  return t(`refusal.${known}`);
}

/** Who changed something meanwhile, what that was and when, in words; a refusal that says nothing of it has none. */
function changeWords(
  reason: RefusalReason,
  { who, action, atMs }: NonNullable<RefusalWords['parameters']> = {},
  t: TFunction,
): Record<string, string> {
  if (typeof who !== 'string' || typeof action !== 'string' || typeof atMs !== 'number') return {};
  const step = reason.startsWith('findings.') ? findingAction(action) : orderAction(action);
  return {
    who: who === 'hub' ? t('orders.hub') : seatWords(who, t),
    action: step === undefined ? action : t(step),
    atMs: timeText(atMs),
  };
}

function orderAction(action: string) {
  const known = orderStepActions.find((one) => one === action);
  return known === undefined ? undefined : (`orders.step.${known}` as const);
}

function findingAction(action: string) {
  const known = findingStepActions.find((one) => one === action);
  return known === undefined ? undefined : (`findings.step.${known}` as const);
}

/** `14:03:22`; with the date before it when it is not of today. By this screen's time zone. */
function timeText(atMs: number): string {
  const [date = '', time = ''] = new Date(atMs).toLocaleString('sv-SE').split(' ');
  return date === new Date().toLocaleDateString('sv-SE') ? time : `${date} ${time}`;
}

function isKnown(reason: string): reason is RefusalReason {
  return Object.hasOwn(refusalReasons, reason);
}
