import { setTimeout as sleep } from 'node:timers/promises';

const retryMs = 500;
const requestMs = 10_000;

/**
 * Enters the simulated city's recorders at the hub, which are not there yet, with the passwords that they register with.
 * @param {{ simulatorUrl: string, hubUrl: string, withHubKey: import('./hubKey.mjs').WithHubKey, signal: AbortSignal }} options
 * @returns {Promise<{ count: number, turns?: { site: string, camera: string } }>} how many sites have a recorder, and which of their cameras turns
 */
export async function enterDemoRecorders({ simulatorUrl, hubUrl, withHubKey, signal }) {
  const { recorders, sites, turns } = await untilAnswered(`${simulatorUrl}/recorders.json`, {}, signal);
  if (recorders.length === 0) return { count: 0 };
  await withHubKey('kitchenRecorders', async (key) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    const url = `${hubUrl}/api/v1/recorders`;
    const known = await untilAnswered(url, { headers }, signal);
    const ids = new Set(known.recorders.map(({ recorderId }) => recorderId));
    for (const recorder of recorders)
      if (!ids.has(recorder.recorderId))
        await untilAnswered(url, { method: 'POST', headers, body: JSON.stringify(recorder) }, signal);
  });
  return { count: sites, turns };
}

/**
 * Asks until there is an answer; a refusal in words (4xx) is final.
 * @param {string} url
 * @param {RequestInit} request
 * @param {AbortSignal} signal
 */
export async function untilAnswered(url, request, signal) {
  for (;;) {
    signal.throwIfAborted();
    const limit = AbortSignal.any([signal, AbortSignal.timeout(requestMs)]);
    const response = await fetch(url, { ...request, signal: limit }).catch(() => undefined);
    if (response?.ok) return response.json();
    if (response !== undefined && response.status < 500 && response.status !== 429)
      throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
    await sleep(retryMs, undefined, { signal });
  }
}
