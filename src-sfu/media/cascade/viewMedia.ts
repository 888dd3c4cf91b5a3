import { createHash, randomBytes } from 'node:crypto';
import type { StreamSinks } from '../cameraMedia.ts';
import type { PsSound } from './psMuxer.ts';
import { PsSender } from './psSender.ts';
import { openSendingSocket } from './sendingSocket.ts';
import type { OpenedMedia } from './upperCalls.ts';
import type { UpperOffer } from './upperOffer.ts';

/** Cameras as they are passed on upward: a share in a stream is held while a view lasts. */
export interface SharedStreams {
  open(
    holder: string,
    view: { upperId: string; cameraId: string },
    /** The picture that is asked for; undefined: none is named. */
    stream: 'main' | 'sub' | undefined,
  ): Promise<{ ok: true; streamId: string; sound: PsSound | undefined } | { ok: false }>;
  release(holder: string): void;
  /** Whether the camera is expected to show pictures; one that failed before does only once its stream has begun. */
  isShown(cameraId: string): boolean;
  /** The camera itself is asked for a key picture, where it can be. */
  askKeyPicture(cameraId: string): void;
}

export interface ViewMediaOptions {
  sinks: Pick<StreamSinks, 'attachFromKey'>;
  streams: SharedStreams;
  /** The address that is listened on. */
  host: string;
  ports(): { first: number; last: number };
  nowMs(): number;
}

/** A camera that was off, and is opened for this view, has so long to show something. Milliseconds. */
const showLimitMs = 3_000;
const showStepMs = 100;
/** A whole group of pictures is sent once more at most this often. Milliseconds. */
const againEveryMs = 1_000;

/** Opens what a view needs: a share in the camera's stream and a socket; pictures go once the platform has the answer. */
export function createViewMedia(options: ViewMediaOptions) {
  const { sinks, streams, host, nowMs } = options;
  return async (
    view: { upperId: string; viewId: string; cameraId: string },
    offer: UpperOffer,
    onEnded: () => void,
  ): Promise<OpenedMedia> => {
    const { cameraId } = view;
    // Call-IDs are another system's, and as long as it likes.
    const mark = createHash('sha256').update(`${view.upperId} ${view.viewId}`).digest('hex').slice(0, 24);
    const holder = `cascade:${mark}`;
    const opened = await streams.open(holder, view, offer.stream);
    const isShown = async (): Promise<boolean> => {
      for (let waitedMs = 0; waitedMs < showLimitMs && !streams.isShown(cameraId); waitedMs += showStepMs)
        await new Promise((resolve) => void setTimeout(resolve, showStepMs));
      return streams.isShown(cameraId);
    };
    if (!opened.ok || !(await isShown())) {
      streams.release(holder);
      return { ok: false, why: 'offline' };
    }
    const { streamId, sound } = opened;
    let detach: (() => void) | undefined;
    let isClosed = false;
    let sentAtMs = Number.NEGATIVE_INFINITY;
    const begin = (): void => {
      if (isClosed) return;
      detach?.();
      sentAtMs = nowMs();
      const attached = sinks.attachFromKey(streamId, sender);
      detach = attached?.detach;
      sender.begin(attached?.kept ?? []);
      // Nothing that could be shown is kept: the camera is asked, so that nobody waits for its usual time.
      if (attached === undefined || attached.kept.length === 0) streams.askKeyPicture(cameraId);
    };
    const opening = openSendingSocket({
      offer,
      host,
      ports: options.ports(),
      nowMs,
      onOpen: begin,
      onClosed: () => {
        if (!isClosed) onEnded();
      },
    });
    const socket = await opening.catch((error: unknown) => {
      streams.release(holder);
      throw error;
    });
    if (socket === undefined) {
      streams.release(holder);
      return { ok: false, why: 'full' };
    }
    const ssrc = offer.ssrc === 0 ? randomBytes(4).readUInt32BE() : offer.ssrc;
    const { payloadType } = offer;
    const sender = new PsSender({ ssrc, payloadType, sound, send: (packet) => socket.send(packet) });
    return {
      ok: true,
      media: {
        port: socket.port,
        ssrc,
        begin: () => socket.begin(),
        again() {
          if (detach !== undefined && nowMs() - sentAtMs >= againEveryMs) begin();
        },
        close() {
          isClosed = true;
          detach?.();
          socket.close();
          streams.release(holder);
        },
      },
    };
  };
}
