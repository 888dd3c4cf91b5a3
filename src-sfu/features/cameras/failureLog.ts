import type { StreamEndCause } from '../../../src-shared/cameras/cameraStream.ts';
import type { Logger } from '../../logger.ts';

/** Logs why streams fail: each cause once, and the number of its repeats when the cause changes or the camera works again. */
export class FailureLog {
  readonly #logger: Logger;
  readonly #failures = new Map<string, { cause: StreamEndCause; count: number }>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  failed(streamId: string, cause: StreamEndCause, message: string, level: 'info' | 'debug'): void {
    const known = this.#failures.get(streamId);
    if (known?.cause === cause) {
      known.count += 1;
      return;
    }
    const before = known === undefined ? {} : { before: known.cause, times: known.count };
    this.#failures.set(streamId, { cause, count: 1 });
    this.#logger[level]({ streamId, cause, ...before }, message);
  }

  live(streamId: string): void {
    const known = this.#failures.get(streamId);
    if (known === undefined) return;
    this.#failures.delete(streamId);
    this.#logger.info({ streamId, cause: known.cause, times: known.count }, 'the camera is live again');
  }

  forget(cameraId: string): void {
    for (const kind of ['main', 'sub']) this.#failures.delete(`${cameraId}:${kind}`);
  }
}
