import { z } from 'zod';
import { notice } from '../protocol/define.ts';
import { hubTroubleKinds } from './hubTroubles.ts';

/** One thing that is wrong with the hub, until it is over. */
export const hubTroubleSchema = z.object({
  kind: z.enum(hubTroubleKinds),
  sinceMs: z.number(),
  /** `clock_stepped`: how far the date was set, negative when it was set back. */
  stepSeconds: z.number().optional(),
  /** `workers_*`: how many media workers run, and how many should. */
  running: z.number().int().optional(),
  wanted: z.number().int().optional(),
  /** `disk_low`: what is left on the disk of the data folder. */
  freeMebibytes: z.number().int().optional(),
});
export type HubTrouble = z.output<typeof hubTroubleSchema>;

export const diagnosticsSnapshotFields = {
  /** What is wrong with the hub now; only at a desk. */
  hubTroubles: z.array(hubTroubleSchema).optional(),
};

export const diagnosticsNotices = {
  /** Everything that is wrong with the hub now, in place of what was said before. */
  'diagnostics:troublesChanged': notice(z.object({ troubles: z.array(hubTroubleSchema) }), {
    to: 'holders',
    capability: 'hub:viewTroubles',
  }),
};
