import { z } from 'zod';
import { districts, siteTypes } from '../cameras/cameras.protocol.ts';
import { publishedFactsSchema } from './publication.ts';

/** What the public's page is answered. Nothing else of the hub is reached from there. */

const named = { siteName: z.string(), siteNameEn: z.string().optional() };
const kind = { siteType: z.enum(siteTypes), district: z.enum(districts) };

/** `GET /public/sites/:code`. Times are Unix milliseconds of the hub's date. */
export const publicSitePageSchema = z.object({
  ...named,
  ...kind,
  facts: publishedFactsSchema,
  nowMs: z.number(),
  /** None while a curtain is drawn, or outside the hours of the site. */
  cameras: z.array(
    z.object({
      cameraName: z.string(),
      cameraNameEn: z.string().optional(),
      still: z.object({ path: z.string(), takenAtMs: z.number() }).optional(),
    }),
  ),
});
export type PublicSitePage = z.output<typeof publicSitePageSchema>;

/** `GET /public/kitchens`: kitchens that can be seen now. */
export const publicKitchensPageSchema = z.object({
  kitchens: z.array(
    z.object({
      code: z.string(),
      ...named,
      ...kind,
      /** Where it is, rounded to a thousandth of a degree (about 100 m); left out where that is not recorded. */
      near: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
    }),
  ),
});
export type PublicKitchensPage = z.output<typeof publicKitchensPageSchema>;
