import { z } from 'zod';
import { request } from '../protocol/define.ts';

/** Kinds of records that the hub removes by their age, where a setting says so. */
export const retentionKinds = [
  'alerts',
  'snapshots',
  'status',
  'talk',
  'orders',
  'findings',
  'attachments',
  'positions',
  'shifts',
  'citizens',
  'sessions',
  'audit',
] as const;
export type RetentionKind = (typeof retentionKinds)[number];

/** Files of the data folder beside the database's own. */
export const dataPlaces = [
  'database',
  'snapshots',
  'posters',
  'attachments',
  'audit_archive',
  'map',
] as const;

const countSchema = z.number().int().nonnegative();

/** How much there is of one kind of record. */
export const kindGrowthSchema = z.object({
  kind: z.enum(retentionKinds),
  rows: countSchema,
  /** Of records an estimate from some of them; of pictures what their files have. */
  bytes: countSchema,
  /** The oldest one; left out where there is none. */
  oldestMs: z.number().optional(),
  /** How many came in a day, over the last seven days. */
  rowsPerDay: z.number().nonnegative(),
  /** For how many days they are kept; 0: for ever. */
  keptDays: countSchema,
  /** How many are older than that, and are removed in the next round. */
  removable: countSchema,
});
export type KindGrowth = z.output<typeof kindGrowthSchema>;

/** What grows on the disk of the hub. */
export const growthSchema = z.object({
  kinds: z.array(kindGrowthSchema),
  places: z.array(z.object({ place: z.enum(dataPlaces), files: countSchema, bytes: countSchema })),
});
export type Growth = z.output<typeof growthSchema>;

export const retentionRequests = {
  'retention:readGrowth': request({
    capability: 'hub:monitor',
    scope: 'city',
    input: z.object({}),
    output: growthSchema,
  }),
};
