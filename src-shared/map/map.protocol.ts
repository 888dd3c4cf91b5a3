import { z } from 'zod';
import { siteEntrySchema } from '../cameras/cameras.protocol.ts';
import { notice, request } from '../protocol/define.ts';
import { mapFaultCodes } from './city.ts';

/** The coordinate systems map data comes in: what is stored here is WGS-84; Chinese map makers publish the other two. */
export const coordinateSystems = ['wgs84', 'gcj02', 'bd09'] as const;
export type CoordinateSystem = (typeof coordinateSystems)[number];

/** A site as every map shows it, also one that strangers see: no address, no telephone number. */
export const mapSiteSchema = siteEntrySchema.pick({
  siteId: true,
  siteName: true,
  siteNameEn: true,
  siteType: true,
  district: true,
  latitude: true,
  longitude: true,
});
export type MapSite = z.output<typeof mapSiteSchema>;

/** The same in the answer to a surface that knows no findings: with the card that the site shows for what is overdue. */
export const cardedSiteSchema = mapSiteSchema.extend({ card: z.enum(['yellow', 'red']).optional() });

/** The operator's own basemap: a PMTiles archive that the hub serves with Range requests. */
export const operatorBasemapSchema = z.object({
  /** Path at the hub. It changes with the file. */
  url: z.string(),
  tiles: z.enum(['vector', 'raster']),
  /** What the archive was made in; everything shown over it is converted to that. */
  coordinateSystem: z.enum(coordinateSystems),
  attribution: z.string(),
  minZoom: z.number(),
  maxZoom: z.number(),
});
export type OperatorBasemap = z.output<typeof operatorBasemapSchema>;

/** What a map is drawn on; without either part the offline map that every surface has is shown. */
export const mapSettingsSchema = z.object({
  basemap: operatorBasemapSchema.optional(),
  /** The operator's districts as GeoJSON, in WGS-84 whatever they were made in. */
  districts: z.object({ url: z.string(), attribution: z.string() }).optional(),
  /** What was dropped in and cannot be used, each in a sentence that says what to do. */
  problems: z.array(z.string()),
  /** The same for surfaces, which have a sentence for each code, with what the file has instead; `problem` is the one meant. */
  faults: z
    .array(z.object({ code: z.enum(mapFaultCodes), value: z.string(), problem: z.string() }))
    .optional(),
});
export type MapSettings = z.output<typeof mapSettingsSchema>;

export const mapNotices = {
  /** The registry or the card of a site changed, for surfaces that may not read the directory: they read the sites again. */
  'map:sitesChanged': notice(z.object({ revision: z.number().int() }), {
    to: 'holders',
    capability: 'wall:view',
    without: 'cameras:list',
  }),
};

export const mapRequests = {
  'map:readSettings': request({
    capability: 'wall:view',
    scope: 'any',
    input: z.object({}),
    output: mapSettingsSchema,
  }),
  /** Every site of the registry, for surfaces that may not read the directory. */
  'map:readSites': request({
    capability: 'wall:view',
    scope: 'filtered',
    input: z.object({}),
    output: z.object({ revision: z.number().int(), sites: z.array(cardedSiteSchema) }),
  }),
};
