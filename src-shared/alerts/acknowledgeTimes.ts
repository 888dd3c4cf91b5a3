/** How long an alert may wait for somebody who acknowledges it. */
import { z } from 'zod';
import { alertClassSchema, alertKindIdSchema, type AlertClass } from './alertKinds.ts';

const secondMs = 1_000;
const hourMs = 3_600 * secondMs;

/** The bounds of both times, milliseconds: nobody is called before a person can read an alert, and nothing waits longer than a week. */
export const acknowledgeTimeBounds = {
  supervisorMs: [5 * secondMs, 24 * hourMs],
  againMs: [10 * secondMs, 7 * 24 * hourMs],
} as const satisfies Record<string, readonly [number, number]>;
export type AcknowledgeTimeName = keyof typeof acknowledgeTimeBounds;
export const acknowledgeTimeNames = Object.keys(acknowledgeTimeBounds) as AcknowledgeTimeName[];

const time = (name: AcknowledgeTimeName): z.ZodNumber => {
  const [least, most] = acknowledgeTimeBounds[name];
  return z.number().int().min(least).max(most);
};

/** When an alert that nobody acknowledged goes to the supervisor, and when again. Milliseconds since it was raised. */
export const acknowledgeTimesSchema = z
  .strictObject({ supervisorMs: time('supervisorMs'), againMs: time('againMs') })
  .refine(({ supervisorMs, againMs }) => supervisorMs < againMs, {
    path: ['againMs'],
    message: 'the supervisor, then again',
  });
export type AcknowledgeTimes = z.output<typeof acknowledgeTimesSchema>;

/** Of class 1 (domain.md). */
export const defaultAcknowledgeTimes: AcknowledgeTimes = { supervisorMs: 15_000, againMs: 60_000 };

/** The times of alerts of a class, or of a kind, which goes before its class. */
export const acknowledgeRuleSchema = z
  .strictObject({
    alertClass: alertClassSchema.optional(),
    alertKindId: alertKindIdSchema.optional(),
    times: acknowledgeTimesSchema,
  })
  .refine(
    ({ alertClass, alertKindId }) => (alertClass === undefined) !== (alertKindId === undefined),
    'either a class or a kind',
  );
export type AcknowledgeRule = z.output<typeof acknowledgeRuleSchema>;

/** What two rules may not have in common, as text. */
export function acknowledgeRuleKey({
  alertClass,
  alertKindId,
}: Pick<AcknowledgeRule, 'alertClass' | 'alertKindId'>): string {
  return `${alertClass ?? ''} ${alertKindId ?? ''}`;
}

/** Only class 1 waits for nobody, as long as an administrator set nothing for others. */
export const defaultAcknowledgeRules: AcknowledgeRule[] = [{ alertClass: 1, times: defaultAcknowledgeTimes }];

/** The times of an alert that is raised now: the rule for its kind, otherwise for its class; undefined where it may wait. */
export function acknowledgeTimesFor(
  rules: readonly AcknowledgeRule[],
  alert: { class: AlertClass; kindId: string },
): AcknowledgeTimes | undefined {
  const rule =
    rules.find(({ alertKindId }) => alertKindId === alert.kindId) ??
    rules.find(({ alertClass }) => alertClass === alert.class);
  return rule?.times;
}
