import { z } from 'zod';
import { districts, siteTypes } from './cameras.protocol.ts';
import { publicationImportSchema, publicCameraImportSchema } from '../public/publicationImport.ts';
import { faultParams, registryFault } from './registryFault.ts';
import { foldId, hiddenCharacterIn, wideFormIn } from './plainText.ts';

const controlCharacter = /\p{Cc}|\p{Cs}/u;
const printable = (value: string): boolean => !controlCharacter.test(value);
const notPrintable = {
  error: 'must not hold line breaks or control characters',
  ...faultParams('notPrintable'),
};

/** Compared as it looks: `Ｓ１` and `S1` with a zero width space are `S1`. */
const externalId = z
  .string()
  .transform(foldId)
  .pipe(z.string().min(1).max(64).refine(printable, notPrintable));
const name = z.string().trim().min(1).max(100).refine(printable, notPrintable);
const streamUrl = z
  .string()
  .refine((value) => hiddenCharacterIn(value) === undefined, {
    error: 'must not hold characters that nobody sees',
    ...faultParams('hiddenCharacters'),
  })
  .refine((value) => wideFormIn(value) === undefined, {
    error: 'must not hold wide forms of letters and punctuation',
    ...faultParams('wideCharacters'),
  })
  .trim()
  .max(2048)
  .refine(
    (value) =>
      /^rtsp:\/\/[^/?#]|^gb28181:\/\/\d{20}\/\d{20}(?:\?stream=sub)?$|^onvif:\/\/[\w-]{1,64}\/[\w.~%-]{1,400}$/i.test(
        value,
      ),
    {
      error: 'must be an rtsp:// URL',
      ...faultParams('notRtsp'),
    },
  )
  .refine((value) => !/\s/.test(value) && printable(value), {
    error: 'must not hold spaces or control characters',
    ...faultParams('spacesInUrl'),
  });

/** Degrees; the mainland, Hainan's islands and Taiwan, with some margin. All three systems agree to within 0.02°. */
const chinaBounds = { south: 3.5, north: 53.8, west: 73.2, east: 135.3 } as const;

/** Whether a point, in degrees, lies in or close to China. */
export function isInChina({ latitude, longitude }: { latitude: number; longitude: number }): boolean {
  const { south, north, west, east } = chinaBounds;
  return latitude >= south && latitude <= north && longitude >= west && longitude <= east;
}

/** A place, with the coordinate system it was given in (domain.md, "Coordinates"). Degrees. */
export const positionSchema = z
  .object({
    latitude: z.number(),
    longitude: z.number(),
    system: z.enum(['wgs84', 'gcj02', 'bd09']),
  })
  .superRefine((position, context) => {
    if (isInChina(position)) return;
    const { latitude, longitude } = position;
    const swapped = isInChina({ latitude: longitude, longitude: latitude });
    const hint = swapped ? '; latitude and longitude seem to be swapped' : '';
    context.addIssue({
      code: 'custom',
      path: ['latitude'],
      params: {
        registryFault: registryFault(swapped ? 'coordinatesSwapped' : 'outsideChina', {
          latitude,
          longitude,
        }),
      },
      message: `latitude ${latitude}, longitude ${longitude} is outside China${hint}`,
    });
  });

export const siteImportSchema = z.object({
  externalId,
  name,
  nameEn: name.optional(),
  type: z.enum(siteTypes),
  district: z.enum(districts),
  address: z.string().trim().max(200).refine(printable, notPrintable).default(''),
  phone: z.string().trim().max(40).refine(printable, notPrintable).optional(),
  position: positionSchema.optional(),
  /** What it agreed to show the public, and what is published of it. */
  publication: publicationImportSchema.optional(),
});
export type SiteImport = z.output<typeof siteImportSchema>;

const credential = z.string().max(200).refine(printable, notPrintable);

export const cameraImportSchema = z.object({
  externalId,
  siteExternalId: externalId,
  name,
  nameEn: name.optional(),
  streams: z.object({
    main: z.object({ url: streamUrl }),
    sub: z.object({ url: streamUrl }).optional(),
  }),
  username: credential.optional(),
  /** Left out, a registered camera keeps its password as long as its address and user stay; empty means none. */
  password: credential.optional(),
  /**
   * A person's word that the camera may get its password in clear (Basic), though it took it encrypted (Digest) before:
   * it was changed or reset on purpose. Holds until it takes Digest again.
   */
  allowBasic: z.boolean().optional(),
  /** What it looks at, and how large a head is in its picture. */
  publication: publicCameraImportSchema.optional(),
});
export type CameraImport = z.output<typeof cameraImportSchema>;

/** Records of one table an import may hold; more than any city has, few enough to hold in memory. */
export const maxImportRecords = { sites: 20_000, cameras: 50_000 } as const;

/** The body of `POST /api/v1/registry/import`: upserted by `externalId`, all or nothing. */
export const registryImportSchema = z.object({
  sites: z.array(siteImportSchema).max(maxImportRecords.sites),
  cameras: z.array(cameraImportSchema).max(maxImportRecords.cameras),
});
export type RegistryImport = z.output<typeof registryImportSchema>;
