import type { SimulatedRecorder } from '../../src-sim/gb28181/recorder.ts';
import { TurningCamera } from '../../src-sim/gb28181/turningCamera.ts';
import { eventually, type HubProcess } from '../support/processes.ts';
import {
  channelIdOf,
  recorderIdOf,
  registerChannels,
  simulatedRecorder,
  startRecorderHub,
} from '../support/recorderStage.ts';
import { connectSurface, type SurfaceClient } from '../support/surfaceClient.ts';

/** Cameras of one recorder that turn, with what they do at this moment. */
export interface TurnStage {
  hub: HubProcess;
  settings: Record<string, string>;
  device: SimulatedRecorder;
  heads: TurningCamera[];
  /** In the order of `heads`. */
  cameraIds: string[];
  channelIds: string[];
  close(): Promise<void>;
}

/** A hub with a recorder of so many channels, all of which turn. */
export async function openTurnStage(channels: number): Promise<TurnStage> {
  const { hub, platform } = await startRecorderHub(1);
  const channelIds = Array.from({ length: channels }, (_, number) => channelIdOf(number));
  const heads = channelIds.map(() => new TurningCamera());
  const device = simulatedRecorder(platform, 0, {
    channels: channelIds.map((channelId) => ({ channelId, name: channelId })),
    turning: new Map(channelIds.map((channelId, index) => [channelId, heads[index] ?? new TurningCamera()])),
  });
  await registerChannels(
    hub,
    channelIds.map((channelId) => ({ name: channelId, url: `gb28181://${recorderIdOf(0)}/${channelId}` })),
  );
  const status = await device.register();
  if (status !== 200) throw new Error(`the recorder was answered ${status}`);
  const desk = await joinDesk(hub);
  const directory = await desk.request('cameras:readDirectory', {});
  desk.close();
  if (!directory.ok) throw new Error(directory.message);
  const idOf = new Map(directory.data.cameras.map(({ externalId, cameraId }) => [externalId, cameraId]));
  return {
    hub,
    settings: {
      MINGCHU_GB28181_PORT: String(platform.port),
      MINGCHU_GB28181_ADDRESS: '127.0.0.1',
      MINGCHU_GB28181_ID: platform.id,
    },
    device,
    heads,
    cameraIds: channelIds.map((channelId) => idOf.get(channelId) ?? ''),
    channelIds,
    close: () => Promise.resolve(device.close()),
  };
}

/** A desk that has joined. */
export async function joinDesk(hub: Pick<HubProcess, 'url'>): Promise<SurfaceClient> {
  const desk = await eventually('a desk', () => connectSurface(hub.url).catch(() => undefined), 30_000);
  const joined = await desk.request('session:join', { surface: 'desk' });
  if (!joined.ok) throw new Error(joined.message);
  return desk;
}
