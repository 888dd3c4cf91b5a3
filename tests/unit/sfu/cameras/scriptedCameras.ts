import type {
  AttemptEvent,
  CameraMedia,
  SourceStatistics,
} from '../../../../src-sfu/features/cameras/cameras.ports.ts';
import type { CamerasRepository } from '../../../../src-sfu/features/cameras/cameras.repository.ts';

/** One attempt at a camera, which the test speaks for. */
export interface ScriptedAttempt {
  report(event: AttemptEvent): void;
  closed: boolean;
  sparing: boolean;
}

/** Media that starts nothing and reports what the test tells it to. */
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
  const picture = { annexB: new Uint8Array([0, 0, 0, 1]), codec: 'avc1.42c01e', width: 640, height: 360 };
  const media: CameraMedia = {
    openSource() {
      sources.open += 1;
      return {
        takePlace() {
          sources.places += 1;
        },
        workerId: () => 'worker-1',
        startAttempt(_address, onEvent, { sparing }) {
          const attempt = { report: onEvent, closed: false, sparing };
          attempts.push(attempt);
          return {
            close() {
              attempt.closed = true;
            },
          };
        },
        keyPicture: () =>
          statistics.lastFrameAtMs === undefined
            ? undefined
            : { ...picture, capturedAtMs: statistics.lastFrameAtMs },
        statistics: () => statistics,
        close() {
          sources.open -= 1;
        },
      };
    },
  };
  return { media, attempts, statistics, sources };
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
};
