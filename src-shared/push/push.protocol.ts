import { z } from 'zod';
import { request } from '../protocol/define.ts';

/** Where a browser's push service takes messages for one phone, and its keys (Push API, RFC 8291): base64url. */
export const pushSubscriptionSchema = z.object({
  endpoint: z.url({ protocol: /^https$/ }).max(1_000),
  /** A point of P-256, uncompressed: 65 bytes. */
  p256dh: z.string().regex(/^[\w-]{86,88}=?$/),
  /** 16 bytes. */
  auth: z.string().regex(/^[\w-]{21,24}={0,2}$/),
});
export type PushSubscriptionKeys = z.output<typeof pushSubscriptionSchema>;

/**
 * What became of a message: `sent`: the push service took it; `gone`: the phone's subscription has ended; `refused`: the service did not
 * take it, or is not on the hub's list of services; `unreachable`: no answer, as in a closed network.
 */
export const pushOutcomes = ['sent', 'gone', 'refused', 'unreachable'] as const;
export type PushOutcome = (typeof pushOutcomes)[number];

/** What the service worker of a phone receives. */
export const pushMessageSchema = z.discriminatedUnion('kind', [
  /** Tries the way to the phone. */
  z.object({ kind: z.literal('check') }),
  z.object({
    kind: z.literal('order'),
    orderId: z.string(),
    number: z.string(),
    place: z.string(),
    placeEn: z.string().optional(),
    /** Nobody accepted it so far, and it rings again. */
    isAgain: z.boolean(),
  }),
]);
export type PushMessage = z.output<typeof pushMessageSchema>;

export const pushSnapshotFields = {
  /** Locked phones are not rung, because who runs this hub has named no contact for push services. For those who manage squads. */
  lacksPushContact: z.boolean().optional(),
};

export const pushRequests = {
  /** The public key by which a phone subscribes; none where the hub sends nothing. */
  'push:readKey': request({
    capability: 'squads:serve',
    scope: 'any',
    input: z.object({}),
    output: z.object({ publicKey: z.string().optional() }),
  }),
  /** Keeps where this phone is reached, in place of what was known, and tries it. */
  'push:subscribe': request({
    capability: 'squads:serve',
    scope: 'any',
    input: pushSubscriptionSchema,
    output: z.object({ outcome: z.enum(pushOutcomes) }),
  }),
};
