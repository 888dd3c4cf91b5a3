import { z } from 'zod';
import { districts, siteTypes } from '../cameras/cameras.protocol.ts';
import { notice, request } from '../protocol/define.ts';
import { storableText } from '../protocol/storableText.ts';
import { reportProgressSchema } from './citizenReport.ts';
import { maxAnswerText } from './reportForm.ts';

const identifier = z.string().min(1).max(64);

/** Reports without an answer that a desk gets when it joins: those that are due first. */
export const maxReportsInSnapshot = 300;

/** A report as a desk sees it. */
export const citizenReportSchema = reportProgressSchema.extend({
  reportId: identifier,
  /** Rises with every change. */
  revision: z.number().int(),
  /** The alert of its site; left out until it was raised. */
  alertId: identifier.optional(),
  siteId: identifier,
  siteName: z.string(),
  siteNameEn: z.string().optional(),
  siteType: z.enum(siteTypes),
  district: z.enum(districts),
  text: z.string(),
  /** Its photograph, by the hash that `alerts:getSnapshot` takes. */
  pictureHash: z.string().optional(),
});
export type CitizenReport = z.output<typeof citizenReportSchema>;

export const citizenRequests = {
  /** The reports of an alert, answered ones too, the oldest first; at most 200. */
  'citizens:readReports': request({
    capability: 'alerts:viewDetails',
    input: z.object({ alertId: identifier }),
    output: z.object({ reports: z.array(citizenReportSchema) }),
  }),
  /**
   * Answers reports with one text, which their senders read. One that has an answer keeps it, and is not in `answeredIds`; a repeat of
   * the same answer by the same officer changes nothing and is answered alike.
   */
  'citizens:answer': request({
    capability: 'citizens:answer',
    input: z.object({
      reportIds: z.array(identifier).min(1).max(200),
      text: storableText.trim().min(1).max(maxAnswerText),
    }),
    output: z.object({ reports: z.array(citizenReportSchema), answeredIds: z.array(identifier) }),
  }),
};

export const citizenSnapshotFields = { citizenReports: z.array(citizenReportSchema).optional() };

export const citizenNotices = {
  /** New reports, and those that changed; an answered one for the last time. */
  'citizens:reportsChanged': notice(z.object({ reports: z.array(citizenReportSchema) }), {
    to: 'holders',
    capability: 'alerts:viewDetails',
  }),
};
