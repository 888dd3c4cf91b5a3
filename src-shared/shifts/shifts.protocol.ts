import { z } from 'zod';
import { notice, request } from '../protocol/define.ts';
import { listedItemSchema, shiftItemKinds, shiftItemSchema, shiftSchema } from './shift.ts';

const idSchema = z.string().regex(/^[\w.-]{1,64}$/);
const noteText = z.string().trim().min(1).max(1_000);

/** A note written by hand, the oldest first. */
export const shiftNoteSchema = z.object({
  noteId: idSchema,
  atMs: z.number(),
  by: z.string(),
  text: noteText,
});
export type ShiftNote = z.output<typeof shiftNoteSchema>;

const count = z.number().int().nonnegative();
/** What happened by itself within a shift, in the part of the city of its officer. */
export const shiftLogSchema = z.object({
  /** Of class 1, 2 and 3. */
  alerts: z.array(count).length(3),
  falseAlarms: count,
  orders: z.object({ written: count, closed: count, cancelled: count, overdue: count, escalated: count }),
  emergencies: count,
  /** Cameras that were offline for longer than the setting allows. */
  outages: count,
  /** The most urgent of these, the oldest first. */
  lines: z
    .array(
      z.object({
        atMs: z.number(),
        kind: z.enum(['alert', 'emergency', 'escalated', 'overdue', 'outage']),
        name: z.string(),
      }),
    )
    .max(200),
});
export type ShiftLog = z.output<typeof shiftLogSchema>;

/** An open item as a reader sees it. */
export const readItemSchema = listedItemSchema.extend({
  present: z.enum(['same', 'changed', 'ended']),
  /** The state now, where it is another. */
  stateNow: z.string().optional(),
});
export type ReadItem = z.output<typeof readItemSchema>;

export const shiftReadingSchema = z.object({
  shift: shiftSchema.omit({ handover: true }).extend({
    receiver: z.object({ accountId: z.string(), name: z.string() }).optional(),
    receivedAtMs: z.number().optional(),
    openedKinds: z.array(z.enum(shiftItemKinds)),
  }),
  /** Before anybody receives it, what is open now; then what was open when the receiver opened the handover. */
  items: z.array(readItemSchema),
  /** What began since then: the receiver's own, which needs no signature. */
  newItems: z.array(shiftItemSchema),
  /** Of a shift for more of the city than the reader works for they are left out, and counted in `hiddenNotes`. */
  notes: z.array(shiftNoteSchema),
  hiddenNotes: z.number().int().optional(),
  /** As far as the reader works for it. */
  log: shiftLogSchema,
  /** SHA-256 over everything above that belongs to the record, in hexadecimal; the printed page has it too. */
  hash: z.string(),
});
export type ShiftReading = z.output<typeof shiftReadingSchema>;

const summarySchema = shiftSchema.pick({
  shiftId: true,
  officer: true,
  state: true,
  startedAtMs: true,
  ended: true,
});

const command = { commandId: idSchema, shiftId: idSchema };

/** Items that are signed for, each with the state that was seen. */
const seenSchema = (most: number) =>
  z
    .array(z.object({ key: z.string().max(200), state: z.string().max(40) }))
    .min(1)
    .max(most);
/** Items that are signed for with one press. */
export const maxSignedAtOnce = 500;

/** Where the next page of ended shifts begins. */
export const shiftCursorSchema = z.object({ startedAtMs: z.number().int(), shiftId: idSchema });
export type ShiftCursor = z.output<typeof shiftCursorSchema>;

export const shiftRequests = {
  /** Shifts that have not ended, and the last ones that have; with a cursor the ended ones before it. */
  'shifts:list': request({
    capability: 'shifts:view',
    scope: 'filtered',
    input: z.object({ cursor: shiftCursorSchema.optional() }),
    output: z.object({ shifts: z.array(summarySchema), next: shiftCursorSchema.optional() }),
  }),
  'shifts:read': request({
    capability: 'shifts:view',
    scope: 'filtered',
    input: z.object({ shiftId: idSchema }),
    output: shiftReadingSchema,
  }),
  /** For who has no shift: a duty officer's begins by itself when they take a desk. */
  'shifts:begin': request({
    capability: 'shifts:keep',
    scope: 'any',
    input: z.object({ shiftId: idSchema }),
    output: z.object({ shiftId: idSchema }),
  }),
  /** Durable when it is answered, and written once however often it is sent. */
  'shifts:writeNote': request({
    capability: 'shifts:keep',
    scope: 'filtered',
    input: z.object({ noteId: idSchema, shiftId: idSchema, text: noteText }),
    output: z.object({ note: shiftNoteSchema }),
  }),
  /** What the next officer does. A repeated command is answered the same. */
  'shifts:work': request({
    capability: 'shifts:keep',
    scope: 'filtered',
    input: z.object({
      ...command,
      deed: z.discriminatedUnion('type', [
        z.object({ type: z.literal(['received', 'completed', 'steppedBack']) }),
        z.object({ type: z.literal('listOpened'), kind: z.enum(shiftItemKinds) }),
        z.object({
          type: z.literal('kindSigned'),
          kind: z.enum(shiftItemKinds),
          seen: seenSchema(maxSignedAtOnce),
        }),
        z.object({
          type: z.literal('signed'),
          seen: seenSchema(200),
        }),
      ]),
    }),
    /** `leftUnsigned`: the keys of those that changed since they were seen, where all of a kind were signed for. */
    output: z.object({
      revision: z.number().int(),
      leftUnsigned: z.array(z.string()).max(maxSignedAtOnce).optional(),
    }),
  }),
  /** The supervisor's word: the shift ends with what is not signed. */
  'shifts:override': request({
    capability: 'shifts:override',
    scope: 'filtered',
    input: z.object({ ...command, reason: z.string().trim().min(1).max(500) }),
    output: z.object({ revision: z.number().int() }),
  }),
};

export const shiftNotices = {
  /** Something of shifts changed: what is shown of them is read again. */
  'shifts:changed': notice(z.object({ shiftId: idSchema }), { to: 'holders', capability: 'shifts:view' }),
};
