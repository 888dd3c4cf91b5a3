import { randomUUID } from 'node:crypto';
import type { CameraImport, RegistryImport } from '../../src-shared/cameras/registryImport.ts';
import type { SimulatedCamera } from '../cameras/camera.ts';
import { ControlError } from '../simulatorError.ts';
import { encodeTurned } from '../turning/turnedPictures.ts';
import { TurningHead } from '../turning/turningHead.ts';
import { OnvifDiscovery } from './discovery.ts';
import { onvifHabitsSchema, type OnvifHabits } from './onvifHabits.ts';
import { OnvifDevice } from './onvifDevice.ts';
import type { OnvifSource } from './onvifSettings.ts';
import { photograph } from './photographs.ts';
import type { OnvifEventKind } from './pullPoints.ts';

/** Cameras of one site of the demo, which come by ONVIF. */
export interface OnvifSite {
  siteExternalId: string;
  cameras: CameraImport[];
}

/** A device of the demo, with what is needed to sign in to it and to place its lenses. */
export interface OnvifReport {
  serial: string;
  address: string;
  username: string;
  password: string;
  places: { sourceToken: string; siteExternalId: string; name: string }[];
  habits: OnvifHabits;
  /** Where the lenses that turn look now. */
  poses: { sourceToken: string; pan: number; tilt: number; zoom: number; isMoving: boolean }[];
  subscriptions: number;
}

/** The devices of a simulated city, as the control interface sees them. */
export interface RunningOnvif {
  list(): OnvifReport[];
  /** @throws ControlError (404) when there is no such device. */
  setHabits(serial: string, habits: unknown): OnvifReport;
  raise(serial: string, kind: OnvifEventKind, state: boolean): OnvifReport;
  close(): Promise<void>;
}

/**
 * Takes so many sites out of the registry whose cameras come by ONVIF: a person finds and places those cameras, as an installer does.
 * Sites with two or three cameras are taken, small ones, for a recorder is what large ones have.
 */
export function takeOnvifSites(registry: RegistryImport, count: number): OnvifSite[] {
  const camerasOf = Map.groupBy(
    registry.cameras.filter(({ streams }) => streams.main.url.startsWith('rtsp://')),
    ({ siteExternalId }) => siteExternalId,
  );
  const sites = [...camerasOf]
    .filter(([, cameras]) => cameras.length >= 2 && cameras.length <= 3)
    .slice(0, count)
    .map(([siteExternalId, cameras]) => ({ siteExternalId, cameras }));
  const taken = new Set(sites.flatMap(({ cameras }) => cameras.map(({ externalId }) => externalId)));
  registry.cameras = registry.cameras.filter(({ externalId }) => !taken.has(externalId));
  return sites;
}

/**
 * Runs the devices of these sites: those of every second site are one device with several lenses, the others one device for each lens. The very
 * first lens turns.
 */
export async function runOnvif(
  sites: readonly OnvifSite[],
  options: {
    host: string;
    /** Of the first device; the others have the next ones. 0: any free ones. */
    port: number;
    camera(cameraId: string): SimulatedCamera | undefined;
    /** Whether probes are answered; a port that is taken is no reason not to run. */
    isAnnounced: boolean;
  },
): Promise<RunningOnvif> {
  const groups = sites.flatMap(({ siteExternalId, cameras }, order) =>
    (order % 2 === 0 ? cameras.map((camera) => [camera]) : [cameras]).map((lenses) => ({
      siteExternalId,
      lenses,
    })),
  );
  // Two simulated cities of one machine must not look as one: that of fixed ports is the same again after a restart.
  const city = (options.port === 0 ? process.pid : options.port).toString(16).padStart(8, '0');
  const running = await Promise.all(
    groups.map(async ({ siteExternalId, lenses }, order) => {
      const [first] = lenses;
      const serial = `ONVIF${String(order + 1).padStart(4, '0')}`;
      const sources = lenses.map((lens, index) =>
        sourceOf(lens, `V${index + 1}`, options.camera(lens.externalId), order === 0 && index === 0),
      );
      const device = new OnvifDevice({
        host: options.host,
        port: options.port === 0 ? 0 : options.port + order,
        endpoint: `urn:uuid:4d696e67-6368-4075-8000-${city}${serial.slice(5)}`,
        name: (first?.name ?? serial).slice(0, 40),
        make: 'Mingchu',
        model: lenses.length > 1 ? `Encoder ${lenses.length}` : order === 0 ? 'Dome' : 'Bullet',
        serial,
        account: { username: first?.username ?? 'admin', password: first?.password ?? randomUUID() },
        sources,
      });
      await device.open();
      const places = lenses.map(({ name }, index) => ({
        sourceToken: `V${index + 1}`,
        siteExternalId,
        name,
      }));
      // The lenses of one device are reached with one password.
      for (const { externalId } of lenses) {
        const camera = options.camera(externalId);
        if (camera) Object.assign(camera.credentials, device.settings.account);
      }
      return { device, places };
    }),
  );
  const discovery = new OnvifDiscovery(() =>
    running.map(({ device: { settings, habits, port } }) => ({ settings, habits, port })),
  );
  if (options.isAnnounced && running.length > 0) await discovery.open().catch(() => undefined);
  const find = (serial: string): (typeof running)[number] => {
    const found = running.find(({ device }) => device.settings.serial === serial);
    if (found === undefined) throw new ControlError(404, `no ONVIF device has the serial number ${serial}`);
    return found;
  };
  return {
    list: () => running.map(reportOf),
    setHabits(serial, habits) {
      const found = find(serial);
      const parsed = onvifHabitsSchema.safeParse(habits);
      if (!parsed.success) throw new ControlError(400, parsed.error.message);
      found.device.habits = parsed.data;
      return reportOf(found);
    },
    raise(serial, kind, state) {
      const found = find(serial);
      found.device.raise(kind, state);
      return reportOf(found);
    },
    async close() {
      discovery.close();
      await Promise.all(running.map(({ device }) => device.close()));
    },
  };
}

function sourceOf(
  { streams, name }: CameraImport,
  token: string,
  camera: SimulatedCamera | undefined,
  turns: boolean,
): OnvifSource {
  const main = streams.main.url;
  const head = turns ? new TurningHead() : undefined;
  if (head !== undefined && camera !== undefined) {
    const seen = { camera: head, isHearing: () => camera.ear.heard.isHearing };
    camera.live = (send) => encodeTurned(seen, send);
  }
  return {
    token,
    name,
    streams: { main, sub: streams.sub?.url ?? main },
    hasSound: camera?.hasAudio ?? false,
    hasEar: camera !== undefined && camera.ear.habit !== 'none',
    ...(head === undefined ? {} : { head }),
    photograph: () => (camera === undefined ? Promise.resolve(undefined) : photograph(camera, head)),
  };
}

function reportOf({ device, places }: { device: OnvifDevice; places: OnvifReport['places'] }): OnvifReport {
  const { serial, account, sources } = device.settings;
  return {
    serial,
    address: new URL(device.url).host,
    ...account,
    places,
    habits: device.habits,
    poses: sources.flatMap(({ token, head }) =>
      head === undefined ? [] : [{ sourceToken: token, ...head.pose, isMoving: head.isMoving }],
    ),
    subscriptions: device.subscriptions,
  };
}
