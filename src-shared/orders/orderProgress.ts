/** How far an order came: its states, and what is remembered of each step. Plain JSON. */
import { z } from 'zod';
import { squadsIdSchema } from '../squads/squads.protocol.ts';
import { orderTimesSchema, type OrderTimes } from './orderTimes.ts';

/** In the order of work; the last three are the ends. */
export const orderStates = [
  'created',
  'dispatched',
  'accepted',
  'en_route',
  'on_scene',
  'cleared',
  'closed',
  'cancelled',
] as const;
export type OrderStateName = (typeof orderStates)[number];

/** What the squad found when it cleared an order. */
export const dispositions = [
  'corrected_on_spot',
  'to_be_corrected',
  'no_violation',
  'false_alarm',
  'no_access',
  'other',
] as const;
export type Disposition = (typeof dispositions)[number];

/** Why a squad cannot take an order. */
export const rejectionReasons = ['busy', 'too_far', 'no_vehicle', 'not_ours', 'other'] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

const deedSchema = z.object({ by: z.string().min(1).max(40), atMs: z.number() });

/** How a member came to an order that others had already: of which squad, who added the member, and when. */
const joinedSchema = deedSchema.extend({
  squadId: squadsIdSchema,
  /** When the phone rang again, because this member did not answer. Once. */
  rangAgainAtMs: z.number().optional(),
});

/** How far the order came on one member's phone. Times are Unix milliseconds of the hub's clock. */
export const orderDeliverySchema = z.object({
  memberId: squadsIdSchema,
  sentAtMs: z.number().optional(),
  /** The phone has it. */
  deliveredAtMs: z.number().optional(),
  /** The phone showed it on a screen that was on. */
  shownAtMs: z.number().optional(),
  /** This member accepted it, or took a step by which it was accepted. */
  acceptedAtMs: z.number().optional(),
  /** This member said to be there. */
  arrivedAtMs: z.number().optional(),
  /** Set for a member who was added while the order ran. */
  joined: joinedSchema.optional(),
});
export type OrderDelivery = z.output<typeof orderDeliverySchema>;

/** An order's way through the machine; plain JSON. */
export const orderProgressSchema = z.object({
  state: z.enum(orderStates),
  /** Since when it is in this state. */
  sinceMs: z.number(),
  /** The times that hold for this step: a change of the settings counts from the next step, so that no deadline is taken back. */
  times: orderTimesSchema.optional().catch(undefined),
  /** Rises with every change. */
  revision: z.number().int(),
  createdAtMs: z.number(),
  /** Who has it now; not set before it is dispatched and after it was rejected. */
  squadId: squadsIdSchema.optional(),
  /**
   * Who goes; one of them is in charge. The squad above is that of who is in charge: members who joined may be of others. After a rejection
   * those are left, and wait for the next squad.
   */
  memberIds: z.array(squadsIdSchema).max(50),
  inChargeId: squadsIdSchema.optional(),
  deliveries: z.array(orderDeliverySchema).max(50),
  /** Who was added to the present crew and cannot come, the oldest first. */
  declined: z
    .array(
      z.object({
        memberId: squadsIdSchema,
        squadId: squadsIdSchema,
        atMs: z.number(),
        reason: z.enum(rejectionReasons),
        note: z.string().max(500).optional(),
      }),
    )
    .max(20)
    .optional(),
  /** 0: waits; 1: rang again; 2: the next squad is asked for; 3: the supervisor is asked. It falls only with a new squad. */
  escalation: z.literal([0, 1, 2, 3]),
  /** The present step takes longer than allowed; the supervisor was notified. Never taken back within a step. */
  isOverdue: z.boolean(),
  /** The due date passed before the work was done; when the supervisor was notified of it. Never taken back. */
  dueMissedAtMs: z.number().optional(),
  /** Squads that had it, the oldest first. */
  askedSquadIds: z.array(squadsIdSchema).max(50).optional(),
  /** How many squads the hub asked by itself since an officer gave it to somebody. */
  passedOn: z.number().int().min(0).optional(),
  dispatched: deedSchema.optional(),
  accepted: deedSchema.optional(),
  enRoute: deedSchema.optional(),
  onScene: deedSchema.optional(),
  cleared: deedSchema
    .extend({ disposition: z.enum(dispositions), note: z.string().max(500).optional() })
    .optional(),
  closed: deedSchema.extend({ note: z.string().max(500).optional() }).optional(),
  cancelled: deedSchema.extend({ reason: z.string().min(1).max(500) }).optional(),
  /** Squads that rejected it, the oldest first. */
  rejections: z
    .array(
      deedSchema.extend({
        squadId: squadsIdSchema,
        reason: z.enum(rejectionReasons),
        note: z.string().max(500).optional(),
      }),
    )
    .max(20),
});
export type OrderProgress = z.output<typeof orderProgressSchema>;

/** An order that was just written. */
export function newOrder(nowMs: number, times?: OrderTimes): OrderProgress {
  return {
    state: 'created',
    sinceMs: nowMs,
    revision: 1,
    createdAtMs: nowMs,
    ...(times === undefined ? {} : { times }),
    memberIds: [],
    deliveries: [],
    escalation: 0,
    isOverdue: false,
    rejections: [],
  };
}

/** Whether nobody works on it any more. */
export function isOrderEnded({ state }: Pick<OrderProgress, 'state'>): boolean {
  return state === 'closed' || state === 'cancelled';
}

/** Whether a squad works on it, or is asked to. */
export function isOrderWithSquad({ state }: Pick<OrderProgress, 'state'>): boolean {
  return state === 'dispatched' || state === 'accepted' || state === 'en_route' || state === 'on_scene';
}

/** Whether an officer has to find somebody else: those who were asked do not answer, or refused. */
export function needsSomebody({
  state,
  escalation,
  rejections,
}: Pick<OrderProgress, 'state' | 'escalation' | 'rejections'>): boolean {
  return state === 'dispatched' ? escalation > 0 : state === 'created' && rejections.length > 0;
}
