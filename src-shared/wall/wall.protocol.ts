import { z } from 'zod';
import { notice, request } from '../protocol/define.ts';
import { shownCameraSchema, streamKinds } from '../cameras/cameras.protocol.ts';
import { qualityLevelNames } from './decodeBudget.ts';
import { decodeMeasurementSchema } from './decodeMeasurement.ts';
import { squadsIdSchema } from '../squads/squads.protocol.ts';
import { layoutSchema } from './layouts.ts';
import { caseViewSchema } from './wallCase.ts';
import { programmeSchema, sceneSchema, scheduleEntrySchema, wallLibrarySchema } from './wallLibrary.ts';
import { tourSettingsSchema } from './tourSettings.ts';
import { replacedCauses, replacedPageSchema } from './replacedPage.ts';

const identifier = z.string().min(1).max(64);
const screenId = z.string().regex(/^[\w.-]{1,64}$/);

/** What a screen shows: its tiles, the city map, the board, or the case of one order. */
export const screenContents = ['tiles', 'map', 'board', 'case'] as const;
export type ScreenContent = (typeof screenContents)[number];
/** Those that are chosen by name; a case is put up with its order. */
export const namedContents = ['tiles', 'map', 'board'] as const;
export type NamedContent = (typeof namedContents)[number];

/** One rectangle of a screen and what it shows. Positions and sizes are in grid cells from the top left. */
export const tileSchema = z.object({
  tileId: identifier,
  column: z.number().int().min(0),
  row: z.number().int().min(0),
  columnSpan: z.number().int().positive(),
  rowSpan: z.number().int().positive(),
  camera: shownCameraSchema.optional(),
  stream: z.enum(streamKinds),
  /** Set on a tile that keeps its camera while the tour goes on around it. */
  pinned: z.boolean().optional(),
  /** Whether the picture runs. A tile that the decode budget degraded shows key pictures only and is marked. */
  live: z.boolean().default(true),
  /** Set on the tile that shows an event's spotlight. */
  spotlight: z.object({ eventId: identifier, kind: identifier, priority: z.number().int() }).optional(),
});
export type Tile = z.output<typeof tileSchema>;

/** A stream that a tile shows next: the screen gets ready for it while it is still out of sight. */
export const upcomingStreamSchema = z.object({ cameraId: identifier, stream: z.enum(streamKinds) });
export type UpcomingStream = z.output<typeof upcomingStreamSchema>;

/** What one screen of the wall shows, decided by the hub. */
export const wallSnapshotSchema = z.object({
  screenId: identifier,
  /** Counts every change of what an operator chose; a page turn of the tour is not counted. */
  revision: z.number().int(),
  /** With `map` or `board`, `tiles` holds at most the spotlight's tile; the tour is kept but not sent. */
  content: z.enum(screenContents).default('tiles'),
  /** With `case`: the order. Its tiles are the kitchen and the body cams, and the spotlight's. */
  caseOf: identifier.optional(),
  columns: z.number().int().positive(),
  rows: z.number().int().positive(),
  tiles: z.array(tileSchema),
  counts: z.object({ sites: z.number().int(), cameras: z.number().int() }),
  /** The streams of the page after this one; empty when nothing is to come. */
  upcoming: z.array(upcomingStreamSchema).max(64).default([]),
  /** What fills the screen, as it was chosen. */
  layout: layoutSchema.optional(),
  /** The programme or scene it came from, when it came from one. */
  chosen: z.object({ type: z.enum(['programme', 'scene']), id: identifier, name: z.string() }).optional(),
  /** Whether a schedule put it there; a choice by hand wins until the schedule's next change. */
  scheduled: z.boolean().default(false),
  /** Who has the spotlight and how many wait for it. */
  spotlight: z
    .object({
      eventId: identifier,
      kind: identifier,
      priority: z.number().int(),
      target: z.enum(['tile', 'screen']),
      cameraId: identifier.optional(),
      sinceMs: z.number(),
      untilHandled: z.boolean(),
      waiting: z.number().int(),
    })
    .optional(),
  /** The quality level that the decode budget chose, since when and why; absent at full quality. */
  quality: z
    .object({
      name: z.enum(qualityLevelNames),
      sinceMs: z.number(),
      cause: z.string(),
      value: z.number(),
      limit: z.number(),
    })
    .optional(),
  /** Surfaces that show this screen now, and the size of the largest in its own pixels. */
  display: z
    .object({ open: z.number().int(), widthPx: z.number().int(), heightPx: z.number().int() })
    .optional(),
  /** The last time that a page of this screen was replaced. */
  replaced: replacedPageSchema.optional(),
  /**
   * Only of a page that the tour turned to by its clock: the moment of the hub's clock, Unix milliseconds and less than a second ahead, at
   * which every screen shows it. Absent, past or far ahead: at once.
   */
  showAtMs: z.number().optional(),
  /** The tour, when one fills the screen. Times are Unix milliseconds of the hub's clock. */
  tour: z
    .object({
      state: z.enum(['running', 'paused']),
      turnAtMs: z.number().optional(),
      page: z.number().int(),
      round: z.number().int(),
      /** The way a scrolling tour moves; absent on one that turns its pages. */
      scroll: z.enum(['up', 'left']).optional(),
    })
    .optional(),
});
export type WallSnapshot = z.output<typeof wallSnapshotSchema>;

/** What every command to a screen carries. The id is made by the surface: a repeat of it is answered and not done again. */
const command = { commandId: identifier, screenId };
/** The revision the operator saw. When the screen has moved on, the command is refused with `conflict`. */
const baseRevision = z.number().int().optional();
const answer = z.object({ revision: z.number().int() });
/** What every change of the library carries; refused with `conflict` when it changed since `baseRevision`. */
const libraryCommand = { commandId: identifier, baseRevision };

export const wallRequests = {
  /** Lets a screen show its tiles, the city map or the supervisor's board. Whatever is put on its tiles later shows the tiles again. */
  'wall:showContent': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({ ...command, baseRevision, content: z.enum(namedContents) }),
    output: answer,
  }),
  /** Shows the case of an order that is not ended, over whatever the screen shows, which comes back unchanged. */
  'wall:showCase': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({ ...command, baseRevision, orderId: squadsIdSchema }),
    output: answer,
  }),
  /** Takes the case back: the screen shows what it showed before. `conflict` when it shows none. */
  'wall:endCase': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({ ...command, baseRevision }),
    output: answer,
  }),
  /** Puts the cameras named on a screen, in reading order, in the smallest square grid that holds them. */
  'wall:showCameras': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({ ...command, baseRevision, cameraIds: z.array(identifier).max(64) }),
    output: answer,
  }),
  /** Puts a fixed page on a screen: cameras on the tiles named, the others empty. */
  'wall:showPage': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({
      ...command,
      baseRevision,
      layout: layoutSchema,
      cameras: z.record(identifier, identifier),
    }),
    output: answer,
  }),
  /**
   * Puts a camera on one tile: it is pinned on a tour, and replaces what a fixed page has there. Dropped on the desk's
   * drawn wall.
   */
  'wall:placeCamera': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({ ...command, baseRevision, tileId: identifier, cameraId: identifier }),
    output: answer,
  }),
  /** Gives an event the spotlight. The event's id makes it asked for once. */
  'wall:spotlightCamera': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({
      ...command,
      eventId: identifier,
      cameraId: identifier,
      target: z.enum(['tile', 'screen']),
      /** How long at least; absent: until it is ended by `wall:endSpotlight`. Milliseconds. */
      showMs: z.number().int().min(1_000).max(3_600_000).optional(),
      priority: z.number().int().min(1).max(9).default(5),
    }),
    output: answer,
  }),
  /** Ends an event's spotlight, shown or waiting: the screen gets back exactly what was there. */
  'wall:endSpotlight': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({ ...command, eventId: identifier }),
    output: answer,
  }),
  /** Saves a programme (a named tour), new or changed. */
  'wall:saveProgramme': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({ ...libraryCommand, programme: programmeSchema }),
    output: answer,
  }),
  /** Saves a scene (a named fixed page), new or changed. */
  'wall:saveScene': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({ ...libraryCommand, scene: sceneSchema }),
    output: answer,
  }),
  /** Removes a programme or scene; refused while the schedule names it. */
  'wall:removeSaved': request({
    capability: 'wall:drive',
    scope: 'city',
    needs: 'step_up',
    input: z.object({ ...libraryCommand, type: z.enum(['programme', 'scene']), id: identifier }),
    output: answer,
  }),
  /** Replaces the whole schedule. */
  'wall:saveSchedule': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({ ...libraryCommand, schedule: z.array(scheduleEntrySchema).max(200) }),
    output: answer,
  }),
  /** Puts a saved programme or scene on a screen. */
  'wall:showSaved': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({ ...command, baseRevision, type: z.enum(['programme', 'scene']), id: identifier }),
    output: answer,
  }),
  /** A screen reports its size in its own pixels when it opens and when the size changes. */
  'wall:reportDisplay': request({
    capability: 'wall:view',
    scope: 'any',
    input: z.object({
      widthPx: z.number().int().min(1).max(32_768),
      heightPx: z.number().int().min(1).max(32_768),
      /** Height of the strip of words under each picture. */
      stripPx: z.number().int().min(0).max(1_000),
      /** Given once by a page that the desktop application put in the place of one that failed. */
      replaced: z.enum(replacedCauses).optional(),
    }),
    output: z.object({}),
  }),
  /** A screen reports its measurements about once a second (decodeBudget.ts). */
  'wall:reportPlayback': request({
    capability: 'wall:view',
    scope: 'any',
    input: decodeMeasurementSchema,
    output: z.object({}),
  }),
  /** Lets a tour fill a screen, beginning at its first page. */
  'wall:startTour': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({ ...command, baseRevision, layout: layoutSchema, settings: tourSettingsSchema }),
    output: answer,
  }),
  /** Pauses, resumes, turns to the next page or back to the one before. */
  'wall:steerTour': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({ ...command, action: z.enum(['pause', 'resume', 'step', 'back']) }),
    output: answer,
  }),
  /** Keeps a camera on a tile of the tour; without a camera the tile tours again. */
  'wall:pinTile': request({
    capability: 'wall:drive',
    scope: 'city',
    input: z.object({ ...command, baseRevision, tileId: identifier, cameraId: identifier.optional() }),
    output: answer,
  }),
};

/** The wall's part of the snapshot. */
export const wallSnapshotFields = {
  /** For a role that may see the wall. */
  wall: wallSnapshotSchema.optional(),
  /** Every screen of the wall and what is saved for it, for a role that drives the wall. */
  screens: z.array(wallSnapshotSchema).optional(),
  library: wallLibrarySchema.optional(),
  /** For a screen that shows a case. */
  wallCase: caseViewSchema.optional(),
};

export const wallNotices = {
  'wall:screenChanged': notice(z.object({ wall: wallSnapshotSchema }), {
    to: 'scope',
    capability: 'wall:drive',
    scopedCapability: 'wall:view',
  }),
  /** To a screen that shows a case: the order as it is now. */
  'wall:caseChanged': notice(z.object({ wallCase: caseViewSchema }), { to: 'addressee' }),
  'wall:libraryChanged': notice(z.object({ library: wallLibrarySchema }), {
    to: 'holders',
    capability: 'wall:drive',
  }),
};
