import { makeAlertKey } from '../support/alertSender.ts';
import { registerCity, startHubProcess, startSimulatorProcess } from '../support/processes.ts';
import { launchBrowser } from '../support/wallPage.ts';
import { receiveByWhep } from '../support/whepPage.ts';
import { figureOf, type Bench } from './figures.ts';

const times = 20;

/**
 * `whep.first_frame`: from the POST of an offer to the first decoded picture, in a page of the browser that has nothing of the product, of a
 * camera that another session receives already (warm).
 */
export const benchWhep: Bench = async (report, progress) => {
  const simulator = await startSimulatorProcess({
    settings: { MINGCHU_SIM_SITES: '2', MINGCHU_SIM_CAMERAS: '2' },
  });
  const hub = await startHubProcess();
  const browser = await launchBrowser();
  try {
    await registerCity(hub.url, simulator.controlUrl);
    const { secret } = await makeAlertKey(hub.url, { purpose: 'pictures' });
    const authorization = `Bearer ${secret}`;
    const listed = await fetch(`${hub.url}/whep`, { headers: { authorization } });
    const { cameras } = (await listed.json()) as { cameras: { cameraId: string }[] };
    const wish = { hubUrl: hub.url, cameraId: cameras[0]?.cameraId ?? '', secret };
    const first = await browser.newPage();
    const cold = await receiveByWhep(first, wish);
    progress(`  the first, cold: ${Math.round(cold.firstPictureMs)} ms`);
    const page = await browser.newPage();
    const samples: number[] = [];
    for (let time = 0; time < times; time += 1) {
      const { location, firstPictureMs } = await receiveByWhep(page, wish);
      samples.push(firstPictureMs);
      await fetch(`${hub.url}${location}`, { method: 'DELETE', headers: { authorization } });
    }
    progress(`  ${samples.map((sample) => Math.round(sample)).join(' ')} ms`);
    report(figureOf('whep.first_frame', 'ms', samples));
  } finally {
    await browser.close();
    await hub.stop();
    await simulator.stop();
  }
};
