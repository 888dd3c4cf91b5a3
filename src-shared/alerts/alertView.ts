/**
 * An alert as surfaces get it: the mark is what a wall, a map or a visitor may see; the alert is a mark with what only
 * the duty officers see.
 */
import { z } from 'zod';
import { districts, siteTypes } from '../cameras/cameras.protocol.ts';
import { alertProgressSchema, alertStates } from './alert.ts';
import { alertClassSchema } from './alertKinds.ts';

const identifier = z.string().min(1).max(64);

/** Where it happened, as the registry knew it when the alert arrived. Positions are WGS-84 degrees. */
export const alertPlaceSchema = z.object({
  /** Absent for what is about a site and no camera of it, such as a citizen's report. */
  cameraId: identifier.optional(),
  cameraName: z.string().optional(),
  cameraNameEn: z.string().optional(),
  siteId: identifier,
  siteName: z.string(),
  siteNameEn: z.string().optional(),
  siteType: z.enum(siteTypes),
  district: z.enum(districts),
  latitude: z.number().optional(),
  longitude: z.number().optional(),
});
export type AlertPlace = z.output<typeof alertPlaceSchema>;

/** Characters of a region's label. */
export const maxLabelLength = 60;

/** A part of the snapshot, in shares of its width and height from the top left. */
export const alertRegionSchema = z.strictObject({
  x: z.number().min(0).max(1),
  y: z.number().min(0).max(1),
  width: z.number().min(0).max(1),
  height: z.number().min(0).max(1),
  label: z.string().max(maxLabelLength).optional(),
});
export type AlertRegion = z.output<typeof alertRegionSchema>;

/**
 * The newest snapshot of an alert. Only a `ready` one can be downloaded: the hub decoded it and encoded it again.
 * `unusable`: what was sent is no picture; the alert stands without it.
 */
export const alertSnapshotSchema = z.object({
  /** SHA-256 of what was sent, in hexadecimal. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  state: z.enum(['checking', 'ready', 'unusable']),
  takenAtMs: z.number(),
  width: z.number().int().optional(),
  height: z.number().int().optional(),
});
export type AlertSnapshot = z.output<typeof alertSnapshotSchema>;

/** What everybody who sees the city may see of an alert. */
export const alertMarkSchema = z.object({
  alertId: identifier,
  /** Rises with every change; of two messages about one alert the higher one is the newer. */
  revision: z.number().int(),
  kindId: identifier,
  class: alertClassSchema,
  state: z.enum(alertStates),
  raisedAtMs: z.number(),
  lastAtMs: z.number(),
  count: z.number().int(),
  escalation: z.number().int(),
  /** Absent when the registry does not know the camera. */
  place: alertPlaceSchema.optional(),
  snapshot: alertSnapshotSchema.optional(),
});
export type AlertMark = z.output<typeof alertMarkSchema>;

/** What a duty officer sees of an alert. */
export const alertSchema = alertMarkSchema.extend({
  ...alertProgressSchema.shape,
  /** Who reported it: a platform by its key, the hub itself, or the public, of whom nobody is named. */
  source: z.discriminatedUnion('type', [
    z.object({ type: z.literal('hub') }),
    z.object({ type: z.literal('public') }),
    z.object({ type: z.literal('platform'), keyId: identifier, name: z.string() }),
  ]),
  /** By the reporter's own clock, the first and the last time. */
  occurredAtMs: z.number(),
  lastOccurredAtMs: z.number(),
  /** The camera's number as it was reported; all there is when the registry does not know it. */
  reportedCamera: z.string(),
  /** What the platform called it, when that is no kind that anybody named here. */
  reportedKind: z.string().optional(),
  /** 0…1, the highest so far. */
  confidence: z.number().optional(),
  regions: z.array(alertRegionSchema).optional(),
  /** The message of the platform. */
  message: z.string().optional(),
  /** How many notes people wrote; they are in its history. */
  notes: z.number().int(),
  /** The hub could not store its last change yet; it does so as soon as it can. */
  isNotStoredYet: z.literal(true).optional(),
});
export type Alert = z.output<typeof alertSchema>;

/** The part of an alert that leaves the desk: no names of officers, no notes, nothing the platform wrote. */
export function markOf(alert: Alert): AlertMark {
  const { alertId, revision, kindId, state, raisedAtMs, lastAtMs, count, escalation, place, snapshot } =
    alert;
  return {
    alertId,
    revision,
    kindId,
    class: alert.class,
    state,
    raisedAtMs,
    lastAtMs,
    count,
    escalation,
    ...(place === undefined ? {} : { place }),
    ...(snapshot === undefined ? {} : { snapshot }),
  };
}
