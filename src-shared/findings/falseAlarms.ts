/** How often alerts were wrong, for those who judge the platform that sends them, and for the platform itself. */
import { z } from 'zod';

const countsSchema = z.object({
  alerts: z.number().int(),
  /** Those that somebody has judged: resolved by work, or called false. */
  judged: z.number().int(),
  /** Called false by an officer, also after an appeal that was upheld. */
  falseAlarms: z.number().int(),
  /** Appealed by the site, whatever was decided. */
  appealed: z.number().int(),
});
export type FalseAlarmCounts = z.output<typeof countsSchema>;

export const falseAlarmRatesSchema = z.object({
  days: z.literal([7, 30]),
  /** When the alerts were raised. Unix milliseconds. */
  fromMs: z.number(),
  toMs: z.number(),
  /** The most wrong first, in each list. */
  perKind: z.array(countsSchema.extend({ kindId: z.string() })),
  perCamera: z.array(
    countsSchema.extend({ cameraId: z.string(), cameraName: z.string(), siteName: z.string() }),
  ),
  /** By the key with which they were sent; the hub's own alerts are not among them. */
  perPlatform: z.array(countsSchema.extend({ keyId: z.string(), name: z.string() })),
});
export type FalseAlarmRates = z.output<typeof falseAlarmRatesSchema>;

/** The share of judged alerts that were false, 0…1; undefined where nothing was judged. */
export function falseAlarmRate({ judged, falseAlarms }: FalseAlarmCounts): number | undefined {
  return judged === 0 ? undefined : falseAlarms / judged;
}

/** The share of all alerts against which their sites appealed, 0…1; undefined where there were none. */
export function appealRate({ alerts, appealed }: FalseAlarmCounts): number | undefined {
  return alerts === 0 ? undefined : appealed / alerts;
}
