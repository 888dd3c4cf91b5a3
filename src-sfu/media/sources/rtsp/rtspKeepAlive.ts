import type { RtspConnection } from './rtspConnection.ts';
import { RtspError } from './rtspErrors.ts';

const shortestKeepAliveMs = 400;
/** Firewalls between hub and camera forget a quiet connection after a minute or more. */
const longestKeepAliveMs = 30_000;

/** Keeps a session alive with a request that the camera allows. */
export class RtspKeepAlive {
  readonly #request: (method: string) => Promise<unknown>;
  readonly #fail: (error: RtspError) => void;
  #method = 'OPTIONS';
  #timer: NodeJS.Timeout | undefined;
  #isUnderWay = false;

  /** `request` sends a request within the session; `fail` ends the session. */
  constructor(request: (method: string) => Promise<unknown>, fail: (error: RtspError) => void) {
    this.#request = request;
    this.#fail = fail;
  }

  /** Cameras that do not list GET_PARAMETER drop the session over it; OPTIONS is always allowed. */
  async learnMethods(connection: RtspConnection, url: string): Promise<void> {
    try {
      const response = await connection.request('OPTIONS', url);
      const methods = (response.headers.get('public') ?? []).join(',').toUpperCase();
      if (/\bGET_PARAMETER\b/.test(methods)) this.#method = 'GET_PARAMETER';
    } catch (error) {
      // OPTIONS is a courtesy: what a camera thinks of it says nothing about DESCRIBE.
      // A refused password does: asking on would only bring the account nearer to being locked.
      const isAnswer = error instanceof RtspError && error.status !== undefined;
      if (!isAnswer || error.status === 401) throw error;
    }
  }

  start(sessionSeconds: number): void {
    // Half the timeout, so that one lost keep-alive does not end the session.
    const halfMs = (sessionSeconds * 1000) / 2 - 500;
    const intervalMs = Math.min(longestKeepAliveMs, Math.max(shortestKeepAliveMs, halfMs));
    this.#timer = setInterval(() => void this.#send(), intervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #send(): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      await this.#request(this.#method);
    } catch (error) {
      // A camera that dislikes the question still plays; only a silent or broken connection ends the session.
      // One that answers no questions while it plays is a camera too: silence of the media is watched elsewhere.
      if (error instanceof RtspError && error.failure === 'timeout') return;
      if (error instanceof RtspError && error.status !== undefined && error.status !== 454) {
        // It listed GET_PARAMETER and refuses it all the same; what it refuses may not keep the session alive.
        this.#method = 'OPTIONS';
        return;
      }
      this.#fail(error instanceof RtspError ? error : new RtspError('protocolError', String(error)));
    } finally {
      this.#isUnderWay = false;
    }
  }
}
