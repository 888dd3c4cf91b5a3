import { z } from 'zod';
import { request } from '../protocol/define.ts';

/** One line of the audit log, as a reader sees it. */
export const auditLineSchema = z.object({
  id: z.number().int(),
  atMs: z.number(),
  /** The name or id of who did it. */
  actor: z.string(),
  /** For example `wall:showCameras` or `alerts:acknowledged`. */
  action: z.string(),
  /** What it was done to: an id or a name. */
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
  /** Who stood behind it, where a door knew it: kind, account, role, device, address. */
  principal: z.record(z.string(), z.unknown()).optional(),
});
export type AuditLine = z.output<typeof auditLineSchema>;

const words = z.string().trim().max(200);

/** What is searched for; every part that is given must hold. */
export const auditFilterSchema = z.object({
  fromMs: z.number().optional(),
  toMs: z.number().optional(),
  /** In the actor or the principal. */
  who: words.optional(),
  /** In the subject or the detail. */
  what: words.optional(),
  /** The part of an action before the colon, such as `talk`. */
  kinds: z
    .array(z.string().regex(/^[a-z]{1,30}$/))
    .max(30)
    .optional(),
});
export type AuditFilter = z.output<typeof auditFilterSchema>;

export const maxAuditLines = 200;

/** The end of the log, which can be compared with what was published elsewhere. */
const headSchema = z.object({ id: z.number().int(), hash: z.string() });

export const auditRequests = {
  /** Lines from the newest back. */
  'audit:search': request({
    capability: 'audit:view',
    input: z.object({
      filter: auditFilterSchema,
      /** Only lines before this one. */
      beforeId: z.number().int().optional(),
      limit: z.number().int().min(1).max(maxAuditLines),
    }),
    output: z.object({
      lines: z.array(auditLineSchema),
      head: headSchema,
      /** The last head that every place outside the database has. */
      published: headSchema.extend({ atMs: z.number() }).optional(),
      /** Whether the log agrees with the heads that were published before the hub started. */
      verdict: z.enum(['agrees', 'missing', 'rewritten']),
    }),
  }),
};
