/** Asks one configured router over HTTP. Nothing that it answers can make the hub wait long, hold much, or ask another host. */

/** A router could not be asked, or its answer is not usable. The message says why, without the address. */
export class RouterError extends Error {
  override name = 'RouterError';
}

export interface RouterClient {
  /** The JSON of the answer; rejects with a RouterError. `path` is below the configured address. */
  ask(path: string, options: { body?: object; timeoutMs: number }): Promise<unknown>;
}

export interface RouterClientOptions {
  /** The configured address; a name and password in it are sent as HTTP Basic. */
  url: string;
  /** Requests at one time; further ones wait, up to `maxWaiting`. */
  maxRunning?: number;
  maxWaiting?: number;
  /** A larger answer is cut off. Bytes, after decompression. */
  maxBytes?: number;
}

/** A matrix of 50 places is some 20 kB, a road across the city less than 100 kB. */
const usualMaxBytes = 1_000_000;

export function createRouterClient(options: RouterClientOptions): RouterClient {
  const { maxRunning = 4, maxWaiting = 32, maxBytes = usualMaxBytes } = options;
  const { base, authorization } = readBase(options.url);
  let running = 0;
  const waiting: (() => void)[] = [];

  /** Resolves when it is this request's turn; the time that it waits counts as time of the request. */
  const turn = async (signal: AbortSignal): Promise<void> => {
    if (running < maxRunning) {
      running += 1;
      return;
    }
    if (waiting.length >= maxWaiting) throw new RouterError('too many requests wait for the router');
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(go), 1);
        reject(new RouterError('the router did not answer in time'));
      };
      signal.addEventListener('abort', giveUp, { once: true });
      waiting.push(go);
    });
  };
  /** Gives the place to the next that waits. */
  const done = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };

  return {
    async ask(path, { body, timeoutMs }) {
      const url = new URL(`${base.pathname.replace(/\/$/, '')}/${path}`, base);
      if (url.origin !== base.origin) throw new RouterError('the path leads to another host');
      const signal = AbortSignal.timeout(timeoutMs);
      await turn(signal);
      try {
        const response = await fetch(url, {
          method: body === undefined ? 'GET' : 'POST',
          headers: {
            accept: 'application/json',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(authorization === undefined ? {} : { authorization }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          redirect: 'error',
          signal,
        });
        if (!response.ok) {
          await response.body?.cancel();
          throw new RouterError(`the router answered ${response.status}`);
        }
        return JSON.parse(await readBounded(response, maxBytes)) as unknown;
      } catch (error) {
        if (error instanceof RouterError) throw error;
        if (signal.aborted) throw new RouterError('the router did not answer in time', { cause: error });
        throw new RouterError('the router could not be asked or its answer not be read', { cause: error });
      } finally {
        done();
      }
    },
  };
}

function readBase(address: string): { base: URL; authorization: string | undefined } {
  const base = new URL(address);
  const { username, password } = base;
  base.username = '';
  base.password = '';
  base.search = '';
  base.hash = '';
  if (username === '' && password === '') return { base, authorization: undefined };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { base, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

async function readBounded(response: Response, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    // Leaving the loop ends the connection.
    if (size > maxBytes) throw new RouterError('the answer of the router is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
