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

/** Why a report or a code is refused. The page has a sentence for each. */
export const reportProblems = [
  'no_such_site',
  'no_such_code',
  'text_missing',
  'text_too_long',
  'text_unreadable',
  'photo_too_large',
  'photo_heic',
  'photo_unreadable',
  'bad_form',
  'id_reused',
  'too_many_from_here',
  'too_many_of_site',
  'too_many',
  'busy',
  'not_stored',
] as const;
export type ReportProblem = (typeof reportProblems)[number];

/** Every refusal. `retryAfterSeconds`: when to try again, where waiting helps. */
export const reportRefusalSchema = z.object({
  error: z.object({
    code: z.enum(reportProblems),
    message: z.string(),
    retryAfterSeconds: z.number().int().optional(),
  }),
});
export type ReportRefusal = z.output<typeof reportRefusalSchema>['error'];
