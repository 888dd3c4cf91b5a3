import { z } from 'zod';
import { notice, request } from '../protocol/define.ts';
import { storableText } from '../protocol/storableText.ts';

/**
 * How a device stands. `unasked`: it is kept from before the hub started, and is asked soon. `found`: it announced itself and its services were not asked yet. `needs_password`: it refuses without one;
 * passwords are tried only on devices that a person named. `ready`: its streams are known. `silent`: it does not answer any more.
 * `refused`: it answers what is not ONVIF, or refuses. `other_device`: another device answers
 * at its address. `not_allowed`: its announcement names another machine than the one that
 * sent it, such as localhost, which is never followed.
 */
export const onvifDeviceStates = [
  'unasked',
  'found',
  'needs_password',
  'wrong_password',
  'ready',
  'silent',
  'refused',
  'other_device',
  'not_allowed',
] as const;
export type OnvifDeviceState = (typeof onvifDeviceStates)[number];

/** Cameras at the address of a device that are named at most. */
export const maxCamerasHere = 32;

/** One way in which a video source is encoded; its token is the device's word for it. */
export const onvifProfileSchema = z.object({
  profileToken: z.string(),
  /** As in a session description, such as `H264`; left out: the device does not say. */
  codec: z.string().optional(),
  width: z.number().int().optional(),
  height: z.number().int().optional(),
});

export const onvifStreamSchema = z.object({
  /** The video source of the device: one lens. */
  sourceToken: z.string(),
  name: z.string(),
  main: onvifProfileSchema,
  sub: onvifProfileSchema.optional(),
  canTurn: z.boolean(),
  /** A loudspeaker is announced. */
  canHear: z.boolean(),
  hasEvents: z.boolean(),
  /** The camera of the registry that has this source. */
  cameraId: z.string().optional(),
  /** What this camera had before the device became its source is kept, and `recorders:release` gives it back; left out otherwise. */
  canRelease: z.literal(true).optional(),
});
export type OnvifStream = z.output<typeof onvifStreamSchema>;

export const onvifDeviceSchema = z.object({
  /** The hub's own id of the device, made from its endpoint reference where it has one. */
  deviceId: z.string(),
  /** `host:port` at which it was reached. */
  address: z.string(),
  name: z.string(),
  make: z.string().optional(),
  model: z.string().optional(),
  serial: z.string().optional(),
  state: z.enum(onvifDeviceStates),
  /** It speaks HTTPS: the SHA-256 of the certificate that was accepted, or else seen first, in hexadecimal digits. Another one is `other_device`. */
  certificate: z.string().optional(),
  /** The certificate that is shown now where it would be signed in to; left out where it is the one above, or none was shown. */
  certificateNow: z.string().optional(),
  foundBy: z.enum(['probe', 'address']),
  /** The device's clock less the hub's, milliseconds; left out where unknown. */
  clockOffsetMs: z.number().optional(),
  streams: z.array(onvifStreamSchema),
  /** It has cameras whose events should come, and they do not; left out otherwise. */
  isUnheard: z.literal(true).optional(),
  /** Cameras of the registry at its address that this device may be: by RTSP, or of a device that is gone. Left out where there are none. */
  camerasHere: z.array(z.string()).max(maxCamerasHere).optional(),
  /** `host:port` at which it announces itself now, while it does not answer where it was; nobody signed in there yet. */
  announcedAt: z.string().optional(),
  /** Motion that it notices becomes alerts; left out: it does not. Everything else that it notices always does. */
  alertsOnMotion: z.literal(true).optional(),
  seenAtMs: z.number(),
});
export type OnvifDevice = z.output<typeof onvifDeviceSchema>;

/** How far the search for devices is. */
export const onvifSearchSchema = z.object({
  isRunning: z.boolean(),
  startedAtMs: z.number().optional(),
  /** Addresses that are asked one by one, and those that were asked already. */
  addresses: z.number().int(),
  asked: z.number().int(),
  /** Devices that answered. */
  answered: z.number().int(),
});
export type OnvifSearch = z.output<typeof onvifSearchSchema>;

/** Addresses that are asked in one search at most. */
export const maxSearchedAddresses = 1_024;
/** Devices that the hub remembers at most. */
export const maxOnvifDevices = 2_000;
/** Devices that one password is tried on at once at most. */
export const maxSignIns = 200;
/** Streams that become cameras at once at most. */
export const maxPlaces = 100;

const deviceId = z.string().min(1).max(64);
const token = z.string().min(1).max(128);

export const onvifRequests = {
  'onvif:list': request({
    capability: 'recorders:manage',
    scope: 'city',
    input: z.object({}),
    output: z.object({ devices: z.array(onvifDeviceSchema), search: onvifSearchSchema }),
  }),
  /**
   * Searches by probes on every interface, and at addresses, one a line or separated by commas: `192.168.1.20`,
   * `192.168.1.20:8080`, `192.168.1.10-60`, `192.168.1.0/24` or `[2001:db8::7]:8080`.
   */
  'onvif:search': request({
    capability: 'recorders:manage',
    scope: 'city',
    input: z.object({ probe: z.boolean(), addresses: storableText.max(4_000) }),
    output: z.object({}),
  }),
  /**
   * Tries a password on these devices and on no others; where it is right, it is kept sealed. `certificates`: what the person saw of those that speak
   * HTTPS (`certificateNow`, else `certificate`). The password is shown to that certificate alone; without it, to the one that was accepted
   * before, and else to nobody.
   */
  'onvif:signIn': request({
    capability: 'recorders:manage',
    scope: 'city',
    needs: 'step_up',
    input: z.object({
      deviceIds: z.array(deviceId).min(1).max(maxSignIns),
      certificates: z
        .array(z.object({ deviceId, certificate: z.string().regex(/^[\da-f]{64}$/) }))
        .max(maxSignIns)
        .optional(),
      username: storableText.min(1).max(64),
      password: storableText.max(128),
    }),
    output: z.object({
      ready: z.array(z.string()),
      failed: z.array(z.object({ deviceId: z.string(), state: z.enum(onvifDeviceStates) })),
    }),
  }),
  /** What a lens sees now, as a small JPEG in base64, 640 pixels wide at most; null where the device gives none. */
  'onvif:readPicture': request({
    capability: 'recorders:manage',
    scope: 'city',
    input: z.object({ deviceId, sourceToken: token }),
    output: z.object({
      picture: z.object({ type: z.literal('image/jpeg'), data: z.string() }).nullable(),
    }),
  }),
  /** Makes cameras of the registry from streams, all or none. */
  'onvif:place': request({
    capability: 'recorders:manage',
    scope: 'city',
    needs: 'step_up',
    input: z.object({
      places: z
        .array(
          z.object({
            deviceId,
            sourceToken: token,
            siteId: z.string().min(1).max(64),
            name: storableText.trim().min(1).max(60),
          }),
        )
        .min(1)
        .max(maxPlaces),
    }),
    output: z.object({
      cameras: z.array(z.object({ deviceId: z.string(), sourceToken: z.string(), cameraId: z.string() })),
    }),
  }),
  /** A camera that is there already gets its picture from this stream from now on; it keeps its id, its name and its alerts. */
  'onvif:takeOver': request({
    capability: 'recorders:manage',
    scope: 'city',
    needs: 'step_up',
    input: z.object({ deviceId, sourceToken: token, cameraId: z.string().min(1).max(64) }),
    output: z.object({}),
  }),
  /** Whether motion that a device notices becomes alerts; in a kitchen at work there is motion all day. */
  'onvif:setMotionAlerts': request({
    capability: 'recorders:manage',
    scope: 'city',
    input: z.object({ deviceId, isOn: z.boolean() }),
    output: z.object({}),
  }),
  /** Forgets a device and its password; refused while a camera has it. */
  'onvif:forget': request({
    capability: 'recorders:manage',
    scope: 'city',
    needs: 'step_up',
    input: z.object({ deviceId }),
    output: z.object({}),
  }),
};

export const onvifNotices = {
  /** A device was found, changed or forgotten, or the search went on; at most one a second. */
  'onvif:changed': notice(z.object({}), { to: 'holders', capability: 'recorders:manage' }),
};
