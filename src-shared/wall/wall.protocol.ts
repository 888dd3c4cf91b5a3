import { z } from 'zod';
import { request } from '../protocol/define.ts';
import { cameraViewSchema, streamKinds } from '../cameras/cameras.protocol.ts';

const identifier = z.string().min(1).max(64);

/** One rectangle of a screen and what it shows. Positions and sizes are in grid cells from the top left. */
export const tileSchema = z.object({
  tileId: identifier,
  column: z.number().int().min(0),
  row: z.number().int().min(0),
  columnSpan: z.number().int().positive(),
  rowSpan: z.number().int().positive(),
  camera: cameraViewSchema.optional(),
  stream: z.enum(streamKinds),
});
export type Tile = z.output<typeof tileSchema>;

/** What one screen of the wall shows, decided by the hub. */
export const wallSnapshotSchema = z.object({
  screenId: identifier,
  revision: z.number().int(),
  columns: z.number().int().positive(),
  rows: z.number().int().positive(),
  tiles: z.array(tileSchema),
  counts: z.object({ sites: z.number().int(), cameras: z.number().int() }),
});
export type WallSnapshot = z.output<typeof wallSnapshotSchema>;

export const wallRequests = {
  /** Puts the cameras named on a screen, in reading order, in the smallest square grid that holds them. */
  'wall:showCameras': request({
    capability: 'wall:drive',
    input: z.object({
      commandId: identifier,
      screenId: identifier,
      cameraIds: z.array(identifier).max(64),
    }),
    output: z.object({ revision: z.number().int() }),
  }),
};

export const wallNotices = {
  'wall:screenChanged': z.object({ wall: wallSnapshotSchema }),
};
