import type { StreamStatus } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { StreamWait } from '../../../src-shared/cameras/cameraStream.ts';
import { pictureLimits } from '../../../src-shared/cameras/pictureLimits.ts';

/** A tile with key pictures only: older than the longest group of pictures seen and a look a second, it is not current. */
const stillLimitMs = 6_000;
/** A next attempt nearer than this is not worth a time of its own: it would only change all the while. Milliseconds. */
const soonMs = 3_000;
/** A stream that runs shows its first picture by then, unless its next key picture is awaited. Milliseconds. */
const firstPictureMs = 1_500;

/** Everything the word on a tile depends on. Times are Unix milliseconds of the hub's clock. */
export interface TileFacts {
  hasCamera: boolean;
  /** False where the decode budget of the screen left the tile key pictures only. */
  live?: boolean | undefined;
  /** What the hub says of the stream; undefined until it first answered. */
  status?: StreamStatus | undefined;
  /** Since when the camera has been away, kept through the attempts in between. */
  outageSinceMs?: number | undefined;
  /** Why the hub serves nothing, and since when. */
  problem?: { message: string; sinceMs: number } | undefined;
  /** Since when the connection to the hub is lost. */
  hubLostSinceMs?: number | undefined;
  /** When the browser last presented a new live picture. */
  lastFrameAtMs?: number | undefined;
  /** Since when the browser has had the track it plays now. */
  playingSinceMs?: number | undefined;
  /** When the still picture that is shown was taken. */
  stillAtMs?: number | undefined;
  /** Since when the browser receives this stream and decodes nothing of it. */
  undecodableSinceMs?: number | undefined;
}

/** A picture that is shown though it is not live, with its age. */
interface WithPicture {
  pictureAtMs?: number;
}

/** What a tile says. Only `live` claims that the picture is of now. */
export type TileState =
  | { kind: 'no_camera' }
  /** `awaits` is what is waited for, when it takes longer than usual. */
  | ({ kind: 'connecting'; awaits?: StreamWait } & WithPicture)
  /** `jumps`: the camera sends B-pictures, which browsers show in the order in which they come. */
  | { kind: 'live'; jumps?: true }
  /** A picture a second, so that the screen keeps up. */
  | { kind: 'still'; pictureAtMs: number }
  | ({ kind: 'waiting' } & WithPicture)
  | ({ kind: 'frozen'; sinceMs: number } & WithPicture)
  | ({
      kind: 'offline';
      sinceMs: number;
      cause: 'camera' | 'hub' | 'problem';
      retryAtMs?: number;
      message?: string;
    } & WithPicture)
  | ({ kind: 'unauthorized'; sinceMs: number } & WithPicture)
  | ({ kind: 'unsupported'; sinceMs: number; codec?: string } & WithPicture)
  /** Data comes, and the browser makes no picture of it. */
  | ({ kind: 'undecodable'; sinceMs: number } & WithPicture);

export type TileStateKind = TileState['kind'];

/**
 * The real state of a tile. Pictures that advance decide, never the state of a connection; the hub only explains why they
 * do not, and is believed when it says that what advances is the same picture over and over.
 */
export function tileState(facts: TileFacts, nowMs: number): TileState {
  if (!facts.hasCamera) return { kind: 'no_camera' };
  const { status, lastFrameAtMs } = facts;
  const picture = pictureOf(facts);
  const silentMs = lastFrameAtMs === undefined ? Infinity : nowMs - lastFrameAtMs;
  const streaming = status === undefined || status.state === 'live' || status.state === 'lingering';
  const limits = pictureLimits(status?.pictureIntervalMs);

  // A slow camera whose connection is known to be broken is not live until its next picture is overdue.
  const liveMs = streaming ? limits.liveMs : pictureLimits(undefined).liveMs;
  if (silentMs <= liveMs) {
    const frozenSinceMs = streaming ? status?.frozenSinceMs : undefined;
    if (frozenSinceMs === undefined)
      return status?.isReordered === true ? { kind: 'live', jumps: true } : { kind: 'live' };
    return { kind: 'frozen', sinceMs: frozenSinceMs, pictureAtMs: frozenSinceMs };
  }
  if (facts.live === false && facts.hubLostSinceMs === undefined && isLive(status)) {
    const pictureAtMs = picture.pictureAtMs;
    if (status?.frozenSinceMs !== undefined)
      return { kind: 'frozen', sinceMs: status.frozenSinceMs, ...picture };
    if (pictureAtMs !== undefined && nowMs - pictureAtMs <= Math.max(stillLimitMs, limits.liveMs))
      return { kind: 'still', pictureAtMs };
    return { kind: 'connecting', ...picture };
  }
  if (facts.hubLostSinceMs !== undefined) {
    return { kind: 'offline', sinceMs: facts.hubLostSinceMs, cause: 'hub', ...picture };
  }
  if (status?.state === 'unauthorized') return { kind: 'unauthorized', sinceMs: status.sinceMs, ...picture };
  if (status?.state === 'unsupported') {
    const codec = status.codec === undefined ? {} : { codec: status.codec };
    return { kind: 'unsupported', sinceMs: status.sinceMs, ...codec, ...picture };
  }
  if (facts.problem !== undefined) {
    const { sinceMs, message } = facts.problem;
    return { kind: 'offline', sinceMs, cause: 'problem', message, ...picture };
  }
  if (facts.outageSinceMs !== undefined && !isLive(status)) {
    const retryAtMs = status?.retryAtMs;
    return {
      kind: 'offline',
      sinceMs: facts.outageSinceMs,
      cause: 'camera',
      ...(retryAtMs === undefined || retryAtMs - nowMs < soonMs ? {} : { retryAtMs }),
      ...(status?.message === undefined ? {} : { message: status.message }),
      ...picture,
    };
  }
  if (facts.undecodableSinceMs !== undefined && isLive(status)) {
    return { kind: 'undecodable', sinceMs: facts.undecodableSinceMs, ...picture };
  }
  const beganAtMs = Math.max(facts.playingSinceMs ?? 0, status?.sinceMs ?? 0);
  const connecting: TileState = { kind: 'connecting', ...awaited(facts, beganAtMs, nowMs), ...picture };
  if (lastFrameAtMs === undefined || !streaming) return connecting;
  const beginMs = Math.max(limits.beginMs, status?.groupMs ?? 0);
  if (beganAtMs > lastFrameAtMs && nowMs - beganAtMs <= beginMs) return connecting;
  if (silentMs <= limits.frozenMs) return { kind: 'waiting', ...picture };
  const sinceMs = Math.min(lastFrameAtMs, status?.frozenSinceMs ?? lastFrameAtMs);
  return { kind: 'frozen', sinceMs, ...picture };
}

/** Whether two states say the same, so that nothing needs to be drawn again. */
export function sameTileState(one: TileState, other: TileState): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What a tile without a live picture waits for; nothing while that takes no longer than usual. */
function awaited(
  { status, playingSinceMs }: TileFacts,
  beganAtMs: number,
  nowMs: number,
): { awaits?: StreamWait } {
  if (status?.waitingFor !== undefined) return { awaits: status.waitingFor };
  const isOverdue = playingSinceMs !== undefined && nowMs - beganAtMs > firstPictureMs;
  return isLive(status) && isOverdue ? { awaits: 'keyPicture' } : {};
}

function isLive(status: StreamStatus | undefined): boolean {
  return status?.state === 'live' || status?.state === 'lingering';
}

function pictureOf(facts: TileFacts): WithPicture {
  const pictureAtMs = facts.stillAtMs ?? facts.lastFrameAtMs;
  return pictureAtMs === undefined ? {} : { pictureAtMs };
}
