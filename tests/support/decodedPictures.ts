import type { BrowserContext } from 'playwright';
import type { TileState } from '../../src-renderer/ui/tile/tileState.ts';
import type { WallPage } from './wallPage.ts';

declare global {
  interface Window {
    /** Every PeerConnection that the page made. Set by `watchPeerConnections`. */
    watchedPeerConnections?: RTCPeerConnection[];
  }
}

/** What one camera's tile showed while it was watched. Times are milliseconds since the watching began. */
export interface TileRecord {
  cameraId: string;
  /** Each state the tile went through, and when it began. */
  states: { atMs: number; kind: TileState['kind'] }[];
  /** Pictures that the browser's decoder had put out by then, over all tracks of the camera. */
  decoded: { atMs: number; pictures: number }[];
  /** Of the last picture that was decoded, in pixels. */
  width: number;
  height: number;
  /** The words on the tile at the end. */
  words: string;
}

/** Keeps the page's PeerConnections for `recordTiles`. Call before the page is loaded. */
export async function watchPeerConnections(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const made: RTCPeerConnection[] = [];
    window.watchedPeerConnections = made;
    window.RTCPeerConnection = class extends window.RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        made.push(this);
      }
    };
  });
}

/** Watches all tiles of a wall for so long, from within its page. */
export function recordTiles(wall: WallPage, forMs: number): Promise<TileRecord[]> {
  return wall.page.evaluate(async (durationMs) => {
    const records = new Map<string, TileRecord>();
    const decodedOfTrack = new Map<string, number>();
    const beganAtMs = performance.now();
    const readTiles = (): void => {
      const atMs = performance.now() - beganAtMs;
      for (const { cameraId, state } of window.mingchuProbe?.tiles() ?? []) {
        if (cameraId === undefined) continue;
        const record = records.get(cameraId) ?? {
          cameraId,
          states: [],
          decoded: [],
          width: 0,
          height: 0,
          words: '',
        };
        records.set(cameraId, record);
        if (record.states.at(-1)?.kind !== state.kind) record.states.push({ atMs, kind: state.kind });
      }
    };
    const readDecoder = async (): Promise<void> => {
      const cameraOfTrack = new Map<string, string>();
      for (const video of document.querySelectorAll<HTMLVideoElement>('video[data-camera-id]')) {
        const stream = video.srcObject;
        const track = stream instanceof MediaStream ? stream.getVideoTracks()[0] : undefined;
        if (track !== undefined) cameraOfTrack.set(track.id, video.dataset.cameraId ?? '');
      }
      const added = new Map<string, number>();
      for (const connection of window.watchedPeerConnections ?? []) {
        if (connection.connectionState === 'closed') continue;
        for (const entry of (await connection.getStats()).values()) {
          const { type, kind, trackIdentifier, framesDecoded, frameWidth, frameHeight } = entry as Record<
            string,
            unknown
          >;
          if (type !== 'inbound-rtp' || kind !== 'video') continue;
          const track = String(trackIdentifier);
          const cameraId = cameraOfTrack.get(track);
          const record = cameraId === undefined ? undefined : records.get(cameraId);
          if (record === undefined) continue;
          const pictures = Number(framesDecoded ?? 0);
          const more = pictures - (decodedOfTrack.get(track) ?? 0);
          decodedOfTrack.set(track, pictures);
          added.set(record.cameraId, (added.get(record.cameraId) ?? 0) + more);
          record.width = Number(frameWidth ?? record.width);
          record.height = Number(frameHeight ?? record.height);
        }
      }
      const atMs = performance.now() - beganAtMs;
      for (const record of records.values()) {
        const before = record.decoded.at(-1)?.pictures ?? 0;
        record.decoded.push({ atMs, pictures: before + (added.get(record.cameraId) ?? 0) });
      }
    };
    let reading = 0;
    while (performance.now() - beganAtMs < durationMs) {
      readTiles();
      if (reading % 5 === 0) await readDecoder();
      reading += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    for (const tile of document.querySelectorAll('.wall-tile')) {
      const cameraId = tile.querySelector('video')?.dataset.cameraId ?? '';
      const record = records.get(cameraId);
      const parts = ['.tile-plate-word', '.tile-plate-detail', '.tile-state'].map((part) =>
        tile.querySelector(part)?.textContent.trim(),
      );
      if (record !== undefined) record.words = parts.filter(Boolean).join(' / ');
    }
    return [...records.values()];
  }, forMs);
}

/** The fewest pictures that were decoded in any 10 s from `fromMs` on; 0 when it was not watched for so long. */
export function fewestPictures({ decoded }: TileRecord, fromMs: number): number {
  const windowMs = 10_000;
  const counts: number[] = [];
  for (const begin of decoded) {
    if (begin.atMs < fromMs) continue;
    const end = decoded.find(({ atMs }) => atMs >= begin.atMs + windowMs);
    if (end === undefined) break;
    counts.push(((end.pictures - begin.pictures) * windowMs) / (end.atMs - begin.atMs));
  }
  return counts.length === 0 ? 0 : Math.round(Math.min(...counts));
}
