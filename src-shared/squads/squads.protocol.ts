import { z } from 'zod';
import { districts } from '../cameras/cameras.protocol.ts';
import { notice } from '../protocol/define.ts';
import { emergencyProgressSchema } from './emergency.ts';
import { memberDutySchema } from './memberStatus.ts';
import { skillsSchema } from './skills.ts';
import { trailPointSchema } from './trail.ts';

/** Of squads, members, emergencies and changes; also part of names of streams and talk groups. */
export const squadsIdSchema = z.string().regex(/^[\w-]{1,40}$/);
/** The name of a squad or a member. */
export const squadsNameSchema = z.string().trim().min(1).max(40);

/** How long a sign-in code may be used; once. */
export const signInCodeLifeMs = 10 * 60_000;
/** Members of one squad at most. */
export const maxSquadMembers = 200;

/** A squad (中队). Its talk group is `squad:<squadId>`. */
export const squadSchema = z.object({
  /** Made by the desk that makes the squad, so that a repeat is harmless. */
  squadId: squadsIdSchema,
  name: squadsNameSchema,
  nameEn: squadsNameSchema.optional(),
  /** A member's body cam starts by itself in an emergency, if the phone lets it. */
  startsBodyCamInEmergency: z.boolean().default(false),
  /** The districts that the squad works in as a rule, each once: who is of an order's district is preferred. Left out where there is none. */
  homeDistricts: z
    .array(z.enum(districts))
    .max(districts.length)
    .refine((all) => new Set(all).size === all.length, 'a district is named twice')
    .optional(),
});
export type Squad = z.output<typeof squadSchema>;

/** Where somebody is, WGS-84 degrees. */
export const placeSchema = z.object({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  accuracyM: z.number().min(0).max(100_000).optional(),
  headingDeg: z.number().min(0).max(360).optional(),
  speedMps: z.number().min(0).max(200).optional(),
});

export const positionSchema = placeSchema.extend({
  /** When it was measured, by the hub's clock. */
  atMs: z.number(),
});
export type MemberPosition = z.output<typeof positionSchema>;

/** What a phone reports about itself. */
export const phoneStateSchema = z.object({
  /** 0 to 1. */
  batteryLevel: z.number().min(0).max(1).optional(),
  isCharging: z.boolean().optional(),
  /** Round trip to the hub as the phone sees it. */
  roundTripMs: z.number().min(0).max(600_000).optional(),
  /** What the browser calls it: `4g`, `wifi`. */
  network: z.string().max(20).optional(),
});

export const bodyCamStates = ['off', 'asked', 'live', 'lost'] as const;

/** A member's body cam. While `live`, its stream is consumed by `media:consume` with `streamId`. */
export const bodyCamSchema = z.object({
  state: z.enum(bodyCamStates),
  sinceMs: z.number(),
  /** For `live` and, as its last one, `lost`: always `bodycam:<memberId>`. */
  streamId: z.string().max(80).optional(),
  /** For `live`: which kinds are sent. */
  kinds: z.array(z.enum(['audio', 'video'])).optional(),
  /** For `live` and `lost`: what sends, or sent, the picture. */
  sender: z.enum(['phone', 'recorder']).optional(),
  /** For `live`: no picture packet came since then. */
  stalledSinceMs: z.number().optional(),
  /** For `asked`. */
  askId: squadsIdSchema.optional(),
  askedBy: z.string().optional(),
  expiresAtMs: z.number().optional(),
  isAutomatic: z.boolean().optional(),
  /** For `off`: a desk ended it. A phone that was away meanwhile ends it when it is back. */
  isEndedByDesk: z.boolean().optional(),
});
export type BodyCamDescription = z.output<typeof bodyCamSchema>;

/** A phone that nobody uses for so long is signed out. Milliseconds. */
export const phoneIdleLifeMs = 30 * 24 * 3_600_000;
/** The desk says so long before that it will be. Milliseconds. */
export const phoneIdleWarningMs = 7 * 24 * 3_600_000;

/** A member as everybody sees who may see squads. */
export const memberSchema = z.object({
  memberId: squadsIdSchema,
  squadId: squadsIdSchema,
  name: squadsNameSchema,
  duty: memberDutySchema,
  /** Leads the squad: may do more on the phone (`squads:lead`). A squad may have several leaders, or none. */
  isLeader: z.boolean().optional(),
  /** What the member can do that not everybody can; orders may want one. Left out where there is none. */
  skills: skillsSchema.optional(),
  /** The phone that is signed in. */
  phone: z
    .object({
      name: z.string(),
      signedInAtMs: z.number(),
      /** Of a phone that is not connected: when it was used last. */
      lastUsedAtMs: z.number().optional(),
      /** Where it was used from last; phones of others are not sent it. */
      address: z.string().optional(),
    })
    .optional(),
  /** Whether that phone is connected now, and since when it is (or is not). */
  isConnected: z.boolean(),
  connectionSinceMs: z.number().optional(),
  phoneState: phoneStateSchema.optional(),
  /** The last one, while the member shares it. */
  position: positionSchema.optional(),
  bodyCam: bodyCamSchema,
});
export type Member = z.output<typeof memberSchema>;

export const emergencySchema = z.object({
  /** Made by the phone: repeats of one are one. */
  emergencyId: squadsIdSchema,
  memberId: squadsIdSchema,
  memberName: z.string(),
  squadId: squadsIdSchema,
  raisedAtMs: z.number(),
  progress: emergencyProgressSchema,
  position: positionSchema.optional(),
  /** The newest step is not in the hub's store yet and would be lost by a restart. The hub tries to write it until it succeeds. */
  isNotStoredYet: z.boolean().optional(),
});
export type Emergency = z.output<typeof emergencySchema>;

/** An SOS that ended, as it is listed: without where it was. */
export const endedEmergencySchema = emergencySchema.pick({
  emergencyId: true,
  memberId: true,
  memberName: true,
  squadId: true,
  raisedAtMs: true,
  progress: true,
});
export type EndedEmergency = z.output<typeof endedEmergencySchema>;
/** So long ended ones are listed, in days; and so many, the newest. */
export const endedEmergencyDays = 90;
export const maxEndedEmergencies = 200;

/**
 * `snapshot.squads`: for who may `squads:view`; a member gets its own squad's members and emergencies, and all squads. Positions of others
 * are only for the leader.
 */
export const squadsSnapshotSchema = z.object({
  squads: z.array(squadSchema),
  members: z.array(memberSchema),
  /** Where those went who share their position, the oldest first; since the hub started. */
  trails: z.array(z.object({ memberId: squadsIdSchema, points: z.array(trailPointSchema) })).optional(),
  /** Those not ended. */
  emergencies: z.array(emergencySchema),
  /** Who this phone is; only on a signed-in phone. */
  self: z.object({ memberId: squadsIdSchema, squadId: squadsIdSchema }).optional(),
});
export type SquadsSnapshot = z.output<typeof squadsSnapshotSchema>;

/** A random secret that the phone makes before it signs in: 32 bytes as base64url. The hub keeps only its hash. */
export const memberTokenSchema = z.string().regex(/^[\w-]{43}$/);
/** As typed: 8 characters of `23456789ABCDEFGHJKLMNPQRSTUVWXYZ`, any case, with or without a hyphen in the middle. */
export const signInCodeSchema = z.string().trim().min(8).max(16);

/** The squads' part of the snapshot. */
export const squadSnapshotFields = {
  /** Squads, members and emergencies, for who may `squads:view`, and for a signed-in phone what is its squad's. */
  squads: squadsSnapshotSchema.optional(),
};

export const squadNotices = {
  /** All squads, after any of them changed. */
  'squads:squadsChanged': notice(z.object({ squads: z.array(squadSchema) }), {
    to: 'scope',
    capability: 'squads:view',
    scopedCapability: 'squads:serve',
  }),
  /** Members that are new or changed, as they are now, without a change of `position`; and those that are gone. */
  'squads:membersChanged': notice(
    z.object({
      members: z.array(memberSchema),
      removedMemberIds: z.array(squadsIdSchema),
    }),
    { to: 'scope', capability: 'squads:view', scopedCapability: 'squads:serve' },
  ),
  /**
   * To those who see squads, and to leaders about their own squad. New positions, the oldest first, gathered for up to 100 ms; some may have waited for the network and be older than one
   * sent before. A member without `position` no longer shares one.
   */
  'squads:positionsChanged': notice(
    z.object({
      positions: z.array(z.object({ memberId: squadsIdSchema, position: positionSchema.optional() })),
    }),
    { to: 'scope', capability: 'squads:view', scopedCapability: 'squads:lead' },
  ),
  'squads:emergencyChanged': notice(z.object({ emergency: emergencySchema }), {
    to: 'scope',
    capability: 'squads:viewEmergencies',
    scopedCapability: 'squads:serve',
  }),
  /** To the phone: its sign-in is over. It forgets its token and asks for a code. */
  'squads:signedOut': notice(z.object({ reason: z.enum(['revoked', 'replaced', 'removed', 'by_phone']) }), {
    to: 'addressee',
  }),
};
