import { z } from 'zod';

/** How a simulated ONVIF camera deviates from the norm: the faults that real ones are known for, each to be switched on. */
export const onvifHabitsSchema = z.strictObject({
  /** Its clock is so far ahead of the right time. Milliseconds; negative: behind. */
  clockOffsetMs: z.number().optional(),
  /** Its field of UTC holds the time of a zone so far ahead of UTC; its clock is right. Milliseconds. */
  localTimeInUtcMs: z.number().optional(),
  /** The host that its answers name, in place of the one that it is reached at. */
  answersHost: z.string().optional(),
  /** Its answers name it by HTTPS, whatever it was asked by. */
  namesHttps: z.boolean().optional(),
  /** What its answers name before every path, such as `http://10.0.0.9:80`. */
  answersBase: z.string().optional(),
  /** The whole address that its announcement names. */
  announcedAddress: z.string().optional(),
  mediaOneOnly: z.boolean().optional(),
  /** It takes only this way to prove the password. */
  authentication: z.enum(['digest', 'token']).optional(),
  /** Requests that its user may not make, by name, such as `Stop`; the password is right all the same. */
  forbidden: z.array(z.string()).optional(),
  /** `refused`: a fault; `unknown`: it does not know the request; `ignored`: yes, and it turns on. */
  stop: z.enum(['refused', 'unknown', 'ignored']).optional(),
  /** It answers a move at a speed, and does it, so much later. Milliseconds. */
  slowMoveMs: z.number().optional(),
  ignoresTimeout: z.boolean().optional(),
  /** Its subscriptions are forgotten after so long, whatever was agreed. Milliseconds. */
  pullPointDiesAfterMs: z.number().optional(),
  withoutEvents: z.boolean().optional(),
  withoutPtz: z.boolean().optional(),
  /** It refuses to remove a preset. */
  keepsPresets: z.boolean().optional(),
  /** It refuses a move that names the zoom. */
  withoutZoom: z.boolean().optional(),
  /** So many answers to one probe. */
  answersPerProbe: z.number().int().min(1).max(20).optional(),
  /** So many probes are lost before one is heard. */
  lostProbes: z.number().int().min(0).optional(),
  /** What it answers every request with, in place of an answer. */
  hostile: z.enum(['huge', 'endless', 'entityBomb', 'garbage', 'silent']).optional(),
});
export type OnvifHabits = z.output<typeof onvifHabitsSchema>;
