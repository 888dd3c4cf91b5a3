import { randomUUID } from 'node:crypto';
import type { CameraView } from '../../src-shared/cameras/cameras.protocol.ts';
import {
  registerCity,
  startHubProcess,
  startSimulatorProcess,
  type HubProcess,
  type SimulatorProcess,
} from '../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';

/** A hub with a city of so many cameras, and a desk that drives its wall. */
export interface WallCity {
  simulator: SimulatorProcess;
  hub: HubProcess;
  desk: SurfaceClient;
  cameras: CameraView[];
}

/** Starts a hub and a city for one bench and ends both after it. */
export async function withWallCity(
  options: {
    sites: number;
    cameras: number;
    brokenCameras?: number;
    /** Of the hub. */
    settings?: Record<string, string>;
  },
  use: (city: WallCity) => Promise<void>,
): Promise<void> {
  const simulator = await startSimulatorProcess({
    settings: {
      MINGCHU_SIM_SITES: String(options.sites),
      MINGCHU_SIM_CAMERAS: String(options.cameras),
      MINGCHU_SIM_BROKEN_CAMERAS: String(options.brokenCameras ?? 0),
    },
  });
  try {
    const hub = await startHubProcess({ settings: options.settings ?? {} });
    try {
      await registerCity(hub.url, simulator.controlUrl);
      const desk = await connectSurface(hub.url);
      const joined = await desk.request('session:join', { surface: 'desk' });
      if (!joined.ok) throw new Error(joined.message);
      await use({ simulator, hub, desk, cameras: joined.data.snapshot.registry ?? [] });
      desk.close();
    } finally {
      await hub.stop();
    }
  } finally {
    await simulator.stop();
  }
}

/** Puts cameras on the screen `main`. */
export async function showCameras(desk: SurfaceClient, cameras: readonly CameraView[]): Promise<void> {
  const answer = await desk.request('wall:showCameras', {
    commandId: randomUUID(),
    screenId: 'main',
    cameraIds: cameras.map(({ cameraId }) => cameraId),
  });
  if (!answer.ok) throw new Error(answer.message);
}
