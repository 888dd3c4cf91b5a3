import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RegistryImport } from '../../src-shared/cameras/registryImport.ts';
import { framesPerSecond } from '../../src-shared/simulation/frameStrip.ts';
import type { SimulatedCamera } from '../cameras/camera.ts';
import { answerOfficer } from '../cameras/cameraPark.ts';
import { splitAccessUnits } from '../media/accessUnits.ts';
import { seededRandom } from '../random.ts';
import { ControlError } from '../simulatorError.ts';
import { clipFileName, clipFolder, type StreamName } from '../scenes/catalogue.ts';
import type { SentPicture } from './channelSender.ts';
import { SimulatedRecorder } from './recorder.ts';
import { recorderHabitsSchema, type RecorderHabits } from './recorderHabits.ts';
import { TurningCamera } from './turningCamera.ts';

/** Channels of one recorder; those without a camera of the registry are free. */
const channelsOfRecorder = 8;
/** A recorder registers again this often, which is also its sign of life. Milliseconds. */
const registerEveryMs = 100_000;
/** While it is not let in. Milliseconds. */
const tryAgainMs = 5_000;

/** A recorder of the demo city, as the hub has to know it. */
export interface DemoRecorder {
  recorderId: string;
  name: string;
  password: string;
  channels: { channelId: string; name: string; cameraId: string | undefined }[];
  /** In what it deviates from the norm from the start; left out: as its place in the list says. */
  habits?: RecorderHabits;
}

/** Rooms whose cameras a lower platform lists. */
const lowerRooms = ['切配间', '烹饪间', '洗消间', '仓库'] as const;

/** A platform below the hub, such as that of a county: it registers as a recorder does, and its list has groups and folders. */
export function lowerPlatforms(count: number): DemoRecorder[] {
  return Array.from({ length: count }, (_unused, order) => ({
    recorderId: `4212220000200${String(order + 1).padStart(7, '0')}`,
    name: `通城县平台（演示）${order === 0 ? '' : order + 1}`,
    password: `Demo-lower-${order + 1}`,
    channels: lowerRooms.map((name, index) => ({
      channelId: `4212220000131${String(order * 100 + index + 1).padStart(7, '0')}`,
      name: `县实验小学 ${name}`,
      cameraId: undefined,
    })),
    habits: { folders: true, itemsPerMessage: 2 },
  }));
}

const districtCodes: Record<string, string> = {
  咸安区: '421202',
  嘉鱼县: '421221',
  通城县: '421222',
  崇阳县: '421223',
  通山县: '421224',
  赤壁市: '421281',
};

/**
 * Gives so many sites of the city a recorder each, through which their cameras come: the addresses of those cameras in `registry` are
 * changed. Sites with the most cameras come first, so that a recorder has something to show.
 */
export function giveRecorders(registry: RegistryImport, count: number, seed: number): DemoRecorder[] {
  const camerasOf = Map.groupBy(registry.cameras, ({ siteExternalId }) => siteExternalId);
  const sites = registry.sites
    .filter(({ externalId }) => (camerasOf.get(externalId)?.length ?? 0) <= channelsOfRecorder)
    .toSorted(
      (one, other) =>
        (camerasOf.get(other.externalId)?.length ?? 0) - (camerasOf.get(one.externalId)?.length ?? 0),
    )
    .slice(0, count);
  return sites.map((site, order) => {
    const serial = String(order + 1).padStart(7, '0');
    const place = `${districtCodes[site.district] ?? '421200'}00`;
    const recorderId = `${place}00118${serial}`;
    const cameras = camerasOf.get(site.externalId) ?? [];
    const random = seededRandom(seed * 7_919 + order);
    const channels = Array.from({ length: channelsOfRecorder }, (_unused, index) => {
      const channelId = `${place}00132${String(order * channelsOfRecorder + index + 1).padStart(7, '0')}`;
      const camera = cameras[index];
      if (camera !== undefined) {
        const url = `gb28181://${recorderId}/${channelId}`;
        camera.streams = { main: { url }, sub: { url: `${url}?stream=sub` } };
        delete camera.username;
        delete camera.password;
      }
      return { channelId, name: camera?.name ?? `通道${index + 1}`, cameraId: camera?.externalId };
    });
    const password = `Demo-${Math.floor(random() * 2 ** 32).toString(36)}`.padEnd(12, '7');
    return { recorderId, name: site.name.slice(0, 60), password, channels };
  });
}

/** A running recorder as the control interface shows it. */
export interface RecorderReport {
  recorderId: string;
  name: string;
  habits: RecorderHabits;
  /** Calls that last. */
  calls: number;
}

/** The recorders of a simulated city, as the control interface sees them. */
export interface RunningRecorders {
  list(): RecorderReport[];
  /** Habits take effect at once; those of registering, with the registration that this begins. @throws ControlError (400, 404) */
  setHabits(recorderId: string, habits: unknown): RecorderReport;
  close(): void;
}

/** In what recorders differ when somebody speaks through them: most as the norm says, some want another way, one has no loudspeaker. */
const earHabits: readonly RecorderHabits[] = [
  {},
  { ear: 'needsTalk' },
  { earWay: 'connects' },
  { ear: 'refuses' },
];

/** What the demo says of the one camera that turns; undefined without recorders. */
export function turningCameraOf([first]: readonly DemoRecorder[]):
  { site: string; camera: string } | undefined {
  const [channel] = first?.channels ?? [];
  return first === undefined || channel === undefined
    ? undefined
    : { site: first.name, camera: channel.name };
}

/** Runs the recorders: each registers, and sends only while it is watched. The first channel of the first one turns, and no other. */
export function runDemoRecorders(
  demo: readonly DemoRecorder[],
  options: {
    platform: { address: string; port: number; id: string };
    camera(cameraId: string): SimulatedCamera | undefined;
  },
): RunningRecorders {
  const clips = new Map<string, readonly SentPicture[]>();
  const clipOf = (scene: string, stream: StreamName): readonly SentPicture[] => {
    const file = clipFileName({ scene, show: 'normal', stream, encoding: 'h264' });
    const known = clips.get(file) ?? splitAccessUnits('h264', readFileSync(join(clipFolder(), file)));
    clips.set(file, known);
    return known;
  };
  const anyScene = 'stove-line';
  let isClosed = false;
  const timers = new Set<NodeJS.Timeout>();
  const recorders = demo.map(({ channels, habits, ...recorder }, order) => {
    const [first] = channels;
    const sceneOf = (channelId: string): string => {
      const cameraId = channels.find((channel) => channel.channelId === channelId)?.cameraId;
      return (cameraId === undefined ? undefined : options.camera(cameraId)?.scene) ?? anyScene;
    };
    const simulated = new SimulatedRecorder({
      ...recorder,
      channels,
      platform: options.platform,
      pictures: [],
      picturesOf: (channelId) => clipOf(sceneOf(channelId), 'sub'),
      picturesPerSecond: framesPerSecond,
      hasLamp: true,
      habits: habits ?? earHabits[order % earHabits.length] ?? {},
      onUnderstood(channelId) {
        const cameraId = channels.find((channel) => channel.channelId === channelId)?.cameraId;
        const camera = cameraId === undefined ? undefined : options.camera(cameraId);
        if (camera !== undefined) answerOfficer(camera);
      },
      turning: new Map<string, TurningCamera>(
        order === 0 && first !== undefined ? [[first.channelId, new TurningCamera()]] : [],
      ),
    });
    const register = async (): Promise<void> => {
      const status = await Promise.race([simulated.register().catch(() => 0), later(tryAgainMs)]);
      if (isClosed) return;
      const again = (): void => {
        if (status === 200 && simulated.habits.afterRegistration !== undefined) soon(again, registerEveryMs);
        else void register();
      };
      soon(again, status === 200 ? registerEveryMs : tryAgainMs);
    };
    soon(() => void register(), order * 50);
    return { simulated, recorderId: recorder.recorderId, name: recorder.name };
  });
  const reportOf = ({ simulated, recorderId, name }: (typeof recorders)[number]): RecorderReport => ({
    ...{ recorderId, name, habits: simulated.habits, calls: simulated.openCalls },
  });
  return {
    list: () => recorders.map(reportOf),
    setHabits(recorderId, habits) {
      const found = recorders.find((recorder) => recorder.recorderId === recorderId);
      if (found === undefined) throw new ControlError(404, `no recorder has the id ${recorderId}`);
      const parsed = recorderHabitsSchema.safeParse(habits);
      if (!parsed.success) throw new ControlError(400, parsed.error.message);
      found.simulated.habits = parsed.data;
      void found.simulated.register().catch(() => undefined);
      return reportOf(found);
    },
    close() {
      isClosed = true;
      for (const timer of timers) clearTimeout(timer);
      for (const { simulated } of recorders) simulated.close();
    },
  };

  function soon(work: () => void, waitMs: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!isClosed) work();
    }, waitMs);
    timers.add(timer);
  }

  function later(waitMs: number): Promise<number> {
    return new Promise((resolve) => soon(() => resolve(0), waitMs));
  }
}
