import { createHash } from 'node:crypto';
import type { PublicVideo } from '../../../src-shared/public/publicPage.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import { phones, type PublicCopies } from './publicCopies.service.ts';

/** One second of a softened copy, as it comes from the copy. */
export interface CopySegment {
  init: Buffer;
  codec: string;
  bytes: Buffer;
  startMs: number;
  durationMs: number;
}

/** Moving pictures for phones: softened copies in segments, under names that never mean another one. */
export interface PublicSegments {
  /** The newest segments of a camera. Asking starts its copy where there is a place, and keeps it for a while. */
  want(cameraId: string): PublicVideo | undefined;
  /** Whether segments of this camera come now. */
  isPlaying(cameraId: string): boolean;
  /** The part of this name; undefined when it is not there (any more). */
  read(name: string): Buffer | undefined;
  /** The public may see these cameras no more: their segments are gone. */
  hide(cameraIds: readonly string[]): void;
  close(): void;
}

/** Where segments are found; the name is the rest. */
export const segmentsPath = '/public/segments/';
/** A camera that no phone asked for within this time gives its place back. Milliseconds. */
export const segmentInterestMs = 10_000;
/** Segments of a second that are kept: a phone that asks each second never misses one. */
const keptSegments = 6;
/** A copy that gave nothing for so long is attached to again: it may have begun again. Milliseconds. */
const silentMs = 4_000;
const checkEveryMs = 1_000;

interface CameraSegments {
  wantedAtMs: number;
  heardAtMs: number;
  init: string | undefined;
  codec: string;
  segments: PublicVideo['segments'];
  detach: (() => void) | undefined;
}

export function createPublicSegments(options: {
  copies: Pick<PublicCopies, 'watch' | 'unwatch'>;
  /** Attaches to the copy of a camera; undefined while none is open. */
  attach(cameraId: string, onSegment: (segment: CopySegment) => void): (() => void) | undefined;
  isShown(cameraId: string): boolean;
  /** Cameras that phones may have copies of at one time. */
  limit: number;
  nowMs(): number;
}): PublicSegments {
  const { copies, attach, isShown, limit, nowMs } = options;
  const cameras = new Map<string, CameraSegments>();
  const files = new Map<string, Buffer>();
  let timer: Timer | undefined;

  const keep = (bytes: Buffer, ending: string): string => {
    const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 27);
    const name = `${hash}.${ending}`;
    files.set(name, bytes);
    return segmentsPath + name;
  };
  const forget = (path: string): void => void files.delete(path.slice(segmentsPath.length));
  const end = (cameraId: string): void => {
    const entry = cameras.get(cameraId);
    if (entry === undefined) return;
    cameras.delete(cameraId);
    entry.detach?.();
    for (const { path } of entry.segments) forget(path);
    const isShared = [...cameras.values()].some(({ init }) => init === entry.init);
    if (entry.init !== undefined && !isShared) forget(entry.init);
    copies.unwatch(phones, cameraId);
  };
  const connect = (cameraId: string, entry: CameraSegments): void => {
    entry.detach?.();
    entry.heardAtMs = nowMs();
    entry.detach = attach(cameraId, ({ init, codec, bytes, startMs, durationMs }) => {
      if (cameras.get(cameraId) !== entry || !isShown(cameraId)) return;
      entry.heardAtMs = nowMs();
      const path = keep(init, 'mp4');
      const newest = entry.segments.at(-1);
      const isAgain = newest !== undefined && startMs < newest.startMs;
      if (path !== entry.init || isAgain) {
        // Another stream: nothing of before goes with it.
        for (const segment of entry.segments) forget(segment.path);
        entry.segments = [];
      }
      entry.init = path;
      entry.codec = codec;
      entry.segments = [...entry.segments, { path: keep(bytes, 'm4s'), startMs, durationMs }];
      for (const { path: old } of entry.segments.splice(0, entry.segments.length - keptSegments)) forget(old);
    });
  };
  const tick = (): void => {
    timer = undefined;
    for (const [cameraId, entry] of cameras) {
      if (!isShown(cameraId) || nowMs() - entry.wantedAtMs >= segmentInterestMs) end(cameraId);
      else if (entry.detach === undefined || nowMs() - entry.heardAtMs >= silentMs) connect(cameraId, entry);
    }
    if (cameras.size > 0) timer = startTimer(tick, checkEveryMs);
  };
  const start = (cameraId: string): void => {
    const entry: CameraSegments = {
      wantedAtMs: nowMs(),
      heardAtMs: nowMs(),
      init: undefined,
      codec: '',
      segments: [],
      detach: undefined,
    };
    cameras.set(cameraId, entry);
    timer ??= startTimer(tick, checkEveryMs);
    void copies
      .watch(phones, cameraId)
      .then((answer) => {
        if (cameras.get(cameraId) !== entry) return;
        // Without a place the phone shows stills, and asks again.
        if (answer.ok) connect(cameraId, entry);
        else end(cameraId);
      })
      .catch(() => end(cameraId));
  };

  return {
    want(cameraId) {
      if (!isShown(cameraId)) return undefined;
      const entry = cameras.get(cameraId);
      if (entry === undefined) {
        if (cameras.size < limit) start(cameraId);
        return undefined;
      }
      entry.wantedAtMs = nowMs();
      const { init, codec, segments } = entry;
      return init === undefined || segments.length === 0 ? undefined : { init, codec, segments };
    },
    isPlaying(cameraId) {
      const entry = cameras.get(cameraId);
      return entry !== undefined && entry.segments.length > 0 && nowMs() - entry.heardAtMs < silentMs;
    },
    read: (name) => files.get(name),
    hide: (cameraIds) => cameraIds.forEach(end),
    close() {
      timer?.cancel();
      for (const cameraId of [...cameras.keys()]) end(cameraId);
    },
  };
}
