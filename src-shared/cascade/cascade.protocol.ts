import { z } from 'zod';
import { notice, request } from '../protocol/define.ts';
import { storableText } from '../protocol/storableText.ts';
import { viewHoursSchema } from './viewHours.ts';

/** A platform, camera or folder of GB/T 28181. */
const deviceIdSchema = z.string().regex(/^\d{20}$/);

/** Upper platforms in all. */
export const maxUpperPlatforms = 8;
/** Cameras in one answer at most. */
export const maxListedCameras = 3_000;

export const upperPictures = ['main', 'sub', 'warm'] as const;

/** What an upper platform is given and what it gives; entered by an installer from the other side's sheet. */
export const upperSettingsSchema = z.object({
  name: storableText.trim().min(1).max(60),
  /** Where it receives messages. */
  address: z.ipv4(),
  port: z.number().int().min(1).max(65_535),
  /** Its domain, ten digits as a rule: the realm of its addresses. */
  domain: z.string().regex(/^[\w.-]{1,64}$/),
  theirId: deviceIdSchema,
  /** The id that it gave this hub. */
  ourId: deviceIdSchema,
  /** The same as `ourId` as a rule. */
  userName: z.string().regex(/^[\x21-\x7e]{1,64}$/),
  transport: z.enum(['udp', 'tcp']),
  edition: z.enum(['2016', '2022']),
  registerSeconds: z.number().int().min(60).max(86_400),
  keepaliveSeconds: z.number().int().min(10).max(600),
  /** Whether it may turn cameras; a desk that turns one goes first. */
  mayTurn: z.boolean(),
  /** Whether it may watch; off, it stays registered and has the list. */
  mayWatch: z.boolean(),
  /** Cameras that it may watch at one time. */
  maxViews: z.number().int().min(1).max(64),
  /** Which picture it gets where it names none; `warm`: the one that is watched here already, else the large one. */
  pictures: z.enum(upperPictures).default('main'),
  /** Where pictures may be sent besides its own address: its media servers. */
  mediaAddresses: z.array(z.ipv4()).max(16).default([]),
  /** Recorders here that are the same system, so that nothing of theirs is sent back; those at its addresses are found without it. */
  sameIds: z.array(deviceIdSchema).max(64).default([]),
  /** Recorders here at its addresses that are other systems all the same. */
  otherIds: z.array(deviceIdSchema).max(64).default([]),
  /** Times of day at which it may watch; null: at any. */
  hours: viewHoursSchema.nullable(),
  isOn: z.boolean(),
});
export type UpperSettings = z.output<typeof upperSettingsSchema>;

/** What it is sent as this hub's password; printable characters. */
export const upperPasswordSchema = z.string().regex(/^[\x21-\x7e]{1,64}$/);

/** Which cameras it has: those of districts, those that are named, and not those that are left out. */
export const sharedSetSchema = z.object({
  districts: z.array(z.string().min(1).max(60)).max(200),
  cameraIds: z.array(z.string().min(1).max(64)).max(maxListedCameras),
});
export type SharedSet = z.output<typeof sharedSetSchema>;

/** How the hub stands with an upper platform. `ourselves`: the address is this hub's own. */
export const upperStates = ['off', 'registering', 'registered', 'failed', 'ourselves'] as const;

/** What went wrong last between the hub and an upper platform. */
export const upperProblems = [
  'no_answer',
  'no_connection',
  'wrong_password',
  'not_allowed',
  'unknown_id',
  'refused',
  'no_challenge',
  'password_unreadable',
  'keepalives_lost',
  'no_media_port',
  'media_address',
] as const;
export type UpperProblem = (typeof upperProblems)[number];

export const upperStandingSchema = z.object({
  state: z.enum(upperStates),
  sinceMs: z.number(),
  lastProblem: z
    .object({
      atMs: z.number(),
      problem: z.enum(upperProblems),
      status: z.number().int().optional(),
      /** Where it wanted pictures that is no address of it. */
      address: z.string().optional(),
    })
    .optional(),
  /** The id by which it calls itself, where it is another one than was given. */
  saysId: z.string().optional(),
  /** The product that it says it is. */
  make: z.string().optional(),
  /** The address by which it reaches this hub, as it sees it. */
  seenAs: z.string().optional(),
  /** It has asked to be notified of changes in the list until then. */
  subscribedUntilMs: z.number().optional(),
});
export type UpperStanding = z.output<typeof upperStandingSchema>;

/** How pictures go up: by UDP, by TCP where the upper platform listens, by TCP where the hub listens. */
export const upperWays = ['udp', 'tcpActive', 'tcpPassive'] as const;

export const upperViewSchema = z.object({
  viewId: z.string(),
  cameraId: z.string(),
  sinceMs: z.number(),
  way: z.enum(upperWays),
});
export type UpperView = z.output<typeof upperViewSchema>;

export const upperPlatformSchema = z.object({
  upperId: z.string(),
  settings: upperSettingsSchema,
  /** Of the settings and of the set, each as it is now: who changes one says which they read. */
  revisions: z.object({ settings: z.string(), shared: z.string() }),
  standing: upperStandingSchema,
  shared: sharedSetSchema,
  /** Cameras that it has now. */
  sharedCameras: z.number().int(),
  /** Cameras of the set that it does not get, because they come from there. */
  fromThere: z.number().int(),
  views: z.array(upperViewSchema),
});
export type UpperPlatform = z.output<typeof upperPlatformSchema>;

export const sharedCameraSchema = z.object({
  cameraId: z.string(),
  /** Its id for upper platforms; it never has another one. */
  gbId: deviceIdSchema,
  /** Nobody above may watch it. */
  isShut: z.boolean(),
  hours: viewHoursSchema.nullable(),
  /** The platforms that have it. */
  upperIds: z.array(z.string()),
});
export type SharedCamera = z.output<typeof sharedCameraSchema>;

const named = z.object({ upperId: z.string().min(1).max(64) });
/** Refused when it is another one meanwhile: a platform that was shut at once is never opened by a form that was read before. */
const revision = z.string().min(1).max(64);
const ofCamera = z.object({ cameraId: z.string().min(1).max(64) });

export const cascadeRequests = {
  'cascade:list': request({
    capability: 'cascade:manage',
    scope: 'city',
    input: z.object({}),
    output: z.object({
      platforms: z.array(upperPlatformSchema),
      /** The zone of the server, by which hours count: minutes that it is ahead of UTC. */
      utcOffsetMinutes: z.number().int(),
    }),
  }),
  /** The cameras that any upper platform has, those that are shut first. */
  'cascade:readCameras': request({
    capability: 'cascade:manage',
    scope: 'city',
    input: z.object({}),
    output: z.object({ cameras: z.array(sharedCameraSchema), total: z.number().int() }),
  }),
  'cascade:add': request({
    capability: 'cascade:manage',
    scope: 'city',
    needs: 'step_up',
    input: z.object({ settings: upperSettingsSchema, password: upperPasswordSchema }),
    output: z.object({ upperId: z.string() }),
  }),
  /** Without a password the one that is kept stays. */
  'cascade:change': request({
    capability: 'cascade:manage',
    scope: 'city',
    needs: 'step_up',
    input: named.extend({
      settings: upperSettingsSchema,
      password: upperPasswordSchema.optional(),
      revision,
    }),
    output: z.object({}),
  }),
  'cascade:remove': request({
    capability: 'cascade:manage',
    scope: 'city',
    needs: 'step_up',
    input: named,
    output: z.object({}),
  }),
  /** Chooses what it has from now on; views of cameras that are not in the set any more end at once. */
  'cascade:share': request({
    capability: 'cascade:manage',
    scope: 'city',
    needs: 'step_up',
    input: named.extend({ shared: sharedSetSchema, revision }),
    output: z.object({}),
  }),
  /** Ends every view of a platform at once, and lets none begin until `mayWatch` is set again. */
  'cascade:shutPlatform': request({
    capability: 'cascade:manage',
    scope: 'city',
    input: named,
    output: z.object({ ended: z.number().int() }),
  }),
  /** Ends every view of a camera from above at once, and lets none begin until it is opened. */
  'cascade:shutCamera': request({
    capability: 'cascade:manage',
    scope: 'city',
    input: ofCamera,
    output: z.object({ ended: z.number().int() }),
  }),
  /** Opens a camera, at some times of day alone or at any. */
  'cascade:openCamera': request({
    capability: 'cascade:manage',
    scope: 'city',
    needs: 'step_up',
    input: ofCamera.extend({ hours: viewHoursSchema.nullable() }),
    output: z.object({}),
  }),
};

export const cascadeNotices = {
  /** A platform was added, changed or removed, stands otherwise, or watches something else; at most one a second. */
  'cascade:changed': notice(z.object({}), { to: 'holders', capability: 'cascade:manage' }),
};
