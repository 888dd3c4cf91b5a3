import { setTimeout as sleep } from 'node:timers/promises';

import { connectHubClient } from '../../src-sim/squads/hubClient.ts';
import { untilAnswered } from './demoRecorders.mjs';

const againMs = 500;

/** @typedef {import('../../src-sim/onvif/demoOnvif.ts').OnvifReport} OnvifReport */
/** @typedef {import('../../src-sim/squads/hubClient.ts').HubClient} HubClient */

/**
 * Brings the simulated city's ONVIF cameras in as an installer does at the desk: searches at their addresses, signs in, and places those
 * that are not in the registry yet. Waits until the hub knows their sites.
 * @param {{ simulatorUrl: string, hubUrl: string, withHubKey: import('./hubKey.mjs').WithHubKey, signal: AbortSignal }} options
 * @returns {Promise<number>} how many sites of the city come by ONVIF
 */
export async function enterDemoOnvif({ simulatorUrl, hubUrl, withHubKey, signal }) {
  /** @type {{ devices: OnvifReport[] }} */
  const { devices } = await untilAnswered(`${simulatorUrl}/onvif`, {}, signal);
  const wanted = new Set(devices.flatMap(({ places }) => places.map((place) => place.siteExternalId)));
  if (wanted.size === 0) return 0;
  const known = await withHubKey('registry', (key) =>
    asDesk(hubUrl, key, async (desk) => {
      for (;;) {
        const directory = data(await desk.request('cameras:readDirectory', {}));
        const siteIds = new Map(directory.sites.map(({ externalId, siteId }) => [externalId, siteId]));
        const names = new Set(directory.cameras.map(({ siteId, cameraName }) => `${siteId} ${cameraName}`));
        if ([...wanted].every((externalId) => siteIds.has(externalId))) return { siteIds, names };
        await sleep(againMs, undefined, { signal });
      }
    }),
  );
  await withHubKey('kitchenRecorders', (key) =>
    asDesk(hubUrl, key, (desk) => bringIn(desk, devices, known, signal)),
  );
  return wanted.size;
}

/**
 * @param {HubClient} desk
 * @param {OnvifReport[]} devices
 * @param {{ siteIds: Map<string, string>, names: Set<string> }} known `names`: cameras that there are, with their site before them
 * @param {AbortSignal} signal
 */
async function bringIn(desk, devices, known, signal) {
  const isIn = (/** @type {Awaited<ReturnType<typeof listed>>} */ list, /** @type {OnvifReport} */ device) =>
    list.get(device.address)?.streams.some(({ cameraId }) => cameraId !== undefined) === true;
  let list = await listed(desk);
  const left = devices.filter((device) => !isIn(list, device));
  if (left.length === 0) return;
  data(
    await desk.request('onvif:search', {
      probe: false,
      addresses: left.map(({ address }) => address).join('\n'),
    }),
  );
  do await sleep(againMs, undefined, { signal });
  while (data(await desk.request('onvif:list', {})).search.isRunning);
  list = await listed(desk);
  for (const { address, username, password, places } of left) {
    const deviceId = list.get(address)?.deviceId;
    if (deviceId === undefined) continue;
    data(await desk.request('onvif:signIn', { deviceIds: [deviceId], username, password }));
    const chosen = places.flatMap(({ sourceToken, siteExternalId, name }) => {
      const siteId = known.siteIds.get(siteExternalId) ?? '';
      // A city that was registered by an earlier version has the camera already.
      return known.names.has(`${siteId} ${name}`) ? [] : [{ deviceId, sourceToken, siteId, name }];
    });
    if (chosen.length > 0) data(await desk.request('onvif:place', { places: chosen }));
  }
}

/** @param {HubClient} desk */
async function listed(desk) {
  const { devices } = data(await desk.request('onvif:list', {}));
  return new Map(devices.map((device) => [device.address, device]));
}

/**
 * Connects with a key of the hub, does the work, and goes.
 * @template T
 * @param {string} hubUrl
 * @param {string} key
 * @param {(desk: HubClient) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function asDesk(hubUrl, key, work) {
  /** @type {PromiseWithResolvers<void>} */
  const { promise, resolve, reject } = Promise.withResolvers();
  const desk = connectHubClient({
    hubUrl,
    who: {},
    key,
    onConnected: resolve,
    onRefused: ({ message }) => reject(new Error(message)),
  });
  try {
    await promise;
    data(await desk.request('session:join', { surface: 'desk' }));
    return await work(desk);
  } finally {
    desk.close();
  }
}

/**
 * What the hub answered; throws with its words where it refused.
 * @template T
 * @param {import('../../src-shared/protocol/define.ts').Ack<T>} answer
 * @returns {T}
 */
function data(answer) {
  if (!answer.ok) throw new Error(answer.message);
  return answer.data;
}
