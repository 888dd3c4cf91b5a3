import { z } from 'zod';
import { request } from '../protocol/define.ts';
import { cameraViewSchema, streamKinds } from '../cameras/cameras.protocol.ts';
import { layoutSchema } from './layouts.ts';
import { tourSettingsSchema } from './tourSettings.ts';

const identifier = z.string().min(1).max(64);
const screenId = z.string().regex(/^[\w.-]{1,64}$/);

/** One rectangle of a screen and what it shows. Positions and sizes are in grid cells from the top left. */
export const tileSchema = z.object({
  tileId: identifier,
  column: z.number().int().min(0),
  row: z.number().int().min(0),
  columnSpan: z.number().int().positive(),
  rowSpan: z.number().int().positive(),
  camera: cameraViewSchema.optional(),
  stream: z.enum(streamKinds),
  /** Set on a tile that keeps its camera while the tour goes on around it. */
  pinned: z.boolean().optional(),
});
export type Tile = z.output<typeof tileSchema>;

/** A stream that a tile shows next: the screen gets ready for it while it is still out of sight. */
export const upcomingStreamSchema = z.object({ cameraId: identifier, stream: z.enum(streamKinds) });
export type UpcomingStream = z.output<typeof upcomingStreamSchema>;

/** What one screen of the wall shows, decided by the hub. */
export const wallSnapshotSchema = z.object({
  screenId: identifier,
  /** Counts every change of what an operator chose; a page turn of the tour is none. */
  revision: z.number().int(),
  columns: z.number().int().positive(),
  rows: z.number().int().positive(),
  tiles: z.array(tileSchema),
  counts: z.object({ sites: z.number().int(), cameras: z.number().int() }),
  /** The streams of the page after this one; empty when nothing is to come. */
  upcoming: z.array(upcomingStreamSchema).max(64).default([]),
  /** The tour, when one fills the screen. Times are Unix milliseconds of the hub's clock. */
  tour: z
    .object({
      state: z.enum(['running', 'paused']),
      turnAtMs: z.number().optional(),
      page: z.number().int(),
      round: z.number().int(),
    })
    .optional(),
});
export type WallSnapshot = z.output<typeof wallSnapshotSchema>;

/** What every command to a screen carries. The id is made by the surface: a repeat of it is answered and not done again. */
const command = { commandId: identifier, screenId };
/** The revision the operator saw. When the screen has moved on, the command is refused with `conflict`. */
const baseRevision = z.number().int().optional();
const answer = z.object({ revision: z.number().int() });

export const wallRequests = {
  /** Puts the cameras named on a screen, in reading order, in the smallest square grid that holds them. */
  'wall:showCameras': request({
    capability: 'wall:drive',
    input: z.object({ ...command, baseRevision, cameraIds: z.array(identifier).max(64) }),
    output: answer,
  }),
  /** Lets a tour fill a screen, beginning at its first page. */
  'wall:startTour': request({
    capability: 'wall:drive',
    input: z.object({ ...command, baseRevision, layout: layoutSchema, settings: tourSettingsSchema }),
    output: answer,
  }),
  /** Pauses, resumes, turns to the next page or back to the one before. */
  'wall:steerTour': request({
    capability: 'wall:drive',
    input: z.object({ ...command, action: z.enum(['pause', 'resume', 'step', 'back']) }),
    output: answer,
  }),
  /** Keeps a camera on a tile of the tour; without a camera the tile tours again. */
  'wall:pinTile': request({
    capability: 'wall:drive',
    input: z.object({ ...command, baseRevision, tileId: identifier, cameraId: identifier.optional() }),
    output: answer,
  }),
};

export const wallNotices = {
  'wall:screenChanged': z.object({ wall: wallSnapshotSchema }),
};
