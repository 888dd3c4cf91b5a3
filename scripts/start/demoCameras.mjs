import { setTimeout as sleep } from 'node:timers/promises';

const retryMs = 250;
const requestMs = 5_000;
/** The whole city takes half a second; on a machine that does ten other things it may take long. */
const importMs = 60_000;

/**
 * Registers the simulated city's sites and cameras at the hub, as an operator's import does. Importing again changes
 * nothing; a larger city adds its new cameras. Waits for both programs to answer.
 * @param {{ simulatorUrl: string, hubUrl: string, withHubKey: import('./hubKey.mjs').WithHubKey, signal: AbortSignal }} options
 * @returns {Promise<{ cameras: number, addedCameras: number }>} how many cameras the city has, and how many of them the
 * hub did not know
 */
export async function importDemoCameras({ simulatorUrl, hubUrl, withHubKey, signal }) {
  const city = await untilAnswered(`${simulatorUrl}/registry.json`, {}, requestMs, signal);
  const text = JSON.stringify(withPublicSites(JSON.parse(city)));
  const report = await withHubKey('registry', (key) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    const request = { method: 'POST', headers, body: text };
    return untilAnswered(`${hubUrl}/api/v1/registry/import`, request, importMs, signal);
  });
  const { added, changed, unchanged } = JSON.parse(report).cameras;
  return { cameras: added + changed + unchanged, addedCameras: added };
}

/** One of so many sites of the demo has agreed to be shown to the public. */
const publicEvery = 3;

/**
 * The city, some of whose sites have agreed in writing to be shown to the public, so that visitors and phones of the demo see kitchens.
 * What an officer of the demo withdraws stays withdrawn: the document is old.
 * @param {{ sites: object[], cameras: object[] }} city
 */
function withPublicSites({ sites, cameras }) {
  const publication = {
    agreedOn: '2026-03-01',
    recordedBy: '演示',
    grade: 'A',
    inspectedOn: '2026-03-01',
    inspection: 'passed',
  };
  const agreed = sites.map((site, index) => (index % publicEvery === 0 ? { ...site, publication } : site));
  return { sites: agreed, cameras };
}

/**
 * Asks until there is an answer. A refusal in words (4xx) is final: the same question would get the same answer, unless
 * it only came too early (429: another import is under way).
 * @param {string} url
 * @param {RequestInit} request
 * @param {number} timeoutMs of one try
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the answer's body
 */
async function untilAnswered(url, request, timeoutMs, signal) {
  for (;;) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, {
        ...request,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      const text = await response.text();
      if (response.ok) return text;
      if (response.status < 500 && response.status !== 429)
        throw new RefusedError(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
    } catch (error) {
      if (error instanceof RefusedError) throw error;
    }
    await sleep(retryMs, undefined, { signal });
  }
}

class RefusedError extends Error {}
