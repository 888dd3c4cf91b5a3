// Asking a running hub over HTTP, for the commands that work on one.
import { dataDirOf, dataDirUsage } from './accounts/dataDir.mjs';
import { CommandError, UsageError } from './commandLine.mjs';

/** Options of the command line that name the hub, for `parseOptions`. */
export const hubOptions = /** @type {const} */ ({
  hub: { type: 'string' },
  key: { type: 'string' },
  data: { type: 'string' },
  demo: { type: 'boolean' },
});

/** How the usage describes `hubOptions`. */
export const hubUsage = `--hub URL   the hub, else http://127.0.0.1:7400
--key KEY   a key of this hub, else MINGCHU_API_KEY; not needed on the hub's own machine, where the hub is asked for one
${dataDirUsage}`;

/**
 * The hub that the command line names. Throws UsageError.
 * @param {{ hub?: string | undefined, key?: string | undefined, data?: string | undefined, demo?: boolean | undefined }} values
 * @param {NodeJS.ProcessEnv} environment
 */
export function hubTarget(values, environment) {
  const hub = values.hub ?? 'http://127.0.0.1:7400';
  if (!/^https?:\/\/[^/]/.test(hub)) throw new UsageError(`--hub must be an http:// URL, not "${hub}".`);
  return {
    hub: new URL(hub).origin,
    key: values.key ?? environment.MINGCHU_API_KEY,
    dataDir: dataDirOf(values, environment),
  };
}

/**
 * Sends one request. Throws CommandError when nothing answers within `answerTimeoutMs`.
 * @param {{ hub: string, key: string | undefined }} target
 * @param {string} path
 * @param {RequestInit} request
 * @param {number} answerTimeoutMs
 */
export async function askHub({ hub, key }, path, request, answerTimeoutMs) {
  const headers = { ...request.headers, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) };
  try {
    return await fetch(`${hub}${path}`, {
      ...request,
      headers,
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
  } catch (error) {
    const cause = error.cause?.code ?? error.cause?.message ?? error.message;
    throw new CommandError(`The hub at ${hub} does not answer (${cause}). Is it running?`);
  }
}

/**
 * Sends one request and reads the JSON of the answer. Throws CommandError, also when the hub refuses.
 * @param {{ hub: string, key: string | undefined }} target
 * @param {string} path
 * @param {RequestInit} [request]
 * @returns {Promise<any>}
 */
export async function askHubForJson(target, path, request = {}) {
  const response = await askHub(target, path, request, 10_000);
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw hubRefusal(response.status, answer);
}

/**
 * What the hub said when it refused.
 * @param {number} status
 * @param {{ error?: { message?: string } }} answer
 */
export function hubRefusal(status, answer) {
  const message = answer.error?.message ?? 'no reason was given';
  const hint =
    status === 401
      ? ' Name another key with --key or MINGCHU_API_KEY, or leave both out on the hub’s own machine.'
      : '';
  return new CommandError(`The hub refused (${status}): ${message}${hint}`);
}
