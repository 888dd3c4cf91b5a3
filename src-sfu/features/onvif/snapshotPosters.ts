/** A camera of the registry whose picture comes from a device. */
export interface PicturedCamera {
  cameraId: string;
  deviceId: string;
  profileToken: string;
}

/** A poster that is younger needs no snapshot: it came from the stream. Milliseconds. */
export const posterAgeMs = 10 * 60_000;
/** A camera that gave none is asked again after this time. Milliseconds. */
export const askAgainMs = 5 * 60_000;
/** Cameras without any poster, such as those placed just now, that are asked in one turn. */
const mostInTurn = 16;

/**
 * The single pictures of ONVIF devices as posters of cameras that have none, or only an old one, because their stream was not opened or is
 * no H.264. One camera is asked after the other.
 */
export function createSnapshotPosters<Picture>(options: {
  cameras(): readonly PicturedCamera[];
  /** Unix milliseconds by the hub's clock; undefined: it has no poster. */
  posterAtMs(cameraId: string): number | undefined;
  /** Undefined where the device gives none. */
  snapshot(camera: PicturedCamera): Promise<Picture | undefined>;
  keep(cameraId: string, picture: Picture): void;
  nowMs(): number;
}): {
  /** Asks what is due; resolves when it is done, at once while an earlier turn lasts. */
  tend(): Promise<void>;
  close(): void;
} {
  const { cameras, posterAtMs, snapshot, keep, nowMs } = options;
  const asked = new Map<string, number>();
  let isTending = false;
  let isClosed = false;
  /** Those without a poster first, and of the others only the one with the oldest. */
  const due = (): PicturedCamera[] => {
    const now = nowMs();
    const present = cameras();
    const known = new Set(present.map(({ cameraId }) => cameraId));
    for (const cameraId of asked.keys()) if (!known.has(cameraId)) asked.delete(cameraId);
    const free = present.filter(
      ({ cameraId }) => now - (asked.get(cameraId) ?? Number.NEGATIVE_INFINITY) >= askAgainMs,
    );
    const without = free.filter(({ cameraId }) => posterAtMs(cameraId) === undefined);
    if (without.length > 0) return without.slice(0, mostInTurn);
    const age = ({ cameraId }: PicturedCamera): number => now - (posterAtMs(cameraId) ?? 0);
    const old = free.filter((camera) => age(camera) >= posterAgeMs);
    return old.toSorted((one, other) => age(other) - age(one)).slice(0, 1);
  };
  /** A camera that has another source by now must not show what the former one sees. */
  const isSame = ({ cameraId, deviceId, profileToken }: PicturedCamera): boolean =>
    cameras().some(
      (one) => one.cameraId === cameraId && one.deviceId === deviceId && one.profileToken === profileToken,
    );
  return {
    async tend() {
      if (isTending) return;
      isTending = true;
      try {
        for (const camera of due()) {
          if (isClosed) return;
          asked.set(camera.cameraId, nowMs());
          const picture = await snapshot(camera);
          if (picture !== undefined && !isClosed && isSame(camera)) keep(camera.cameraId, picture);
        }
      } finally {
        isTending = false;
      }
    },
    close: () => void (isClosed = true),
  };
}
