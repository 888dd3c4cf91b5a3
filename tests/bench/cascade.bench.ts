import { SimulatedUpperPlatform } from '../../src-sim/gb28181/upperPlatform.ts';
import { eventually, registerCity, startHubProcess, startSimulatorProcess } from '../support/processes.ts';
import { connectSurface } from '../support/surfaceClient.ts';
import { ourId, receivedPictures, upperId, upperPassword, upperSettings } from '../support/upperStage.ts';
import { figureOf, type Bench } from './figures.ts';

const rounds = 60;
const ways = ['udp', 'tcpPassive', 'tcpActive'] as const;

/**
 * `cascade.first_picture`: from the INVITE of an upper platform to the first whole picture there, of a camera of RTSP that a desk watches
 * already (warm), by the three ways in turn, at any moment of its group of pictures.
 */
export const benchCascadeFirstPicture: Bench = async (report, progress) => {
  const simulator = await startSimulatorProcess({
    settings: { MINGCHU_SIM_SITES: '2', MINGCHU_SIM_CAMERAS: '2' },
  });
  const hub = await startHubProcess();
  const province = new SimulatedUpperPlatform({
    platformId: upperId,
    password: upperPassword,
    address: '127.0.0.1',
  });
  try {
    await registerCity(hub.url, simulator.controlUrl);
    const desk = await connectSurface(hub.url);
    const joined = await desk.request('session:join', { surface: 'desk' });
    const [camera] = joined.ok ? (joined.data.snapshot.registry ?? []) : [];
    if (camera === undefined) throw new Error('there is no camera');
    const { cameraId } = camera;
    const settings = upperSettings(await province.open());
    const added = await desk.request('cascade:add', { settings, password: upperPassword });
    if (!added.ok) throw new Error(added.message);
    const shared = { districts: [], cameraIds: [cameraId] };
    const before = await desk.request('cascade:list', {});
    const revision = before.ok ? (before.data.platforms[0]?.revisions.shared ?? '') : '';
    await desk.request('cascade:share', { upperId: added.data.upperId, shared, revision });
    await eventually(
      'it is registered',
      async () => {
        const listed = await desk.request('cascade:list', {});
        return listed.ok && listed.data.platforms[0]?.standing.state === 'registered';
      },
      10_000,
    );
    const items = await province.catalogue(ourId);
    const gbId = /<DeviceID>(\d{10}132\d{7})/.exec(items.join(''))?.[1] ?? '';
    await desk.request('cameras:openStream', { cameraId, stream: 'main' });
    const samples: number[] = [];
    for (let round = -3; round < rounds; round += 1) {
      const way = ways[Math.abs(round) % ways.length] ?? 'udp';
      const first = Promise.withResolvers<number>();
      const limit = setTimeout(() => first.reject(new Error('no picture came')), 20_000);
      const above = receivedPictures(() => first.resolve(performance.now() - beganMs));
      const beganMs = performance.now();
      const call = await province.invite(gbId, way, above.write);
      if (call.status !== 200) throw new Error(`the call was answered with ${call.status}`);
      const firstMs = await first.promise;
      clearTimeout(limit);
      await call.bye();
      if (round >= 0) samples.push(firstMs);
      // Every moment between two key pictures comes up.
      await new Promise((resolve) => setTimeout(resolve, 200 + (((round + 3) * 137) % 500)));
    }
    progress(`  ${samples.map((sample) => Math.round(sample)).join(' ')} ms`);
    report(figureOf('cascade.first_picture', 'ms', samples));
    desk.close();
  } finally {
    province.close();
    await hub.stop();
    await simulator.stop();
  }
};
