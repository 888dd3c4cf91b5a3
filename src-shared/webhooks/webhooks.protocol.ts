import { z } from 'zod';
import { districts } from '../cameras/cameras.protocol.ts';
import { notice, request } from '../protocol/define.ts';

/** What a webhook is notified of: the steps of orders, and of findings. */
export const webhookSubjects = ['orders', 'findings'] as const;
export type WebhookSubject = (typeof webhookSubjects)[number];

/** Webhooks at most. */
export const maxWebhooks = 20;

/** `stopped`: the receiver did not take a delivery for days, or answered 410 Gone. */
export const webhookStates = ['on', 'off', 'stopped'] as const;

/**
 * Why a delivery failed; `status` is an answer other than 2xx. `certificate`: of no authority that the hub trusts; `certificate_name`: of
 * another host; `certificate_date`: expired, or not valid yet; `not_https`: what answers speaks no TLS that can be used.
 */
export const webhookProblems = [
  'name_not_found',
  'refused',
  'timed_out',
  'redirected',
  'status',
  'certificate',
  'certificate_name',
  'certificate_date',
  'not_https',
  'address_not_allowed',
  'plain_not_allowed',
  'hub_itself',
  'secret_unreadable',
  'failed',
] as const;
export type WebhookProblem = (typeof webhookProblems)[number];

export const webhookIdSchema = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);

/** What an administrator chooses. */
export const webhookContentSchema = z.object({
  name: z.string().trim().min(1).max(80),
  /** `https://…`; `http://…` only with `allowsPlain`. Without a user, a password or a fragment. */
  url: z.string().trim().min(1).max(2_000),
  subjects: z.array(z.enum(webhookSubjects)).min(1).max(webhookSubjects.length),
  /** Of these districts alone. */
  districts: z
    .union([z.literal('all'), z.array(z.enum(districts)).min(1).max(districts.length)])
    .default('all'),
  /** Whether it may go without encryption, which is only for addresses of this machine and of private networks. */
  allowsPlain: z.boolean().default(false),
});
export type WebhookContent = z.output<typeof webhookContentSchema>;

export const webhookSchema = webhookContentSchema.extend({
  webhookId: webhookIdSchema,
  state: z.enum(webhookStates),
  createdAtMs: z.number(),
  createdBy: z.string(),
  /** The last one that the receiver took. */
  lastDelivery: z.object({ atMs: z.number(), deliveryId: z.string() }).optional(),
  /** The last one that it did not take; it stays after later deliveries. */
  lastError: z
    .object({ atMs: z.number(), problem: z.enum(webhookProblems), status: z.number().int().optional() })
    .optional(),
  /** How often the present delivery has failed. */
  failures: z.number().int(),
  /** When it is tried again. */
  nextAttemptAtMs: z.number().optional(),
});
export type Webhook = z.output<typeof webhookSchema>;

/** A webhook with how many steps it has not delivered yet. */
const listedSchema = webhookSchema.extend({ waiting: z.number().int() });
export type ListedWebhook = z.output<typeof listedSchema>;

export const webhookSnapshotFields = {
  /** Webhooks that were stopped, by their names. */
  stoppedWebhooks: z.array(z.string()).optional(),
};

const named = z.object({ webhookId: webhookIdSchema });

export const webhookRequests = {
  'webhooks:list': request({
    capability: 'webhooks:manage',
    scope: 'city',
    input: z.object({}),
    output: z.object({ webhooks: z.array(listedSchema) }),
  }),
  /** The secret is answered only here. What happens from now on is delivered. */
  'webhooks:create': request({
    capability: 'webhooks:manage',
    scope: 'city',
    needs: 'step_up',
    input: webhookContentSchema,
    output: z.object({ webhook: webhookSchema, secret: z.string() }),
  }),
  /** Off: nothing is sent, and what happens waits. On again, also after it was stopped: it goes on where it was. */
  'webhooks:setState': request({
    capability: 'webhooks:manage',
    scope: 'city',
    needs: 'step_up',
    input: named.extend({ state: z.enum(['on', 'off']) }),
    output: z.object({ webhook: webhookSchema }),
  }),
  'webhooks:delete': request({
    capability: 'webhooks:manage',
    scope: 'city',
    needs: 'step_up',
    input: named,
    output: z.object({}),
  }),
  /** Sends one delivery of the type `test` at once, and answers what became of it. It is not repeated. */
  'webhooks:sendTest': request({
    capability: 'webhooks:manage',
    scope: 'city',
    input: named,
    output: z.object({
      /** The status that the receiver answered with, where it answered. */
      status: z.number().int().optional(),
      /** Left out: the receiver took it. */
      problem: z.enum(webhookProblems).optional(),
    }),
  }),
};

export const webhookNotices = {
  /** A webhook was made, changed, deleted, failed, or delivers again. */
  'webhooks:changed': notice(z.object({ stopped: z.array(z.string()) }), {
    to: 'holders',
    capability: 'webhooks:manage',
  }),
};
