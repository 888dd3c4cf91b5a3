import {
  measureIntervalMs,
  type AttemptEvent,
  type CameraMedia,
  type SourceStatistics,
} from '../../../../src-sfu/features/cameras/cameras.ports.ts';
import type { StreamShare } from '../../../../src-sfu/base/streamShares.ts';
import type { CamerasRepository } from '../../../../src-sfu/features/cameras/cameras.repository.ts';

/** What a test reports; `live` brings the statistics of the script with it. */
export type ScriptedEvent = Exclude<AttemptEvent, { type: 'live' }> | { type: 'live' };

/** One attempt at a camera, which the test speaks for. */
export interface ScriptedAttempt {
  report(event: ScriptedEvent): void;
  closed: boolean;
  sparing: boolean;
}

/** The share of a surface that views a stream. */
export function viewer(holder: string): StreamShare {
  return { holder, purpose: 'view' };
}

/** Media that starts nothing and reports what the test says. */
export function scriptedMedia() {
  const attempts: ScriptedAttempt[] = [];
  const statistics: SourceStatistics = {
    lastFrameAtMs: undefined,
    lastPictureChangeAtMs: undefined,
    framesReceived: 0,
    bytes: 0,
    lostPackets: 0,
  };
  const sources = { open: 0, places: 0 };
  const open = new Set<string>();
  const worker: { id: string | undefined } = { id: 'worker-1' };
  const listeners: ((measured: ReadonlyMap<string, SourceStatistics>) => void)[] = [];
  setInterval(() => {
    const measured = new Map([...open].map((streamId) => [streamId, { ...statistics }]));
    for (const listener of listeners) listener(measured);
  }, measureIntervalMs);
  const picture = { annexB: new Uint8Array([0, 0, 0, 1]), codec: 'avc1.42c01e', width: 640, height: 360 };
  const media: CameraMedia = {
    onMeasured(listener) {
      listeners.push(listener);
    },
    openSource(streamId) {
      sources.open += 1;
      open.add(streamId);
      let hasPlace = false;
      return {
        takePlace() {
          if (!hasPlace) sources.places += 1;
          hasPlace = true;
          return Promise.resolve(worker.id === undefined ? undefined : { workerId: worker.id });
        },
        startAttempt(_address, onEvent, { sparing }) {
          const report = (event: ScriptedEvent): void =>
            onEvent(event.type === 'live' ? { type: 'live', statistics: { ...statistics } } : event);
          const attempt = { report, closed: false, sparing };
          attempts.push(attempt);
          return {
            close() {
              attempt.closed = true;
            },
          };
        },
        keyPicture: () =>
          Promise.resolve(
            statistics.lastFrameAtMs === undefined
              ? undefined
              : { ...picture, capturedAtMs: statistics.lastFrameAtMs },
          ),
        statistics: () => Promise.resolve({ ...statistics }),
        close() {
          sources.open -= 1;
          open.delete(streamId);
        },
      };
    },
  };
  return { media, attempts, statistics, sources, worker };
}

/** One site with two cameras, the second without a sub stream. */
export const twoCameras: CamerasRepository = {
  listSites: () =>
    Promise.resolve([
      {
        id: 'site-1',
        externalId: 's1',
        name: '温泉小学食堂',
        type: 'school_canteen',
        district: '咸安区',
        address: '',
      },
    ]),
  listCameras: () =>
    Promise.resolve([
      {
        id: 'cam-1',
        externalId: 'c1',
        siteId: 'site-1',
        name: '灶台',
        urls: { main: 'rtsp://a/m', sub: 'rtsp://a/s' },
      },
      { id: 'cam-2', externalId: 'c2', siteId: 'site-1', name: '切配间', urls: { main: 'rtsp://b/m' } },
    ]),
  findStreamAddress: (_cameraId, stream) => Promise.resolve({ stream, url: 'rtsp://a/s' }),
  rememberDigest: () => Promise.resolve(),
  allowClearPassword: () => Promise.resolve(false),
};
