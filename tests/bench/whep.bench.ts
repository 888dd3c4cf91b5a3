import { makeAlertKey } from '../support/alertSender.ts';
import { registerCity, startHubProcess, startSimulatorProcess } from '../support/processes.ts';
import { hasGstreamerWhep, outsideAddress, receiveByGstreamer } from '../support/gstreamerWhep.ts';
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

/**
 * `whep.first_frame.gstreamer`: the same with GStreamer as the client, a process of its own for each sample: from the POST to the first picture that
 * it decoded. Another session of GStreamer keeps the camera warm.
 */
export const benchWhepByGstreamer: Bench = async (report, progress) => {
  if (!hasGstreamerWhep || outsideAddress === undefined) {
    progress('  GStreamer’s WebRTC or a network is missing: whep.first_frame.gstreamer is skipped');
    return;
  }
  const simulator = await startSimulatorProcess({
    settings: { MINGCHU_SIM_SITES: '2', MINGCHU_SIM_CAMERAS: '2' },
  });
  const hub = await startHubProcess({ settings: { MINGCHU_RTC_ADDRESSES: outsideAddress } });
  try {
    await registerCity(hub.url, simulator.controlUrl);
    const { secret } = await makeAlertKey(hub.url, { purpose: 'pictures' });
    const listed = await fetch(`${hub.url}/whep`, { headers: { authorization: `Bearer ${secret}` } });
    const { cameras } = (await listed.json()) as { cameras: { cameraId: string }[] };
    const url = `${hub.url}/whep/${cameras[0]?.cameraId ?? ''}?stream=sub`;
    const samples: number[] = [];
    const warming = receiveByGstreamer(url, secret, { staysMs: 25_000 });
    const cold = await receiveByGstreamer(url, secret, { isFirstEnough: true });
    progress(`  beside the one that opened it: ${cold.firstPictureMs} ms`);
    for (let time = 0; time < times; time += 1) {
      const { firstPictureMs, problem } = await receiveByGstreamer(url, secret, { isFirstEnough: true });
      if (problem !== '') throw new Error(problem);
      samples.push(firstPictureMs);
    }
    await warming;
    progress(`  ${samples.join(' ')} ms`);
    report(figureOf('whep.first_frame.gstreamer', 'ms', samples));
  } finally {
    await hub.stop();
    await simulator.stop();
  }
};
