/** An order as it is written, kept and shown; the steps of its history; what officers and phones do with it. */
import { z } from 'zod';
import { districts } from '../cameras/cameras.protocol.ts';
import { skillSchema } from '../squads/skills.ts';
import { positionSchema, squadsIdSchema } from '../squads/squads.protocol.ts';
import {
  dispositions,
  orderProgressSchema,
  orderStates,
  rejectionReasons,
  type Disposition,
} from './orderProgress.ts';

const identifier = z.string().min(1).max(64);
const noteSchema = z.string().trim().min(1).max(500);

/** The last date that a page can show. Unix milliseconds. */
const maxDateMs = 8.64e15;

/** What an order is about. */
export const orderKinds = ['alert', 'inspection', 'complaint', 'emergency', 'other'] as const;

/** 1: drop everything; 2: next; 3: when it is on the way. */
export const orderPrioritySchema = z.literal([1, 2, 3]);

/** Where the work is. Positions are WGS-84 degrees. */
export const orderPlaceSchema = z.object({
  name: z.string().trim().min(1).max(100),
  nameEn: z.string().trim().min(1).max(100).optional(),
  address: z.string().trim().max(200).optional(),
  district: z.enum(districts).optional(),
  latitude: z.number().min(-90).max(90).optional(),
  longitude: z.number().min(-180).max(180).optional(),
  siteId: identifier.optional(),
  cameraId: identifier.optional(),
});
export type OrderPlace = z.output<typeof orderPlaceSchema>;

/** What a place is called in the language shown. */
export function placeName({ name, nameEn }: OrderPlace, language: string): string {
  return language === 'en' ? (nameEn ?? name) : name;
}

/** Items of one order at most, and letters of one item. */
export const maxChecklistItems = 30;
export const maxChecklistText = 200;

export const checklistItemSchema = z.object({
  itemId: squadsIdSchema,
  text: z.string().trim().min(1).max(maxChecklistText),
  isDone: z.boolean(),
});

/** What the officer writes. */
export const orderContentSchema = z.object({
  kind: z.enum(orderKinds),
  priority: orderPrioritySchema,
  place: orderPlaceSchema,
  instructions: z.string().trim().max(2_000),
  checklist: z.array(checklistItemSchema).max(maxChecklistItems),
  /** Unix milliseconds of the hub's clock. */
  dueAtMs: z.number().int().min(0).max(maxDateMs).optional(),
  /** What one of those who go should be able to do: they are preferred in the ranking. */
  skill: skillSchema.optional(),
  /** The alert that it comes from. */
  alertId: identifier.optional(),
});
export type OrderContent = z.output<typeof orderContentSchema>;

/** An order (处置单). */
export const orderSchema = orderContentSchema.extend({
  ...orderProgressSchema.shape,
  /** Made by the desk that writes it, so that a repeat is harmless. */
  orderId: squadsIdSchema,
  /** As it is spoken over the radio: the day of the month and a count from 1, `7-042`. */
  number: z.string().regex(/^\d{1,2}-\d{3,}$/),
  createdBy: z.string().min(1).max(40),
  /** The kind of the alert that it comes from, as the hub found it when the order was written. */
  alertKindId: identifier.optional(),
});
export type Order = z.output<typeof orderSchema>;

export const orderStepActions = [
  'created',
  'changed',
  'dispatched',
  'reassigned',
  'passedOn',
  'joined',
  'removed',
  'declined',
  'rangAgain',
  'sent',
  'delivered',
  'shown',
  'accepted',
  'enRoute',
  'onScene',
  'cleared',
  'rejected',
  'closed',
  'cancelled',
  'overridden',
  'escalated',
  'overdue',
  'dueMissed',
  'checked',
  'unchecked',
  'noted',
] as const;

/** One line of an order's history, the oldest first. */
export const orderStepSchema = z.object({
  /** By the hub's clock. */
  atMs: z.number(),
  /** By the clock of who did it, where it was done without the network and sent later. */
  happenedAtMs: z.number(),
  actor: z.string(),
  action: z.enum(orderStepActions),
  memberId: squadsIdSchema.optional(),
  /**
   * Where somebody was given the order: all who go, who is in charge first. Where members joined, were taken off or were rung for: those. Where a squad
   * rejected it: those who went with it. Steps of an earlier version have none.
   */
  memberIds: z.array(squadsIdSchema).max(50).optional(),
  squadId: squadsIdSchema.optional(),
  position: positionSchema.optional(),
  /** A reason, a disposition, or what was written. */
  reason: z.string().max(500).optional(),
  note: z.string().max(500).optional(),
  escalation: z.number().int().optional(),
  /** For `overridden`: the state that the supervisor took it to. */
  to: z.enum(orderStates).optional(),
  /** The order's revision after this step; steps of an earlier version have none. */
  revision: z.number().int().optional(),
});
export type OrderStep = z.output<typeof orderStepSchema>;

/** Who is to go; one is in charge. All of one squad; members of others are added to the order that it has. */
export const orderCrewSchema = z.object({
  memberIds: z.array(squadsIdSchema).min(1).max(20),
  inChargeId: squadsIdSchema,
});

/** What becomes of the alert when its order ends: left out, what fits how the order ended. */
export const orderAlertDeedSchema = z.enum(['resolve', 'callFalse', 'giveBack']);
export type OrderAlertDeed = z.output<typeof orderAlertDeedSchema>;

/** What becomes of an order's alert when the order ends, where the officer chose nothing. */
export function fittingAlertDeed(
  end: 'closed' | 'cancelled',
  disposition: Disposition | undefined,
): OrderAlertDeed {
  if (end === 'cancelled' || disposition === 'no_access') return 'giveBack';
  return disposition === 'false_alarm' ? 'callFalse' : 'resolve';
}

/** What an officer does with an order. */
export const orderDeedSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('dispatch'), crew: orderCrewSchema }),
  z.object({ type: z.literal('reassign'), crew: orderCrewSchema, reason: noteSchema }),
  /** More members for the squad that has it, also of another squad; who is in charge stays so. */
  z.object({ type: z.literal('add'), memberIds: z.array(squadsIdSchema).min(1).max(20) }),
  /** Members who were added are taken off; who has the order first, and who is in charge, stay. */
  z.object({ type: z.literal('remove'), memberIds: z.array(squadsIdSchema).min(1).max(20) }),
  z.object({ type: z.literal('close'), note: noteSchema.optional(), alert: orderAlertDeedSchema.optional() }),
  z.object({ type: z.literal('cancel'), reason: noteSchema, alert: orderAlertDeedSchema.optional() }),
  z.object({ type: z.literal('note'), note: noteSchema }),
]);
export type OrderDeed = z.output<typeof orderDeedSchema>;

/** What a squad leader does with an order of the own squad; who goes must be of that squad. */
export const orderLeadDeedSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('accept') }),
  z.object({ type: z.literal('reject'), reason: z.enum(rejectionReasons), note: noteSchema.optional() }),
  z.object({ type: z.literal('reassign'), crew: orderCrewSchema, reason: noteSchema }),
]);
export type OrderLeadDeed = z.output<typeof orderLeadDeedSchema>;

/** What a phone reports of an order. */
export const orderReportSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal(['delivered', 'shown', 'accepted', 'enRoute', 'onScene']) }),
  z.object({ type: z.literal('cleared'), disposition: z.enum(dispositions), note: noteSchema.optional() }),
  z.object({ type: z.literal('rejected'), reason: z.enum(rejectionReasons), note: noteSchema.optional() }),
  z.object({ type: z.literal('check'), itemId: squadsIdSchema, isDone: z.boolean() }),
  z.object({ type: z.literal('note'), note: noteSchema }),
]);
export type OrderReport = z.output<typeof orderReportSchema>;
