/** What an administrator decides about orders: templates, times, and whether the hub asks the next squad by itself. */
import { z } from 'zod';
import {
  acknowledgeRuleKey,
  acknowledgeRuleSchema,
  defaultAcknowledgeRules,
} from '../alerts/acknowledgeTimes.ts';
import { alertClassSchema, alertKindIdSchema, type AlertClass } from '../alerts/alertKinds.ts';
import { skillSchema } from '../squads/skills.ts';
import { orderKinds, orderPrioritySchema, type OrderContent } from './orderContent.ts';
import { defaultOrderTimes, orderTimesSchema, type OrderTimes } from './orderTimes.ts';

const textSchema = z.string().trim().max(1_000);
const itemSchema = z.string().trim().min(1).max(200);

/** What is filled in for an order of a kind, or for one that comes from an alert of a kind or class. */
export const orderTemplateSchema = z.strictObject({
  kind: z.enum(orderKinds),
  /** Only for the kind `alert`. */
  alertKindId: alertKindIdSchema.optional(),
  /** Only for the kind `alert`. */
  alertClass: alertClassSchema.optional(),
  instructions: textSchema,
  instructionsEn: textSchema.optional(),
  checklist: z.array(z.strictObject({ text: itemSchema, textEn: itemSchema.optional() })).max(30),
  /** Left out: the class of the alert, otherwise 2. */
  priority: orderPrioritySchema.optional(),
  /** How long after it was written it is due. Left out: it has no due date. */
  dueAfterMinutes: z
    .number()
    .int()
    .min(1)
    .max(60 * 24 * 90)
    .optional(),
  /** The skill that is wanted of who goes. */
  skill: skillSchema.optional(),
});
export type OrderTemplate = z.output<typeof orderTemplateSchema>;

/** Times of orders with this kind and priority; what is left out stands for every one. An alert's class is its order's priority. */
export const orderTimeRuleSchema = z.strictObject({
  kind: z.enum(orderKinds).optional(),
  priority: orderPrioritySchema.optional(),
  /** The kind of the alert that the order comes from. Only for the kind `alert`. */
  alertKindId: alertKindIdSchema.optional(),
  times: orderTimesSchema,
});
export type OrderTimeRule = z.output<typeof orderTimeRuleSchema>;

/** What two templates or rules may not have in common, as text. */
export function templateKey({
  kind,
  alertKindId,
  alertClass,
}: Pick<OrderTemplate, 'kind' | 'alertKindId' | 'alertClass'>): string {
  return [kind, alertKindId ?? '', alertClass ?? ''].join(' ');
}
export function ruleKey({
  kind,
  priority,
  alertKindId,
}: Pick<OrderTimeRule, 'kind' | 'priority' | 'alertKindId'>): string {
  return [kind ?? '', priority ?? '', alertKindId ?? ''].join(' ');
}

const isUnique = (keys: readonly string[]): boolean => new Set(keys).size === keys.length;

export const orderSettingsSchema = z.strictObject({
  templates: z
    .array(orderTemplateSchema)
    .max(100)
    .refine((all) => isUnique(all.map(templateKey)), 'two templates are for the same orders')
    .refine(
      (all) =>
        all.every(
          ({ kind, alertKindId, alertClass }) =>
            kind === 'alert' || (alertKindId ?? alertClass) === undefined,
        ),
      'only a template for alerts has a kind or class of alert',
    ),
  times: z
    .array(orderTimeRuleSchema)
    .min(1)
    .max(60)
    .refine((all) => isUnique(all.map(ruleKey)), 'two rules are for the same orders')
    .refine((all) => all.some((one) => ruleKey(one) === ruleKey({})), 'one rule must be for all orders')
    .refine(
      (all) => all.every(({ kind, alertKindId }) => kind === 'alert' || alertKindId === undefined),
      'only times of orders from alerts have a kind of alert',
    ),
  /** How long alerts may wait for an acknowledgement. Settings of an earlier version have none. */
  acknowledge: z
    .array(acknowledgeRuleSchema)
    .max(60)
    .refine((all) => isUnique(all.map(acknowledgeRuleKey)), 'two rules are for the same alerts')
    .refine((all) => all.some(({ alertClass }) => alertClass === 1), 'one rule must be for class 1')
    .default(defaultAcknowledgeRules),
  /** Whether the hub gives an order that nobody accepted to the next squad by itself; otherwise the desk is asked. */
  asksNextSquadItself: z.boolean(),
  /** How many further squads the hub asks before the supervisor is asked. */
  nextSquadsAtMost: z.number().int().min(1).max(10),
});
export type OrderSettings = z.output<typeof orderSettingsSchema>;

/**
 * The times of an order: the rule for the kind of its alert and its priority, otherwise for the kind of its alert, for its own kind and
 * priority, for its own kind, for its priority, for all.
 */
export function orderTimesFor(
  { times }: Pick<OrderSettings, 'times'>,
  {
    kind,
    priority,
    alertKindId,
  }: Pick<OrderContent, 'kind' | 'priority'> & { alertKindId?: string | undefined },
): OrderTimes {
  const find = (wanted: Parameters<typeof ruleKey>[0]): OrderTimes | undefined =>
    times.find((one) => ruleKey(one) === ruleKey(wanted))?.times;
  return (
    find({ kind, priority, alertKindId }) ??
    find({ kind, alertKindId }) ??
    find({ kind, priority }) ??
    find({ kind }) ??
    find({ priority }) ??
    find({}) ??
    defaultOrderTimes
  );
}

/** The times of orders for which no rule of their kind or priority is set. */
export function generalOrderTimes({ times }: Pick<OrderSettings, 'times'>): OrderTimes {
  return times.find((one) => ruleKey(one) === ruleKey({}))?.times ?? defaultOrderTimes;
}

/** The template of an order: for its kind of alert and class, otherwise for the kind of alert, for the class, for the kind of order. */
export function templateFor(
  { templates }: Pick<OrderSettings, 'templates'>,
  wanted: {
    kind: OrderTemplate['kind'];
    alertKindId?: string | undefined;
    alertClass?: AlertClass | undefined;
  },
): OrderTemplate | undefined {
  const find = (
    alertKindId: string | undefined,
    alertClass: AlertClass | undefined,
  ): OrderTemplate | undefined =>
    templates.find(
      (one) => one.kind === wanted.kind && one.alertKindId === alertKindId && one.alertClass === alertClass,
    );
  const { alertKindId, alertClass } = wanted;
  return (
    (alertKindId === undefined
      ? undefined
      : (find(alertKindId, alertClass) ?? find(alertKindId, undefined))) ??
    find(undefined, alertClass) ??
    find(undefined, undefined)
  );
}

/** What a template fills in, in the language shown. `title` stands before the instructions, as what an alert is about. */
export function filledIn(
  template: OrderTemplate | undefined,
  shown: { language: string; nowMs: number; alertClass?: AlertClass | undefined; title?: string },
): Pick<OrderContent, 'priority' | 'instructions' | 'checklist' | 'dueAtMs' | 'skill'> {
  const isEnglish = shown.language === 'en';
  const instructions = (isEnglish ? template?.instructionsEn : undefined) ?? template?.instructions ?? '';
  const checklist = template?.checklist ?? [];
  return {
    priority: template?.priority ?? shown.alertClass ?? 2,
    instructions: [shown.title ?? '', instructions].filter((part) => part !== '').join('\n'),
    checklist: checklist.map(({ text, textEn }, index) => ({
      itemId: `item${index + 1}`,
      text: (isEnglish ? textEn : undefined) ?? text,
      isDone: false,
    })),
    ...(template?.skill === undefined ? {} : { skill: template.skill }),
    ...(template?.dueAfterMinutes === undefined
      ? {}
      : { dueAtMs: Math.round(shown.nowMs) + template.dueAfterMinutes * 60_000 }),
  };
}
