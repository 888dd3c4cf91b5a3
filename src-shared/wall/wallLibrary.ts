/** What operators save: programmes (named tours), scenes (named fixed pages), and the schedule that puts them on screens. */
import { z } from 'zod';
import { layoutSchema } from './layouts.ts';
import { tourSettingsSchema } from './tourSettings.ts';

const identifier = z.string().min(1).max(64);
const name = z.string().trim().min(1).max(80);

/** A named tour. The id is made by the surface. */
export const programmeSchema = z.object({
  id: identifier,
  name,
  layout: layoutSchema,
  settings: tourSettingsSchema,
});
export type Programme = z.output<typeof programmeSchema>;

/** A named fixed page: tile id → camera id. */
export const sceneSchema = z.object({
  id: identifier,
  name,
  layout: layoutSchema,
  cameras: z.record(identifier, identifier),
});
export type Scene = z.output<typeof sceneSchema>;

/** From a minute of the day on, on some days of the week, a screen shows something saved. */
export const scheduleEntrySchema = z.object({
  id: identifier,
  screenId: z.string().regex(/^[\w.-]{1,64}$/),
  /** 1 is Monday, 7 is Sunday. */
  weekdays: z.array(z.number().int().min(1).max(7)).min(1).max(7),
  /** Minutes since local midnight at which it begins; it lasts until the screen's next entry begins. */
  fromMinute: z.number().int().min(0).max(1439),
  shows: z.object({ type: z.enum(['programme', 'scene']), id: identifier }),
});
export type ScheduleEntry = z.output<typeof scheduleEntrySchema>;

/** Everything saved, with a revision that counts every change. */
export const wallLibrarySchema = z.object({
  revision: z.number().int(),
  programmes: z.array(programmeSchema).max(200),
  scenes: z.array(sceneSchema).max(200),
  schedule: z.array(scheduleEntrySchema).max(200),
});
export type WallLibrary = z.output<typeof wallLibrarySchema>;
