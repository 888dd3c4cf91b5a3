import { z } from 'zod';
import { districts } from '../cameras/cameras.protocol.ts';
import { notice, request } from '../protocol/define.ts';
import { placeSchema, positionSchema, squadsIdSchema } from '../squads/squads.protocol.ts';
import { roadSchema } from './orderWay.ts';
import { dispositions, orderProgressSchema, orderStates, rejectionReasons } from './order.ts';

const identifier = z.string().min(1).max(64);
const noteSchema = z.string().trim().min(1).max(500);

/** Orders that are not ended, of the whole city, at most. */
export const maxOpenOrders = 1_000;

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

export const checklistItemSchema = z.object({
  itemId: squadsIdSchema,
  text: z.string().trim().min(1).max(200),
  isDone: z.boolean(),
});

/** What the officer writes. */
export const orderContentSchema = z.object({
  kind: z.enum(orderKinds),
  priority: orderPrioritySchema,
  place: orderPlaceSchema,
  instructions: z.string().trim().max(2_000),
  checklist: z.array(checklistItemSchema).max(30),
  /** Unix milliseconds of the hub's clock. */
  dueAtMs: z.number().int().optional(),
  /** The alert that it comes from. */
  alertId: identifier.optional(),
});
export type OrderContent = z.output<typeof orderContentSchema>;

/** An order (处置单). */
export const orderSchema = orderContentSchema.extend({
  ...orderProgressSchema.shape,
  /** Made by the desk that writes it, so that a repeat is harmless. */
  orderId: squadsIdSchema,
  /** As it is said over the radio: the day of the month and a count from 1, `7-042`. */
  number: z.string().regex(/^\d{1,2}-\d{3,}$/),
  createdBy: z.string().min(1).max(40),
});
export type Order = z.output<typeof orderSchema>;

/** One line of an order's history, the oldest first. */
export const orderStepSchema = z.object({
  /** By the hub's clock. */
  atMs: z.number(),
  /** By the clock of who did it, where it was done without the network and sent later. */
  happenedAtMs: z.number(),
  actor: z.string(),
  action: z.enum([
    'created',
    'changed',
    'dispatched',
    'reassigned',
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
    'escalated',
    'overdue',
    'checked',
    'noted',
  ]),
  memberId: squadsIdSchema.optional(),
  squadId: squadsIdSchema.optional(),
  position: positionSchema.optional(),
  /** A reason, a disposition, or what was written. */
  reason: z.string().max(500).optional(),
  note: z.string().max(500).optional(),
  escalation: z.number().int().optional(),
});
export type OrderStep = z.output<typeof orderStepSchema>;

/** Who is to go; one is in charge. All of one squad. */
export const orderCrewSchema = z.object({
  memberIds: z.array(squadsIdSchema).min(1).max(20),
  inChargeId: squadsIdSchema,
});

/** What an officer does with an order. */
export const orderDeedSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('dispatch'), crew: orderCrewSchema }),
  z.object({ type: z.literal('reassign'), crew: orderCrewSchema, reason: noteSchema }),
  z.object({ type: z.literal('close'), note: noteSchema.optional() }),
  z.object({ type: z.literal('cancel'), reason: noteSchema }),
  z.object({ type: z.literal('note'), note: noteSchema }),
]);
export type OrderDeed = z.output<typeof orderDeedSchema>;

/** What a phone reports of an order. */
export const orderReportSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal(['delivered', 'shown', 'accepted', 'enRoute', 'onScene']) }),
  z.object({ type: z.literal('cleared'), disposition: z.enum(dispositions), note: noteSchema.optional() }),
  z.object({ type: z.literal('rejected'), reason: z.enum(rejectionReasons), note: noteSchema.optional() }),
  z.object({ type: z.literal('check'), itemId: squadsIdSchema, isDone: z.boolean() }),
  z.object({ type: z.literal('note'), note: noteSchema }),
]);
export type OrderReport = z.output<typeof orderReportSchema>;

export const candidateSchema = z.object({
  memberId: squadsIdSchema,
  squadId: squadsIdSchema,
  distanceM: z.number().optional(),
  /** How long it takes, and whether that is by the road or by the straight line. */
  arrival: z
    .object({ kind: z.enum(['road', 'straight']), distanceM: z.number(), durationMs: z.number() })
    .optional(),
  positionAgeMs: z.number().optional(),
  load: z.number().int(),
  reasons: z.array(
    z.enum([
      'near',
      'far',
      'free',
      'on_the_way_back',
      'busy',
      'unavailable',
      'off_duty',
      'offline',
      'position_old',
      'position_unknown',
      'has_orders',
      'check_in_old',
    ]),
  ),
});

/** The orders' part of the snapshot: those not ended; for a phone, those that it has. */
export const orderSnapshotFields = {
  orders: z.array(orderSchema).max(maxOpenOrders).optional(),
  /** The roads of those who go, for desks; without a router there are none. */
  roads: z.array(roadSchema).optional(),
};

export const orderRequests = {
  /** Writes an order; with `crew` it is dispatched at once. Repeated with the same id it is answered the same. */
  'orders:create': request({
    capability: 'orders:direct',
    input: z.object({
      orderId: squadsIdSchema,
      content: orderContentSchema,
      crew: orderCrewSchema.optional(),
    }),
    output: z.object({ order: orderSchema }),
  }),
  /** `conflict` with `orders.changed_meanwhile` when `revision` is not the present one. The command's id makes a repeat harmless. */
  'orders:direct': request({
    capability: 'orders:direct',
    input: z.object({
      commandId: squadsIdSchema,
      orderId: squadsIdSchema,
      revision: z.number().int(),
      deed: orderDeedSchema,
    }),
    output: z.object({ order: orderSchema }),
  }),
  /** Who should go, the best first. */
  'orders:rank': request({
    capability: 'orders:direct',
    input: z.object({ place: orderPlaceSchema.optional(), orderId: squadsIdSchema.optional() }),
    output: z.object({ candidates: z.array(candidateSchema).max(300) }),
  }),
  /** An order that may be ended, with its history. */
  'orders:read': request({
    capability: 'orders:view',
    input: z.object({ orderId: squadsIdSchema }),
    output: z.object({ order: orderSchema, steps: z.array(orderStepSchema) }),
  }),
  /** Orders of a time, ended ones too, the newest first. */
  'orders:search': request({
    capability: 'orders:view',
    input: z.object({
      fromMs: z.number().int().min(0).optional(),
      toMs: z.number().int().min(0).optional(),
      states: z.array(z.enum(orderStates)).max(8).optional(),
      limit: z.number().int().min(1).max(200),
    }),
    output: z.object({ orders: z.array(orderSchema) }),
  }),
  /**
   * Reports of a phone, in their order, those that waited for the network first. Each is applied exactly once however often it is
   * sent; answered when it is durable, the same each time.
   */
  'orders:report': request({
    capability: 'squads:serve',
    input: z.object({
      reports: z
        .array(
          z.object({
            /** Made by the phone. */
            reportId: squadsIdSchema,
            orderId: squadsIdSchema,
            report: orderReportSchema,
            /** How long ago, by a clock that only runs forward. Milliseconds. */
            ageMs: z
              .number()
              .min(0)
              .max(7 * 24 * 3_600_000),
            place: placeSchema.optional(),
          }),
        )
        .min(1)
        .max(50),
    }),
    output: z.object({
      results: z.array(
        z.object({
          reportId: squadsIdSchema,
          applied: z.boolean(),
          refusal: z
            .enum([
              'not_from_here',
              'already',
              'ended',
              'too_early',
              'no_members',
              'not_yours',
              'no_such_order',
            ])
            .optional(),
        }),
      ),
    }),
  }),
};

export const orderNotices = {
  /** The road of somebody who goes is known, or another one. */
  'orders:roadsChanged': notice(z.object({ roads: z.array(roadSchema).max(50) }), {
    to: 'holders',
    capability: 'orders:view',
  }),
  /** Orders that are new or changed, as they are now. */
  'orders:changed': notice(z.object({ orders: z.array(orderSchema) }), {
    to: 'scope',
    capability: 'orders:view',
    scopedCapability: 'squads:serve',
  }),
};
