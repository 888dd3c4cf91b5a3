import { z } from 'zod';
import { alertMarksSnapshotSchema, alertsSnapshotSchema } from '../alerts/alerts.protocol.ts';
import { cameraViewSchema } from '../cameras/cameras.protocol.ts';
import { request } from '../protocol/define.ts';
import { memberTokenSchema, squadsSnapshotSchema } from '../squads/squads.protocol.ts';
import { talkSnapshotSchema } from '../talk/talk.protocol.ts';
import { wallSnapshotSchema } from '../wall/wall.protocol.ts';
import { wallLibrarySchema } from '../wall/wallLibrary.ts';
import { workerSchema } from '../media/media.protocol.ts';
import { roles, surfaces } from './roles.ts';

/** Everything a surface needs to draw itself once; numbered notices bring it forward from there. */
export const snapshotSchema = z.object({
  hub: z.object({
    id: z.string(),
    version: z.string(),
    startedAtMs: z.number(),
    /** The hub's clock when the snapshot was made, in Unix milliseconds: ages are told by this clock. */
    nowMs: z.number(),
  }),
  role: z.enum(roles),
  workers: z.array(workerSchema),
  /** For a role that may see the wall. */
  wall: wallSnapshotSchema.optional(),
  /** Every screen of the wall and what is saved for it, for a role that drives the wall. */
  screens: z.array(wallSnapshotSchema).optional(),
  library: wallLibrarySchema.optional(),
  /** Every camera of the registry, for a role that drives the wall. */
  registry: z.array(cameraViewSchema).optional(),
  /** The open alerts, for a role that may view them. */
  alerts: alertsSnapshotSchema.optional(),
  /** What a role may know of them that may only see where they are. */
  alertMarks: alertMarksSnapshotSchema.optional(),
  /** Squads, members and emergencies, for who may `squads:see`, and for a signed-in phone what is its squad's. */
  squads: squadsSnapshotSchema.optional(),
  /** Talk groups, for who may `talk:hear`. */
  talk: talkSnapshotSchema.optional(),
});
export type Snapshot = z.output<typeof snapshotSchema>;

export const sessionRequests = {
  /** Says what this surface is; answered with the snapshot. Asked again after a gap in the notices. */
  'session:join': request({
    capability: 'none',
    input: z.object({
      surface: z.enum(surfaces),
      /** Which screen of the wall this is; only for the wall surface. */
      screenId: z
        .string()
        .regex(/^[\w.-]{1,64}$/)
        .optional(),
      /** The token a phone signed in with; without it a phone is a visitor. `forbidden`: it is of no use any more. */
      memberToken: memberTokenSchema.optional(),
      /** Who sits at a desk, as others are told: a seat's own id, kept over reconnects, and its name (值班席 2). */
      officer: z.object({ id: z.string().min(1).max(64), name: z.string().trim().min(1).max(40) }).optional(),
    }),
    output: z.object({ snapshot: snapshotSchema, sequence: z.number().int() }),
  }),
  /** Whether the connection still leads to the hub: a phone asks it every second. */
  'session:checkLink': request({ capability: 'none', input: z.object({}), output: z.object({}) }),
};

export const sessionNotices = {
  /** The hub is about to stop; surfaces keep their pictures and come back by themselves. */
  'session:hubStopping': z.object({ reason: z.string() }),
};
