import { z } from 'zod';
import { districts, siteTypes } from '../cameras/cameras.protocol.ts';
import { publishedFactsSchema } from './publication.ts';

/** What the public's page is answered. Nothing else of the hub is reached from there. */

const named = { siteName: z.string(), siteNameEn: z.string().optional() };
const kind = { siteType: z.enum(siteTypes), district: z.enum(districts) };

/** Moving pictures: fragmented MP4 under paths whose content never changes. The newest segment is the last one. */
const publicVideoSchema = z.object({
  /** Comes before all segments. */
  init: z.string(),
  /** RFC 6381, such as `avc1.42c00d`. */
  codec: z.string(),
  /** Times in milliseconds, counted from the beginning of the stream. */
  segments: z.array(z.object({ path: z.string(), startMs: z.number(), durationMs: z.number() })),
});
export type PublicVideo = z.output<typeof publicVideoSchema>;

/** `GET /public/sites/:code`, and with `?moving=N` the N-th camera (from 0) also has moving pictures, where there is a place for them. Times are Unix milliseconds of the hub's date. */
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
      video: publicVideoSchema.optional(),
      /** The same pictures by WebRTC: the path of an offer. There while a place is free. */
      live: z.string().optional(),
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
