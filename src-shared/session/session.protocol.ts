import { z } from 'zod';
import { scopeSchema } from '../accounts/accounts.protocol.ts';
import { notice, request } from '../protocol/define.ts';
import { memberTokenSchema } from '../squads/squads.protocol.ts';
import { capabilities, roles, surfaces } from './roles.ts';

/** How it stands with one thing that may be asked: it may be, or who may. `whole_city`: who works for all districts and squads. */
const rightStandings = [
  'may',
  'duty_officer',
  'supervisor',
  'administrator',
  'whole_city',
  'nobody',
] as const;
export type RightStanding = (typeof rightStandings)[number];

/** Who sits at a desk, and what the hub wants of it. */
export const deskSessionSchema = z.object({
  accountId: z.string(),
  /** Of the account; empty where nobody signed in with one. */
  name: z.string(),
  scope: scopeSchema,
  /** `locked`: only the call goes on. `unfinished`: something is left to do at the sign-in page. */
  standing: z.enum(['open', 'locked', 'unfinished']),
  /** For each request and route (`Ask` of rights.ts) whether it may be asked here. What is not named may not be. */
  rights: z.record(z.string(), z.enum(rightStandings)),
  /** A desk that nobody touches locks itself after this time; 0: never. Milliseconds. */
  lockAfterMs: z.number(),
  /** The shifts of the command centre, by the minute after local midnight at which they begin; empty: day and night. */
  shifts: z.array(z.object({ name: z.string(), fromMinute: z.number().int() })),
});
export type DeskSession = z.output<typeof deskSessionSchema>;

/** The part of the snapshot that every surface receives. */
export const sessionSnapshotFields = {
  hub: z.object({
    id: z.string(),
    version: z.string(),
    startedAtMs: z.number(),
    /** The hub's clock when the snapshot was made, in Unix milliseconds: ages are computed with this clock. */
    nowMs: z.number(),
  }),
  role: z.enum(roles),
  /** What this surface may ask for: others' controls are shown as disabled, with who may use them. */
  capabilities: z.array(z.enum(capabilities)),
  /** Only at a desk. */
  desk: deskSessionSchema.optional(),
};

/** The requests of a session; `snapshot` is the schema that all features join (protocol/index.ts). */
export function createSessionRequests<Snapshot extends z.ZodType>(snapshot: Snapshot) {
  return {
    /** The surface declares what it is and receives the snapshot. It sends this again after a gap in the notices. */
    'session:join': request({
      capability: 'none',
      scope: 'any',
      input: z.object({
        surface: z.enum(surfaces),
        /** Which screen of the wall this is; only for the wall surface. */
        screenId: z
          .string()
          .regex(/^[\w.-]{1,64}$/)
          .optional(),
        /** The token a phone signed in with; without it a phone is a stranger. `forbidden`: it is of no use any more. */
        memberToken: memberTokenSchema.optional(),
        /** Who sits at a desk, as others see it: the seat's id, which is kept over reconnects, and its name (值班席 2). */
        officer: z
          .object({ id: z.string().min(1).max(64), name: z.string().trim().min(1).max(40) })
          .optional(),
      }),
      output: z.object({ snapshot, sequence: z.number().int() }),
    }),
    /** Whether the connection still leads to the hub: a phone asks it every second, and a screen of the wall what time it is there. */
    'session:checkLink': request({
      capability: 'none',
      scope: 'any',
      input: z.object({ asksTime: z.boolean().optional() }),
      /** Unix milliseconds of the hub's clock, where they were asked for. */
      output: z.object({ nowMs: z.number().optional() }),
    }),
  };
}

export const sessionNotices = {
  /** The hub is about to stop; surfaces keep their pictures and come back by themselves. */
  /**
   * To a surface that reads its messages again after a pause: notices that a snapshot replaces were left out. Their numbers are missing
   * before this one's, so that the surface takes a new snapshot.
   */
  'session:noticesDropped': notice(z.object({}), { to: 'addressee' }),
  'session:hubStopping': notice(z.object({ reason: z.string() }), { to: 'everyone' }),
  /** The date of the hub was set: every date that was sent before is of the old one. Join again for a new snapshot. */
  'session:clockSet': notice(z.object({}), { to: 'everyone' }),
};
