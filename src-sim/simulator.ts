import type { RegistryImport } from '../src-shared/cameras/registryImport.ts';
import { framesPerSecond, loopFrames } from '../src-shared/simulation/frameStrip.ts';
import { createAlertPlatform } from './alerts/alertPlatform.ts';
import { grabFrame } from './alerts/frameGrabber.ts';
import { breakCameras } from './cameras/brokenCameras.ts';
import type { SimulatedCamera, SimulatedEar } from './cameras/camera.ts';
import { simulationEpochMs } from './cameras/camera.ts';
import { makeCameras, showsOf } from './cameras/cameraPark.ts';
import { endsSessions, faultSchema, type FaultInput } from './cameras/faults.ts';
import { demoCity } from './city/demoCity.ts';
import { giveRecorders, lowerPlatforms, runDemoRecorders, turningCameraOf } from './gb28181/demoRecorders.ts';
import { runDemoUpper } from './gb28181/demoUpper.ts';
import { startControlServer } from './control/controlServer.ts';
import { runOnvif, takeOnvifSites } from './onvif/demoOnvif.ts';
import { openClipLibrary } from './media/clip.ts';
import { startRtspServer } from './rtsp/rtspServer.ts';
import type { AuthenticationScheme } from './rtsp/authentication.ts';
import { clipFolder, type Show } from './scenes/catalogue.ts';
import { seededRandom } from './random.ts';
import type { SimulatorSettings } from './settings.ts';
import type { CameraReport, Simulator } from './simulatorReports.ts';
import { ControlError } from './simulatorError.ts';

/** The demo city is always the same one. */
const demoSeed = 715;

/** Starts the city: RTSP server and control interface. Ports left out are any free ones; a small, healthy city else. */
export async function createSimulator(options: Partial<SimulatorSettings> = {}): Promise<Simulator> {
  const host = options.host ?? '127.0.0.1';
  const cameras = new Map<string, SimulatedCamera>();
  const rtsp = await startRtspServer({
    host,
    port: options.rtspPort ?? 0,
    clips: openClipLibrary(clipFolder()),
    findCamera: (id) => cameras.get(id),
  });
  const rtspUrl = `rtsp://${host}:${rtsp.port}`;
  const registry = demoCity({
    sites: options.sites ?? 30,
    cameras: options.cameras ?? 48,
    seed: demoSeed,
    rtspUrl,
  });
  for (const [id, camera] of makeCameras(registry.cameras)) cameras.set(id, camera);
  // The AI platform reaches every camera by RTSP; the hub reaches some through recorders.
  const direct = structuredClone(registry);
  const siteRecorders = giveRecorders(registry, options.recorders ?? 0, demoSeed);
  const recorders = [...siteRecorders, ...lowerPlatforms(options.lowerPlatforms ?? 0)];
  const onvifSites = takeOnvifSites(registry, options.onvifSites ?? 0);
  const byOnvif = onvifSites.flatMap((site) => site.cameras.map(({ externalId }) => externalId));
  const unbroken = new Set([
    ...recorders.flatMap(({ channels }) => channels.map(({ cameraId }) => cameraId)),
    ...byOnvif,
  ]);
  breakCameras(
    [...cameras.values()].filter(({ id }) => !unbroken.has(id)),
    options.brokenCameras ?? 0,
    Date.now(),
  );
  const { recorderPort: port = 0, recorderPlatformId: id = '' } = options;
  const running = runDemoRecorders(port === 0 ? [] : recorders, {
    platform: { address: host, port, id },
    camera: (cameraId) => cameras.get(cameraId),
  });
  const upper = await runDemoUpper({ host, port: options.upperPort ?? 0 });
  const onvif = await runOnvif(onvifSites, {
    host,
    port: options.onvifPort ?? 0,
    camera: (cameraId) => cameras.get(cameraId),
    isAnnounced: true,
  });

  const find = (id: string): SimulatedCamera => {
    const camera = cameras.get(id);
    if (!camera) throw new ControlError(404, `no camera has the id ${id}`);
    return camera;
  };
  const reportOf = (camera: SimulatedCamera, traffic = rtsp.traffic()): CameraReport => {
    const { main = 0, sub = 0, droppedPictures = 0 } = traffic.get(camera.id) ?? {};
    return {
      id: camera.id,
      room: camera.room,
      scene: camera.scene,
      shows: showsOf(camera.scene),
      show: camera.show,
      phase: camera.phase,
      hasAudio: camera.hasAudio,
      scheme: camera.credentials.scheme,
      fault: camera.fault,
      faultSinceMs: camera.faultSinceMs,
      clients: { main, sub },
      droppedPictures,
      ear: { habit: camera.ear.habit, heard: camera.ear.heard.report() },
    };
  };
  const alerts = createAlertPlatform({
    // Cameras that a person places have other ids at the hub.
    cameraIds: [...cameras.keys()].filter((id) => !byOnvif.includes(id)),
    showsOf: (id) => showsOf(find(id).scene),
    show: (id, show) => void methods.setScene(id, show),
    showing: (id) => find(id).show,
    picture: (id) => grabFrame(urlWithPassword(direct, id)),
    random: seededRandom(Date.now()),
  });
  const methods = {
    alerts,
    onvif,
    upper,
    runningRecorders: running,
    registry: () => registry,
    recorders: () => recorders.map(({ recorderId, name, password }) => ({ recorderId, name, password })),
    recorderSites: () => siteRecorders.length,
    turningCamera: () => turningCameraOf(siteRecorders),
    cameras: () => {
      const traffic = rtsp.traffic();
      return [...cameras.values()].map((camera) => reportOf(camera, traffic));
    },
    clock: () => ({ epochMs: simulationEpochMs, nowMs: Date.now(), framesPerSecond, loopFrames }),
    setFault: (id: string, input: FaultInput) => {
      const camera = find(id);
      const fault = faultSchema.parse(input);
      const mustReconnect = endsSessions(camera.fault) || endsSessions(fault);
      camera.fault = fault;
      camera.faultSinceMs = Date.now();
      if (mustReconnect) rtsp.endSessions(id);
      return reportOf(camera);
    },
    setScene: (id: string, show: Show) => {
      const camera = find(id);
      const possible = showsOf(camera.scene);
      if (!possible.includes(show)) {
        throw new ControlError(409, `the scene of ${id} shows ${possible.join(', ')}; it has no ${show}`);
      }
      camera.show = show;
      return reportOf(camera);
    },
    setEar: (id: string, habit: SimulatedEar['habit']) => {
      const camera = find(id);
      camera.ear.habit = habit;
      return reportOf(camera);
    },
    setAuthentication: (id: string, scheme: AuthenticationScheme) => {
      const camera = find(id);
      camera.credentials = { ...camera.credentials, scheme };
      rtsp.endSessions(id);
      return reportOf(camera);
    },
  };
  try {
    const control = await startControlServer({ host, port: options.controlPort ?? 0, simulator: methods });
    return {
      ...methods,
      rtspUrl,
      controlUrl: `http://${host}:${control.port}`,
      close: async () => {
        alerts.close();
        running.close();
        upper.close();
        await Promise.all([control.close(), rtsp.close(), onvif.close()]);
      },
    };
  } catch (error) {
    running.close();
    upper.close();
    await Promise.all([rtsp.close(), onvif.close()]);
    throw error;
  }
}

/** How the platform's own player reaches a camera. */
function urlWithPassword({ cameras }: RegistryImport, id: string): string {
  const camera = cameras.find(({ externalId }) => externalId === id);
  if (camera === undefined) throw new ControlError(404, `no camera has the id ${id}`);
  const url = new URL((camera.streams.sub ?? camera.streams.main).url);
  url.username = camera.username ?? '';
  url.password = camera.password ?? '';
  return url.href;
}
