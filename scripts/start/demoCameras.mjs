import { setTimeout as sleep } from 'node:timers/promises';

const retryMs = 250;
const requestMs = 5_000;

/**
 * Tells the hub of the simulated city's sites and cameras, as an operator's import would. Importing again changes
 * nothing. Waits for both programs to answer.
 * @param {{ simulatorUrl: string, hubUrl: string, signal: AbortSignal }} options
 * @returns {Promise<number>} how many cameras the registry holds
 */
export async function importDemoCameras({ simulatorUrl, hubUrl, signal }) {
  const registry = await untilAnswered(`${simulatorUrl}/registry.json`, {}, signal);
  const text = await registry.text();
  const imported = await untilAnswered(
    `${hubUrl}/api/v1/registry/import`,
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: text },
    signal,
  );
  await imported.body?.cancel();
  const { cameras } = JSON.parse(text);
  return Array.isArray(cameras) ? cameras.length : 0;
}

/**
 * Asks until there is an answer. A refusal in words (4xx) is final: the same question would get the same answer.
 * @param {string} url
 * @param {RequestInit} request
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
async function untilAnswered(url, request, signal) {
  for (;;) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, {
        ...request,
        signal: AbortSignal.any([signal, AbortSignal.timeout(requestMs)]),
      });
      if (response.ok) return response;
      const text = await response.text();
      if (response.status < 500)
        throw new RefusedError(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
    } catch (error) {
      if (error instanceof RefusedError) throw error;
    }
    await sleep(retryMs, undefined, { signal });
  }
}

class RefusedError extends Error {}
