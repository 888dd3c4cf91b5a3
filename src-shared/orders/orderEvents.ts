/** What can happen to an order, and why it cannot. */
import type { Disposition, OrderProgress, RejectionReason } from './orderProgress.ts';

export type OrderEvent =
  /** Given to a squad for the first time, or again after a rejection. */
  | { type: 'dispatched'; by: string; squadId: string; memberIds: readonly string[]; inChargeId: string }
  /** Taken from the squad that has it and given to another, with a reason. */
  | {
      type: 'reassigned';
      by: string;
      squadId: string;
      memberIds: readonly string[];
      inChargeId: string;
      /** Members who joined and stay, with how far it came on their phones. */
      stayIds?: readonly string[];
    }
  /** The hub itself gave it to the next squad, because nobody accepted it or a squad rejected it. */
  | {
      type: 'passedOn';
      by: string;
      squadId: string;
      memberIds: readonly string[];
      inChargeId: string;
      stayIds?: readonly string[];
    }
  /** More members for a squad that has it, also of another squad. */
  | { type: 'joined'; by: string; members: readonly { memberId: string; squadId: string }[] }
  /** Members who joined are taken off, because they were added by mistake or are not needed any more. */
  | { type: 'removed'; by: string; memberIds: readonly string[] }
  | { type: 'sent' | 'delivered' | 'shown'; memberId: string }
  /** `forSquad`: a leader answers for the squad, whether or not the leader is one of those who go. */
  | { type: 'accepted'; by: string; forSquad?: boolean }
  | { type: 'enRoute' | 'onScene'; by: string }
  | { type: 'cleared'; by: string; disposition: Disposition; note?: string | undefined }
  | {
      type: 'rejected';
      by: string;
      reason: RejectionReason;
      note?: string | undefined;
      forSquad?: boolean;
    }
  | { type: 'closed'; by: string; note?: string | undefined }
  | { type: 'cancelled'; by: string; reason: string }
  /** A supervisor took the step for the squad, or closed what was not cleared. */
  | {
      type: 'overridden';
      by: string;
      to: OverrideTarget;
      disposition?: Disposition | undefined;
      reason: string;
    }
  | { type: 'deadlineReached' };

/** Steps that a supervisor can take for a squad, in the order of work. */
export const overrideTargets = ['accepted', 'en_route', 'on_scene', 'cleared', 'closed'] as const;
export type OverrideTarget = (typeof overrideTargets)[number];

/** Why an event means nothing here. `not_there`: who joined clears nothing before saying to be there. */
export const orderStepRefusals = [
  'not_from_here',
  'already',
  'ended',
  'too_early',
  'no_members',
  'not_there',
] as const;
export type OrderStepRefusal = (typeof orderStepRefusals)[number];
export type OrderTransition = { ok: true; state: OrderProgress } | { ok: false; reason: OrderStepRefusal };
