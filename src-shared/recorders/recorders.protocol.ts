import { z } from 'zod';
import { notice, request } from '../protocol/define.ts';
import { storableText } from '../protocol/storableText.ts';

/** A device or channel of GB/T 28181. */
export const deviceIdSchema = z.string().regex(/^\d{20}$/);

/** What a recorder's password may be: what its keys can enter, and long enough not to be guessed. */
export const recorderPasswordSchema = z.string().regex(/^[\x21-\x7e]{8,32}$/);

const nameSchema = storableText.trim().min(1).max(60);

/** What went wrong last between the hub and a recorder. */
export const recorderProblems = [
  'wrong_password',
  'other_address',
  'two_devices',
  'moved',
  'no_answer',
  'no_such_channel',
  'busy',
  'not_allowed',
  'refused',
  'no_packets',
  'no_picture',
  'no_media_port',
  'svac',
] as const;
export type RecorderProblem = (typeof recorderProblems)[number];

/** How pictures come: by UDP, by TCP where the recorder connects, by TCP where the hub connects. */
export const mediaWays = ['udp', 'tcpPassive', 'tcpActive'] as const;

export const recorderSchema = z.object({
  recorderId: deviceIdSchema,
  name: z.string(),
  isOnline: z.boolean(),
  /** Since when it is online, or when it was heard last; left out: never. */
  sinceMs: z.number().optional(),
  address: z.string().optional(),
  signalling: z.enum(['udp', 'tcp']).optional(),
  /** By which way its last pictures came. */
  mediaWay: z.enum(mediaWays).optional(),
  /** The line of an offer by which it gives its sub stream; `none` where it has none. Left out while that is not found out. */
  subStream: z.string().optional(),
  /** How it takes a voice: it calls the hub, or the hub calls it; `none` where it refused both. */
  voice: z.enum(['broadcast', 'talk', 'none']).optional(),
  /** What it says of itself: edition of the standard, make. */
  edition: z.enum(['2016', '2022']).optional(),
  make: z.string().optional(),
  /** How far its clock is ahead of the hub's, as it said last; a few seconds count as 0. Left out: it has not said. Milliseconds. */
  clockOffsetMs: z.number().optional(),
  /** It is sent the date when it registers, and sets its clock by it. */
  setsClock: z.boolean(),
  /** It is asked for its password by SHA-256 as well as by MD5. */
  asksSha256: z.boolean(),
  /** Motion that it reports becomes alerts. Everything else that it reports always does. */
  alertsOnMotion: z.boolean(),
  lastProblem: z
    .object({
      atMs: z.number(),
      problem: z.enum(recorderProblems),
      /** The answer of the recorder by which it is known, such as 486. */
      status: z.number().int().optional(),
      /** Where the other device is, or where it seems to have moved: for `two_devices` and `moved`. */
      address: z.string().optional(),
    })
    .optional(),
  /** Items that its catalogue has as it says, and those that came. */
  announcedItems: z.number().int().optional(),
  receivedItems: z.number().int(),
  channels: z.number().int(),
  /** Channels with a camera of the registry. */
  matched: z.number().int(),
});
export type Recorder = z.output<typeof recorderSchema>;

export const waitingRecorderSchema = z.object({
  recorderId: deviceIdSchema,
  address: z.string(),
  lastSeenAtMs: z.number(),
});

/** Why recorders cannot register. `taken`: another program has the port. */
export const doorStates = ['open', 'off', 'taken', 'failed'] as const;

/** What may be wrong with the set-up. */
export const platformWarnings = [
  'address_not_own',
  'address_loopback',
  'id_no_platform',
  'few_media_ports',
  'media_ports_overlap',
  'media_ports_taken',
] as const;
export type PlatformWarning = (typeof platformWarnings)[number];

/** How recorders are received. An administrator's desk sets it; until then the hub's configuration holds. */
export const platformSettingsSchema = z.object({
  /** Off: no port is open for recorders. */
  isOn: z.boolean(),
  /** UDP and TCP port for messages. */
  port: z.number().int().min(1).max(65_535),
  /** The IPv4 address by which recorders reach this hub; null: this machine's own. */
  address: z.ipv4().nullable(),
  platformId: deviceIdSchema,
  /** First and last UDP and TCP port for pictures, one for each. */
  mediaPorts: z
    .object({ first: z.number().int().min(1_024), last: z.number().int().max(65_535) })
    .refine(({ first, last }) => first <= last, 'the first port must not be above the last'),
});
export type PlatformSettings = z.output<typeof platformSettingsSchema>;

/** How the platform is set up, and how it stands. */
export const platformSchema = z.object({
  state: z.enum(doorStates),
  /** The system's word for a failure, such as `EACCES`. */
  fault: z.string().optional(),
  address: z.string(),
  /** The address is not given but found among those of this machine. */
  isAddressFound: z.boolean(),
  port: z.number().int().optional(),
  /** Which program has the port, for `taken`; left out where that cannot be seen. */
  takenBy: z.string().optional(),
  platformId: z.string(),
  domain: z.string(),
  mediaPorts: z.object({ first: z.number().int(), last: z.number().int() }),
  warnings: z.array(z.enum(platformWarnings)),
  /** It was set at a desk, and the configuration does not count. */
  isSetHere: z.boolean(),
});
export type Platform = z.output<typeof platformSchema>;

export const channelSchema = z.object({
  recorderId: deviceIdSchema,
  recorderName: z.string(),
  channelId: deviceIdSchema,
  name: z.string(),
  /** What the recorder says of it. */
  isOn: z.boolean().optional(),
  /** It is missing in the last two whole lists of the recorder. */
  isMissing: z.boolean(),
  /** The camera that has this channel as its source. */
  cameraId: z.string().optional(),
  /** What that camera had before is kept, and can be given back to it. */
  canRelease: z.boolean().optional(),
  /** A camera that may be this channel. */
  suggestion: z.object({ cameraId: z.string(), score: z.number(), isCertain: z.boolean() }).optional(),
});
export type RecorderChannel = z.output<typeof channelSchema>;

export const tracedMessageSchema = z.object({
  atMs: z.number(),
  direction: z.enum(['received', 'sent']),
  /** Address, port and protocol of the other side. */
  peer: z.string(),
  text: z.string(),
  /** How often the same came one after the other, such as keepalives. */
  count: z.number().int(),
});
export type TracedMessage = z.output<typeof tracedMessageSchema>;

/** Channels in one answer at most. */
export const maxListedChannels = 2_000;
/** Channels that are matched at once at most. */
export const maxMatches = 500;

const named = z.object({ recorderId: deviceIdSchema });

export const recorderRequests = {
  'recorders:list': request({
    capability: 'recorders:manage',
    scope: 'city',
    input: z.object({}),
    output: z.object({
      platform: platformSchema,
      recorders: z.array(recorderSchema),
      waiting: z.array(waitingRecorderSchema),
    }),
  }),
  /**
   * Sets how recorders are received, at once: pictures of recorders end and come again. `null`: as the configuration says. A
   * port that another program has is saved all the same and tried until it is free; the answer says who has it.
   */
  'recorders:setPlatform': request({
    capability: 'recorders:manage',
    scope: 'city',
    needs: 'step_up',
    input: z.object({ settings: platformSettingsSchema.nullable() }),
    output: z.object({ platform: platformSchema }),
  }),
  /** Lets a recorder register. Without a password the hub makes one. It is answered only here. */
  'recorders:add': request({
    capability: 'recorders:manage',
    scope: 'city',
    needs: 'step_up',
    input: named.extend({ name: nameSchema, password: recorderPasswordSchema.optional() }),
    output: z.object({ password: z.string() }),
  }),
  /**
   * Another name, another password, another clock, another challenge, or alerts of motion as well; `new`: the hub makes a password, which is
   * answered only here.
   */
  'recorders:change': request({
    capability: 'recorders:manage',
    scope: 'city',
    needs: 'step_up',
    input: named.extend({
      name: nameSchema.optional(),
      password: z.union([recorderPasswordSchema, z.literal('new')]).optional(),
      /** Off for recorders that take local time for UTC. It holds from the next registration on. */
      setsClock: z.boolean().optional(),
      /** On for recorders that can answer by SHA-256. It holds from the next registration on. */
      asksSha256: z.boolean().optional(),
      /** In a kitchen at work there is motion all day: off at first. */
      alertsOnMotion: z.boolean().optional(),
    }),
    output: z.object({ password: z.string().optional() }),
  }),
  'recorders:remove': request({
    capability: 'recorders:manage',
    scope: 'city',
    needs: 'step_up',
    input: named,
    output: z.object({}),
  }),
  'recorders:askCatalogue': request({
    capability: 'recorders:manage',
    scope: 'city',
    input: named,
    output: z.object({}),
  }),
  /** The channels of a recorder; without one, those of all recorders that have no camera. */
  'recorders:readChannels': request({
    capability: 'recorders:manage',
    scope: 'city',
    input: z.object({ recorderId: deviceIdSchema.optional() }),
    output: z.object({ channels: z.array(channelSchema), total: z.number().int() }),
  }),
  /** Gives cameras of the registry these channels as their source, all or none. */
  'recorders:match': request({
    capability: 'recorders:manage',
    scope: 'city',
    needs: 'step_up',
    input: z.object({
      matches: z
        .array(
          z.object({
            recorderId: deviceIdSchema,
            channelId: deviceIdSchema,
            cameraId: z.string().min(1).max(64),
          }),
        )
        .min(1)
        .max(maxMatches),
    }),
    output: z.object({ matched: z.number().int() }),
  }),
  /** Gives a camera back the address, user and password that it had before a channel was confirmed for it, or before an ONVIF device became its source. */
  'recorders:release': request({
    capability: 'recorders:manage',
    scope: 'city',
    needs: 'step_up',
    input: z.object({ cameraId: z.string().min(1).max(64) }),
    output: z.object({}),
  }),
  /** The last messages between the hub and a recorder, the oldest first, without passwords. */
  'recorders:readTrace': request({
    capability: 'recorders:manage',
    scope: 'city',
    input: named,
    output: z.object({ messages: z.array(tracedMessageSchema) }),
  }),
};

export const recorderNotices = {
  /** A recorder came, went, was added, changed or removed, or has other channels; at most one a second. */
  'recorders:changed': notice(z.object({}), { to: 'holders', capability: 'recorders:manage' }),
};
