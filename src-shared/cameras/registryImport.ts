import { z } from 'zod';
import { districts, siteTypes } from './cameras.protocol.ts';

const externalId = z.string().trim().min(1).max(64);
const name = z.string().trim().min(1).max(100);
const streamUrl = z
  .string()
  .max(2048)
  .refine((value) => /^rtsp:\/\//i.test(value), 'must be an rtsp:// URL');

/** A place, with the coordinate system it was given in (domain.md, "Coordinates"). Degrees. */
export const positionSchema = z.object({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  system: z.enum(['wgs84', 'gcj02', 'bd09']),
});

export const siteImportSchema = z.object({
  externalId,
  name,
  nameEn: name.optional(),
  type: z.enum(siteTypes),
  district: z.enum(districts),
  address: z.string().trim().max(200).default(''),
  phone: z.string().trim().max(40).optional(),
  position: positionSchema.optional(),
});
export type SiteImport = z.output<typeof siteImportSchema>;

export const cameraImportSchema = z.object({
  externalId,
  siteExternalId: externalId,
  name,
  nameEn: name.optional(),
  streams: z.object({
    main: z.object({ url: streamUrl }),
    sub: z.object({ url: streamUrl }).optional(),
  }),
  username: z.string().max(200).optional(),
  password: z.string().max(200).optional(),
});
export type CameraImport = z.output<typeof cameraImportSchema>;

/** The body of `POST /api/v1/registry/import`: upserted by `externalId`, all or nothing. */
export const registryImportSchema = z.object({
  sites: z.array(siteImportSchema).max(20_000),
  cameras: z.array(cameraImportSchema).max(50_000),
});
export type RegistryImport = z.output<typeof registryImportSchema>;
