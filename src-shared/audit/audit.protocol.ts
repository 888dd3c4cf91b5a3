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

/** Files with lines that have left the database, as far as a search has come. */
const archivesSchema = z.object({
  /** How many files there are. */
  files: z.number().int(),
  /** Lines up to this one are in files. */
  upToId: z.number().int(),
  /** How many files were not searched yet. */
  left: z.number().int(),
  /** Files of this page that are not there, cannot be read, or are not as the hub wrote them. */
  faults: z.array(
    z.object({
      file: z.string(),
      firstId: z.number().int(),
      lastId: z.number().int(),
      kind: z.enum(['missing', 'unreadable', 'changed']),
    }),
  ),
});
export type AuditArchives = z.output<typeof archivesSchema>;

export const auditRequests = {
  /** Lines from the newest back, through the archives too: a page may have fewer lines than its limit while the search goes on. */
  'audit:search': request({
    capability: 'audit:view',
    scope: 'city',
    input: z.object({
      filter: auditFilterSchema,
      /** Only lines before this one. */
      beforeId: z.number().int().optional(),
      limit: z.number().int().min(1).max(maxAuditLines),
    }),
    output: z.object({
      lines: z.array(auditLineSchema),
      /** The search goes on before this line; left out where everything was searched. */
      nextBeforeId: z.number().int().optional(),
      /** Left out where the search did not reach the archives, or there are none. */
      archives: archivesSchema.optional(),
      head: headSchema,
      /** The last head that every place outside the database has. */
      published: headSchema.extend({ atMs: z.number() }).optional(),
      /** Whether the log agrees with the heads that were published before the hub started. */
      verdict: z.enum(['agrees', 'missing', 'rewritten']),
    }),
  }),
};
