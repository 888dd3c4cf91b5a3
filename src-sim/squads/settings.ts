import { join } from 'node:path';
import { z } from 'zod';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** How much quicker than usual people of the demo work: 1 as usual, 0.1 in a tenth of the time. For tests. */
export const demoPaceSchema = z.coerce.number().min(0.01).max(1).default(1);

const settingsSchema = z.object({
  MINGCHU_HUB_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:7400'),
  MINGCHU_DATA_DIR: z.string({ error: 'name the folder in which the phones keep their sign-ins' }),
  MINGCHU_HUB_DATA_DIR: z.string().optional(),
  MINGCHU_SIM_SITES: z.coerce.number().int().min(1).max(20_000).default(1_500),
  MINGCHU_DEMO_LEADER: flag.default(true),
  MINGCHU_BROWSER: z.string().optional(),
  MINGCHU_DEMO_PACE: demoPaceSchema,
});

/** How the demo's squads are to run. */
export interface SquadsSettings {
  hubUrl: string;
  /** The hub's data folder: over the socket in it the squads are made. */
  hubDataDir: string;
  /** Where the phones keep their sign-ins. */
  keptFile: string;
  /** Sites of the demo city, which the squads call at. */
  sites: number;
  /** Whether the answering squad's leader is a real browser. */
  hasLeader: boolean;
  /** The browser, where it is not found by its name. */
  browserPath: string | undefined;
  /** The share of the usual time that a step of an order takes. */
  pace: number;
}

/**
 * Reads the settings from the environment; an empty variable counts as unset.
 * @throws Error that names each wrong variable and what is expected of it.
 */
export function readSquadsSettings(
  environment: Readonly<Record<string, string | undefined>>,
): SquadsSettings {
  const given = Object.fromEntries(
    Object.keys(settingsSchema.shape).flatMap((name) => {
      const value = environment[name]?.trim();
      return value ? [[name, value]] : [];
    }),
  );
  const result = settingsSchema.safeParse(given);
  if (!result.success) {
    const complaints = result.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`);
    throw new Error(`the settings of the demo’s squads are wrong: ${complaints.join('; ')}`);
  }
  const { data } = result;
  return {
    hubUrl: new URL(data.MINGCHU_HUB_URL).origin,
    hubDataDir: data.MINGCHU_HUB_DATA_DIR ?? data.MINGCHU_DATA_DIR,
    keptFile: join(data.MINGCHU_DATA_DIR, 'demo-squads.json'),
    sites: data.MINGCHU_SIM_SITES,
    hasLeader: data.MINGCHU_DEMO_LEADER,
    browserPath: data.MINGCHU_BROWSER,
    pace: data.MINGCHU_DEMO_PACE,
  };
}
