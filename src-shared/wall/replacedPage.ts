import { z } from 'zod';

/**
 * Why a page was loaded again by the desktop application: it crashed, did not answer, had no memory left, its browser ended, or lost its
 * graphics card.
 */
export const replacedCauses = ['crashed', 'hung', 'outOfMemory', 'browserEnded', 'graphicsLost'] as const;
export type ReplacedCause = (typeof replacedCauses)[number];

/** When a page was last replaced after a fault, why, and how often since the hub was started. */
export const replacedPageSchema = z.object({
  cause: z.enum(replacedCauses),
  atMs: z.number(),
  count: z.number().int().positive(),
});
export type ReplacedPage = z.output<typeof replacedPageSchema>;
