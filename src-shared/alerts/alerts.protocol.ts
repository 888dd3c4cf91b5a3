import { z } from 'zod';
import { districts, siteTypes } from '../cameras/cameras.protocol.ts';
import { notice, request } from '../protocol/define.ts';
import { alertRefusals, alertStates, falseAlarmReasons } from './alert.ts';
import { alertClassSchema, alertKindIdSchema, alertKindSchema } from './alertKinds.ts';
import { alertMarkSchema, alertSchema } from './alertView.ts';

const identifier = z.string().min(1).max(64);
const noteSchema = z.string().trim().min(1).max(500);

/** The most open alerts in a snapshot: the most urgent, and of those the oldest. The number of all is in the counts. */
export const maxOpenInSnapshot = 500;

/** ISA-18.2: more than 10 new alerts in 10 min are more than one person can work; over when fewer than 5 come. */
export const alertFloodSchema = z.object({ sinceMs: z.number(), arrivals: z.number().int() });

/** Counts of alerts. */
export const alertCountsSchema = z.object({
  /** Open alerts, and the unacknowledged ones among them, by class. */
  open: z.record(z.literal(['1', '2', '3']), z.number().int()),
  unacknowledged: z.record(z.literal(['1', '2', '3']), z.number().int()),
  /** Open ones of cameras that the registry does not know. */
  unknownCamera: z.number().int(),
  /** Alerts raised since the hub's local midnight, by district. */
  today: z.partialRecord(z.enum(districts), z.number().int()),
  /** Set while more come than one person can work. */
  flood: alertFloodSchema.optional(),
});
export type AlertCounts = z.output<typeof alertCountsSchema>;

/** What a desk gets when it joins (`snapshot.alerts`): who may `alerts:viewDetails`. */
export const alertsSnapshotSchema = z.object({
  kinds: z.array(alertKindSchema),
  open: z.array(alertSchema).max(maxOpenInSnapshot),
  counts: alertCountsSchema,
});
export type AlertsSnapshot = z.output<typeof alertsSnapshotSchema>;

/** What a screen of the wall gets when it joins (`snapshot.alertMarks`): who may `alerts:viewMarkers`, and no more. */
export const alertMarksSnapshotSchema = z.object({
  kinds: z.array(alertKindSchema),
  open: z.array(alertMarkSchema).max(maxOpenInSnapshot),
  counts: alertCountsSchema,
});
export type AlertMarksSnapshot = z.output<typeof alertMarksSnapshotSchema>;

/** What a duty officer does with an alert. Working on an unacknowledged alert also acknowledges it. */
export const alertDeedSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('acknowledge') }),
  z.object({ type: z.literal('dispatch'), orderId: identifier.optional() }),
  /** Its order ended without the work being done. */
  z.object({ type: z.literal('endOrder'), orderId: identifier }),
  z.object({ type: z.literal('resolve') }),
  z.object({ type: z.literal('callFalse'), reason: z.enum(falseAlarmReasons) }),
  z.object({ type: z.literal('callDuplicate'), of: identifier }),
  /** Only writes the note, also on a closed alert. */
  z.object({ type: z.literal('note') }),
]);
export type AlertDeed = z.output<typeof alertDeedSchema>;

/** What history is asked for. All that is given must hold. Times are Unix milliseconds, of when an alert was raised. */
export const alertFilterSchema = z.strictObject({
  fromMs: z.number().int().min(0).optional(),
  /** Not included. */
  toMs: z.number().int().min(0).optional(),
  kindIds: z.array(alertKindIdSchema).max(64).optional(),
  classes: z.array(alertClassSchema).max(3).optional(),
  states: z.array(z.enum(alertStates)).max(6).optional(),
  districts: z.array(z.enum(districts)).max(6).optional(),
  siteTypes: z.array(z.enum(siteTypes)).max(5).optional(),
  siteIds: z.array(identifier).max(200).optional(),
  cameraIds: z.array(identifier).max(200).optional(),
  /** Only those of cameras that the registry does not know. */
  unknownCamera: z.literal(true).optional(),
});
export type AlertFilter = z.output<typeof alertFilterSchema>;

/** One line of an alert's history, the oldest first. */
export const alertHistoryEntrySchema = z.object({
  atMs: z.number(),
  /** The name of who did it. */
  actor: z.string(),
  action: z.enum([
    'raised',
    'acknowledged',
    'dispatched',
    'resolved',
    'called_false',
    'called_duplicate',
    'recovered',
    'expired',
    'escalated',
    'noted',
    'id_reused',
    'removed',
    'order_ended',
  ]),
  note: z.string().optional(),
  reason: z.enum(falseAlarmReasons).optional(),
  duplicateOf: identifier.optional(),
  /** For `id_reused`: the reporter's id that had been used before for something else. */
  externalId: z.string().optional(),
  /** For `escalated`: 1 the supervisor, 2 louder. */
  escalation: z.number().int().optional(),
});
export type AlertHistoryEntry = z.output<typeof alertHistoryEntrySchema>;

/** One time that an alert was reported. */
export const alertOccurrenceSchema = z.object({
  receivedAtMs: z.number(),
  occurredAtMs: z.number(),
  /** Name of the key it came with; `hub` for the hub's own. */
  source: z.string(),
  externalId: z.string(),
  confidence: z.number().optional(),
  message: z.string().optional(),
  snapshotHash: z.string().optional(),
});

const falseAlarmCount = z.object({
  alerts: z.number().int(),
  /** Those that somebody has judged: resolved by work, or called false. */
  judged: z.number().int(),
  falseAlarms: z.number().int(),
});

export const alertRequests = {
  /**
   * Does one thing to some alerts, each for itself. Answered when it is durable, for every alert whether it was done;
   * where it was not, the answer has the alert as it is now, with who acknowledged it. The command's id makes a repeat harmless.
   */
  'alerts:work': request({
    capability: 'alerts:work',
    input: z.object({
      commandId: identifier,
      alertIds: z.array(identifier).min(1).max(200),
      deed: alertDeedSchema,
      /** Written to the history of each; needed for the deed `note`. */
      note: noteSchema.optional(),
    }),
    output: z.object({
      results: z.array(
        z.object({
          alertId: identifier,
          done: z.boolean(),
          /** Why not. */
          refusal: z.enum([...alertRefusals, 'unknown_alert', 'bad_duplicate']).optional(),
          /** As it is now. */
          alert: alertSchema.optional(),
        }),
      ),
    }),
  }),
  /** One alert with everything about it: the last 100 times it was reported, the newest first. */
  'alerts:read': request({
    capability: 'alerts:viewDetails',
    input: z.object({ alertId: identifier }),
    output: z.object({
      alert: alertSchema,
      history: z.array(alertHistoryEntrySchema),
      occurrences: z.array(alertOccurrenceSchema),
    }),
  }),
  /** The checked snapshot: the alert's newest, or the one named of one of its occurrences. A JPEG of the hub's making. */
  'alerts:getSnapshot': request({
    capability: 'alerts:viewMarkers',
    input: z.object({
      alertId: identifier,
      hash: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
    }),
    output: z.object({
      jpeg: z.instanceof(Uint8Array).optional(),
      state: z.enum(['none', 'checking', 'ready', 'unusable']),
    }),
  }),
  /** History, the newest first. */
  'alerts:search': request({
    capability: 'alerts:viewDetails',
    scope: 'filtered',
    input: z.object({
      filter: alertFilterSchema,
      limit: z.number().int().min(1).max(200).default(50),
      /** Where the page before ended: its `next`. */
      cursor: z.string().max(200).optional(),
    }),
    output: z.object({
      alerts: z.array(alertSchema),
      /** Absent on the last page. */
      next: z.string().optional(),
      /** How many there are in all; counting ends at 10,000. */
      total: z.number().int(),
    }),
  }),
  /** Counts for charts. */
  'alerts:readStatistics': request({
    capability: 'alerts:viewDetails',
    scope: 'filtered',
    input: z.object({ filter: alertFilterSchema }),
    output: z.object({
      /** By hour of the clock, only hours that have any, the earliest first; the last 2,000 of them. */
      perHour: z.array(z.object({ hourMs: z.number(), counts: z.tuple([z.int(), z.int(), z.int()]) })),
      perKind: z.array(falseAlarmCount.extend({ kindId: identifier })),
      /** The 100 cameras with the most false alarms, then the most alerts. */
      perCamera: z.array(
        falseAlarmCount.extend({
          cameraId: identifier,
          cameraName: z.string(),
          siteId: identifier,
          siteName: z.string(),
        }),
      ),
    }),
  }),
  /** Adds a kind of one's own, or changes the name, class or times of any. What was raised keeps its class. */
  'alerts:saveKind': request({
    capability: 'alerts:manage',
    scope: 'city',
    input: z.object({ commandId: identifier, kind: alertKindSchema }),
    output: z.object({ kinds: z.array(alertKindSchema) }),
  }),
};

/** The alerts' part of the snapshot. */
export const alertSnapshotFields = {
  /** The open alerts, for a role that may view them. */
  alerts: alertsSnapshotSchema.optional(),
  /** What a role may know of them that may only see where they are. */
  alertMarks: alertMarksSnapshotSchema.optional(),
  /** What a desk that is locked knows of them. */
  alertCounts: alertCountsSchema.optional(),
};

export const alertNotices = {
  /** New alerts, gathered for up to 50 ms. To who may `alerts:viewDetails`. */
  'alerts:arrived': notice(z.object({ alerts: z.array(alertSchema) }), {
    to: 'holders',
    capability: 'alerts:viewDetails',
  }),
  /** Alerts that changed: repeated, acknowledged, escalated, closed, or their snapshot was checked. To roles that may `alerts:viewDetails`. */
  'alerts:changed': notice(z.object({ alerts: z.array(alertSchema) }), {
    to: 'holders',
    capability: 'alerts:viewDetails',
  }),
  /** New and changed marks, closed ones for the last time. To who may `alerts:viewMarkers` and no more. */
  'alerts:marksChanged': notice(z.object({ marks: z.array(alertMarkSchema) }), {
    to: 'holders',
    capability: 'alerts:viewMarkers',
    without: 'alerts:viewDetails',
  }),
  /** At most once a second. To everybody who may `alerts:count`. */
  'alerts:countsChanged': notice(z.object({ counts: alertCountsSchema }), {
    to: 'holders',
    capability: 'alerts:count',
  }),
  'alerts:kindsChanged': notice(z.object({ kinds: z.array(alertKindSchema) }), {
    to: 'holders',
    capability: 'alerts:viewMarkers',
  }),
};
