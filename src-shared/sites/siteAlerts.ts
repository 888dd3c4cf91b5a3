/** What a site sees of an alert of its cameras, and what it may say about it. */
import { z } from 'zod';
import type { FalseAlarmReason } from '../alerts/alert.ts';
import { alertClassSchema } from '../alerts/alertKinds.ts';
import { alertSnapshotSchema } from '../alerts/alertView.ts';

const identifier = z.string().min(1).max(64);
const dayMs = 86_400_000;

/** What a site may give as the reason why an alert is false: of the reasons of an officer those that a kitchen can know. */
export const appealReasons = [
  'nothing_there',
  'mistaken_object',
  'steam_or_light',
  'allowed_here',
  'other',
] as const satisfies readonly FalseAlarmReason[];

export const appealStates = ['waiting', 'upheld', 'declined'] as const;

/** A site says that an alert is false; an officer decides. Once for each alert. Times are Unix milliseconds. */
export const siteAppealSchema = z.object({
  appealId: identifier,
  alertId: identifier,
  siteId: identifier,
  reason: z.enum(appealReasons),
  note: z.string().optional(),
  madeAtMs: z.number(),
  state: z.enum(appealStates),
  decidedAtMs: z.number().optional(),
  /** The officer; a site does not get the name. */
  decidedBy: z.string().optional(),
  /** Why it was declined, in words that the site reads. */
  answer: z.string().optional(),
});
export type SiteAppeal = z.output<typeof siteAppealSchema>;

/** An alert as its site sees it: no officer, no note, nothing that the platform wrote, and no other place. */
export const siteAlertSchema = z.object({
  alertId: identifier,
  /** Rises with every change of the alert itself. */
  revision: z.number().int(),
  cameraId: identifier,
  cameraName: z.string(),
  cameraNameEn: z.string().optional(),
  kindName: z.string(),
  kindNameEn: z.string(),
  class: alertClassSchema,
  state: z.enum(['open', 'resolved', 'false_alarm']),
  raisedAtMs: z.number(),
  lastAtMs: z.number(),
  count: z.number().int(),
  picture: alertSnapshotSchema.pick({ hash: true, state: true, takenAtMs: true }).optional(),
  /** When somebody of the site said that it was seen. */
  seenAtMs: z.number().optional(),
  appeal: siteAppealSchema.omit({ decidedBy: true, siteId: true }).optional(),
  /** Until when an appeal is taken. */
  appealUntilMs: z.number(),
});
export type SiteAlert = z.output<typeof siteAlertSchema>;

/** Why an appeal is not taken. */
export const appealRefusals = ['appealed_already', 'false_already', 'too_late'] as const;
export type AppealRefusal = (typeof appealRefusals)[number];

/** Why an appeal would not be taken now; undefined where it would. The same answer decides at the hub and enables the button. */
export function appealRefusal(
  alert: Pick<SiteAlert, 'state' | 'appealUntilMs'> & { appeal?: unknown },
  nowMs: number,
): AppealRefusal | undefined {
  if (alert.appeal !== undefined) return 'appealed_already';
  if (alert.state === 'false_alarm') return 'false_already';
  return nowMs > alert.appealUntilMs ? 'too_late' : undefined;
}

/** Until when an alert can be appealed against. */
export function appealUntilMs({ raisedAtMs }: { raisedAtMs: number }, appealDays: number): number {
  return raisedAtMs + appealDays * dayMs;
}
