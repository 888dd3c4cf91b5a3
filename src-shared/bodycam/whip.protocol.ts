import { z } from 'zod';
import { notice, request } from '../protocol/define.ts';

const identifier = z.string().regex(/^[\w-]{1,40}$/);

/** Recorders and encoders that may send at most. */
export const maxWhipDevices = 500;

/** How long the token of a recorder opens its address. Milliseconds. */
export const recorderLifeMs = 366 * 86_400_000;

/** A recorder or encoder that sends by WHIP (RFC 9725) what its member's body cam would. */
export const whipDeviceSchema = z.object({
  deviceId: identifier,
  name: z.string().trim().min(1).max(40),
  /** Whose body cam it is: the stream is `bodycam:<memberId>`. */
  memberId: identifier,
  createdAtMs: z.number(),
  /** From then on its token opens nothing. */
  expiresAtMs: z.number(),
  /** When and from where it began to send last. */
  lastUsedAtMs: z.number().optional(),
  lastAddress: z.string().optional(),
  /** While it has a session. */
  live: z
    .object({
      sinceMs: z.number(),
      /** False before the media connection is established, and while it is lost. */
      isConnected: z.boolean(),
    })
    .optional(),
});
export type WhipDevice = z.output<typeof whipDeviceSchema>;

/** The description of a new device. */
export const newWhipDeviceSchema = whipDeviceSchema.pick({ name: true, memberId: true }).extend({
  /** Made by the sender: a repeat gives the same device with a new token, as long as it has sent nothing. */
  commandId: identifier.optional(),
});
export type NewWhipDevice = z.output<typeof newWhipDeviceSchema>;

export const whipRequests = {
  /**
   * The token is sent only in this answer, because the hub stores only its hash. `not_found` when there is no such member,
   * `conflict` for a repeat when the device has sent already.
   */
  'whip:makeDevice': request({
    capability: 'squads:manage',
    needs: 'step_up',
    input: newWhipDeviceSchema,
    output: z.object({
      device: whipDeviceSchema,
      token: z.string(),
      /** Where it sends to, after the hub's address: `/whip/<deviceId>`. */
      path: z.string(),
    }),
  }),
  'whip:listDevices': request({
    capability: 'squads:manage',
    scope: 'filtered',
    input: z.object({}),
    output: z.object({ devices: z.array(whipDeviceSchema) }),
  }),
  /** Its token opens nothing any more, and what it sends ends. */
  'whip:removeDevice': request({
    capability: 'squads:manage',
    needs: 'step_up',
    input: z.object({ deviceId: identifier }),
    output: z.object({}),
  }),
};

export const whipNotices = {
  /** All devices, after any came, went, or changed its state; to who may `squads:manage`. */
  'whip:devicesChanged': notice(z.object({ devices: z.array(whipDeviceSchema) }), {
    to: 'holders',
    capability: 'squads:manage',
  }),
};
