import { isWithinHours } from '../../../src-shared/cascade/viewHours.ts';
import type { CameraLimit, UpperRecord } from './cascade.repository.ts';

const unlimited: CameraLimit = { isShut: false, hours: null };

/** When upper platforms may watch: by the platform's hours, by the camera's, and by what is being shut at this moment. */
export class ViewLimits {
  readonly #limits: Map<string, CameraLimit>;
  readonly #minuteOfDay: () => number;
  /** What is being shut: from the request on, however long its write takes. */
  readonly #shutting = new Set<{ upperId: string } | { cameraId: string }>();

  /** `minuteOfDay`: minutes since midnight, by the time of this machine's place. */
  constructor(stored: readonly (CameraLimit & { cameraId: string })[], minuteOfDay: () => number) {
    this.#limits = new Map(stored.map(({ cameraId, ...limit }) => [cameraId, limit]));
    this.#minuteOfDay = minuteOfDay;
  }

  of(cameraId: string): CameraLimit {
    return this.#limits.get(cameraId) ?? unlimited;
  }

  set(cameraId: string, limit: CameraLimit): void {
    this.#limits.set(cameraId, limit);
  }

  /** Whether a platform may watch one of its cameras now. */
  mayWatch({ upperId, settings }: Pick<UpperRecord, 'upperId' | 'settings'>, cameraId: string): boolean {
    const { isShut, hours } = this.of(cameraId);
    const minute = this.#minuteOfDay();
    for (const subject of this.#shutting)
      if ('upperId' in subject ? subject.upperId === upperId : subject.cameraId === cameraId) return false;
    return (
      settings.isOn &&
      settings.mayWatch &&
      !isShut &&
      isWithinHours(settings.hours, minute) &&
      isWithinHours(hours, minute)
    );
  }

  /** Shuts a platform or a camera while `work` goes on, which stores it. */
  async shutDuring<Result>(
    subject: { upperId: string } | { cameraId: string },
    work: () => Promise<Result>,
  ): Promise<Result> {
    this.#shutting.add(subject);
    try {
      return await work();
    } finally {
      this.#shutting.delete(subject);
    }
  }
}
