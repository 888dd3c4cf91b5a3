import { z } from 'zod';

/** What the public's page is answered about reports. Nothing of orders, squads or people is in it. */

/** `POST /public/reports`, 201. Times are Unix milliseconds of the hub's date. */
export const reportReceiptSchema = z.object({
  /** By which its sender follows it. Example: `7KXM2-QPD9T`. */
  code: z.string(),
  receivedAtMs: z.number(),
  dueAtMs: z.number(),
});
export type ReportReceipt = z.output<typeof reportReceiptSchema>;

/** `GET /public/report`, with the code in the header `x-report-code`. */
export const followedReportSchema = z.object({
  siteName: z.string(),
  siteNameEn: z.string().optional(),
  stage: z.enum(['received', 'looked_into', 'answered']),
  receivedAtMs: z.number(),
  dueAtMs: z.number(),
  lookedIntoAtMs: z.number().optional(),
  answeredAtMs: z.number().optional(),
  answer: z.string().optional(),
});
export type FollowedReport = z.output<typeof followedReportSchema>;
