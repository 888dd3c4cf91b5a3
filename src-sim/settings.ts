import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

const settingsSchema = z.object({
  MINGCHU_SIM_RTSP_PORT: port.default(8554),
  MINGCHU_SIM_CONTROL_PORT: port.default(8555),
  MINGCHU_SIM_HOST: z.string().min(1).default('127.0.0.1'),
  MINGCHU_SIM_SITES: z.coerce.number().int().min(1).max(20_000).default(1_500),
  MINGCHU_SIM_CAMERAS: z.coerce.number().int().min(1).max(50_000).default(2_200),
  MINGCHU_SIM_RECORDERS: z.coerce.number().int().min(0).max(500).default(0),
  MINGCHU_SIM_ONVIF_SITES: z.coerce.number().int().min(0).max(100).default(0),
  MINGCHU_SIM_ONVIF_PORT: port.default(8600),
  MINGCHU_SIM_LOWER_PLATFORMS: z.coerce.number().int().min(0).max(9).default(0),
  MINGCHU_SIM_UPPER_PORT: port.default(0),
  MINGCHU_GB28181_PORT: port.default(0),
  MINGCHU_GB28181_ID: z
    .string()
    .regex(/^\d{20}$/)
    .default('42120000002000000001'),
  MINGCHU_SIM_BROKEN_CAMERAS: z.coerce.number().int().min(0).max(50_000).default(12),
});

/** How the simulated city is to run. */
export interface SimulatorSettings {
  rtspPort: number;
  controlPort: number;
  host: string;
  sites: number;
  cameras: number;
  /** Cameras that something is wrong with from the start. */
  brokenCameras: number;
  /** Sites whose cameras come through a recorder of their own. */
  recorders: number;
  /** Platforms below the hub, which register as the recorders do. */
  lowerPlatforms: number;
  /** Where the platform above the hub listens, by UDP and TCP; 0: there is none. */
  upperPort: number;
  /** Sites whose cameras come by ONVIF. */
  onvifSites: number;
  /** The HTTP port of the first of them; the others have the next ones. */
  onvifPort: number;
  /** Where the recorders register, by UDP; 0: nowhere. */
  recorderPort: number;
  recorderPlatformId: string;
}

/**
 * Reads the settings from the environment; an empty variable counts as unset.
 * @throws Error that names each wrong variable and what is expected of it.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): SimulatorSettings {
  const given = Object.fromEntries(
    Object.keys(settingsSchema.shape).flatMap((name) => {
      const value = environment[name]?.trim();
      return value ? [[name, value]] : [];
    }),
  );
  const result = settingsSchema.safeParse(given);
  if (!result.success) {
    const complaints = result.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return `${name}=${given[name]}: ${issue.message}`;
    });
    throw new Error(`the simulated city's settings are wrong: ${complaints.join('; ')}`);
  }
  const { data } = result;
  return {
    rtspPort: data.MINGCHU_SIM_RTSP_PORT,
    controlPort: data.MINGCHU_SIM_CONTROL_PORT,
    host: data.MINGCHU_SIM_HOST,
    sites: data.MINGCHU_SIM_SITES,
    cameras: data.MINGCHU_SIM_CAMERAS,
    brokenCameras: data.MINGCHU_SIM_BROKEN_CAMERAS,
    recorders: data.MINGCHU_SIM_RECORDERS,
    lowerPlatforms: data.MINGCHU_SIM_LOWER_PLATFORMS,
    upperPort: data.MINGCHU_SIM_UPPER_PORT,
    onvifSites: data.MINGCHU_SIM_ONVIF_SITES,
    onvifPort: data.MINGCHU_SIM_ONVIF_PORT,
    recorderPort: data.MINGCHU_GB28181_PORT,
    recorderPlatformId: data.MINGCHU_GB28181_ID,
  };
}
