import { z } from 'zod';
import { districts } from '../cameras/cameras.protocol.ts';
import { notice, request } from '../protocol/define.ts';
import { skillSchema } from '../squads/skills.ts';
import { placeSchema, squadsIdSchema } from '../squads/squads.protocol.ts';
import { dispositions, orderStates, orderStepRefusals, overrideTargets } from './order.ts';
import {
  orderAlertDeedSchema,
  orderContentSchema,
  orderCrewSchema,
  orderDeedSchema,
  orderLeadDeedSchema,
  orderPlaceSchema,
  orderReportSchema,
  orderSchema,
  orderStepSchema,
} from './orderContent.ts';
import { candidateReasons } from './orderRank.ts';
import { orderSettingsSchema } from './orderSettings.ts';
import { roadSchema } from './orderWay.ts';

export * from './orderContent.ts';

/** Orders that are not ended, of the whole city, at most. */
export const maxOpenOrders = 1_000;

/** The settings with their revision, which rises with every change of them. */
export const savedOrderSettingsSchema = z.object({
  revision: z.number().int(),
  settings: orderSettingsSchema,
});
export type SavedOrderSettings = z.output<typeof savedOrderSettingsSchema>;

/** What orders are searched by. All that is given must hold. Times are of when an order was written. */
export const orderFilterSchema = z.object({
  fromMs: z.number().int().min(0).optional(),
  /** Not included. */
  toMs: z.number().int().min(0).optional(),
  states: z.array(z.enum(orderStates)).max(8).optional(),
  squadId: squadsIdSchema.optional(),
  district: z.enum(districts).optional(),
  /** The whole number or its beginning: `7-04`. */
  number: z.string().trim().max(12).optional(),
  /** Each must be in its place, instructions or notes. */
  words: z.string().trim().max(100).optional(),
});
export type OrderFilter = z.output<typeof orderFilterSchema>;

/** Where the next page begins. */
export const orderCursorSchema = z.object({ createdAtMs: z.number().int(), orderId: squadsIdSchema });
export type OrderCursor = z.output<typeof orderCursorSchema>;

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
  reasons: z.array(z.enum(candidateReasons)),
  /** The skill that was wanted, which the reasons `has_skill` and `lacks_skill` are about. */
  skill: skillSchema.optional(),
  /** The order's district, which the reason `home_district` is about. */
  district: z.enum(districts).optional(),
});

/** The orders' part of the snapshot: those not ended; for a phone, those that it has. */
export const orderSnapshotFields = {
  orders: z.array(orderSchema).max(maxOpenOrders).optional(),
  /** For the phone of a squad leader: all orders that the squad has. */
  squadOrders: z.array(orderSchema).max(maxOpenOrders).optional(),
  /** The roads of those who go, for desks; without a router there are none. */
  roads: z.array(roadSchema).optional(),
  /** For desks. */
  orderSettings: savedOrderSettingsSchema.optional(),
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
  /**
   * A leader answers an order of the own squad, or gives it to others of the squad. As `orders:direct` otherwise: `revision` must be the
   * present one, and the command's id makes a repeat harmless.
   */
  'orders:lead': request({
    capability: 'squads:lead',
    input: z.object({
      commandId: squadsIdSchema,
      orderId: squadsIdSchema,
      revision: z.number().int(),
      deed: orderLeadDeedSchema,
      /** Where the leader is; left out: the last position that is known. */
      place: placeSchema.optional(),
    }),
    output: z.object({ order: orderSchema }),
  }),
  /** Who should go, the best first. What is left out is taken from the order, where one is named. */
  'orders:rank': request({
    capability: 'orders:direct',
    scope: 'filtered',
    input: z.object({
      place: orderPlaceSchema.optional(),
      skill: skillSchema.optional(),
      orderId: squadsIdSchema.optional(),
    }),
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
    scope: 'filtered',
    input: orderFilterSchema.extend({
      limit: z.number().int().min(1).max(200),
      cursor: orderCursorSchema.optional(),
    }),
    output: z.object({ orders: z.array(orderSchema), next: orderCursorSchema.optional() }),
  }),
  /** A supervisor takes a step for the squad, or closes what is not cleared; with a reason, which is in the history. */
  'orders:override': request({
    capability: 'orders:override',
    input: z.object({
      commandId: squadsIdSchema,
      orderId: squadsIdSchema,
      revision: z.number().int(),
      to: z.enum(overrideTargets),
      /** What was found, where the squad did not say it. */
      disposition: z.enum(dispositions).optional(),
      reason: z.string().trim().min(1).max(500),
      alert: orderAlertDeedSchema.optional(),
    }),
    output: z.object({ order: orderSchema }),
  }),
  /** `conflict` when somebody else saved them since `revision`. */
  'orders:saveSettings': request({
    capability: 'orders:manage',
    scope: 'city',
    input: savedOrderSettingsSchema,
    output: savedOrderSettingsSchema,
  }),
  /**
   * Reports of a phone, in their order, those that waited for the network first. Each is applied exactly once however often it is
   * sent; answered when it is durable, the same each time.
   */
  'orders:report': request({
    capability: 'squads:serve',
    scope: 'any',
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
          refusal: z.enum([...orderStepRefusals, 'not_yours', 'no_such_order']).optional(),
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
  /** To a squad leader: orders that the squad has or had, as they are now. */
  'orders:squadChanged': notice(z.object({ orders: z.array(orderSchema) }), {
    to: 'holders',
    capability: 'squads:lead',
    without: 'squads:view',
  }),
  'orders:settingsChanged': notice(savedOrderSettingsSchema, { to: 'holders', capability: 'orders:view' }),
  /** Orders that are new or changed, as they are now. */
  'orders:changed': notice(z.object({ orders: z.array(orderSchema) }), {
    to: 'scope',
    capability: 'orders:view',
    scopedCapability: 'squads:serve',
  }),
};
