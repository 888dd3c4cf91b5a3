import type { BrowserContext } from 'playwright';

/** When the last of its kind happened since the reset, Unix milliseconds; undefined when none did. */
export interface PageTimes {
  notified: number | undefined;
  asked: number | undefined;
  opened: number | undefined;
  consumed: number | undefined;
  negotiated: number | undefined;
  resumed: number | undefined;
  received: number | undefined;
}

declare global {
  interface Window {
    mingchuPageTimes?: { reset(): void; read(): PageTimes };
  }
}

/**
 * Notes in the page when messages of the hub came and when the browser had negotiated, from outside of the product: what a
 * message is for is read from the request that it answers: Socket.IO numbers both.
 */
export async function recordPageTimes(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const now = (): number => performance.timeOrigin + performance.now();
    let times: Partial<PageTimes> = {};
    const asked = new Map<number, 'opened' | 'consumed' | 'resumed'>();
    const kinds = {
      'cameras:openStream': 'opened',
      'media:consume': 'consumed',
      'media:resumeConsumers': 'resumed',
    } as const;
    const textOf = (data: unknown): string | undefined => {
      if (!(data instanceof ArrayBuffer) && !ArrayBuffer.isView(data)) return undefined;
      const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer);
      // Names, numbers and keys of a packet lie at its ends; what is between them may be a whole picture.
      const ends = bytes.length <= 8_192 ? [bytes] : [bytes.subarray(0, 4_096), bytes.subarray(-4_096)];
      return ends.map((part) => String.fromCharCode(...part)).join('');
    };
    /** The number of a packet: the MessagePack integer after its key `id`. */
    const numberAt = (text: string, keyAt: number): number | undefined => {
      if (keyAt < 0) return undefined;
      const byte = (offset: number): number => text.charCodeAt(keyAt + 3 + offset);
      if (byte(0) < 0x80) return byte(0);
      if (byte(0) === 0xcc) return byte(1);
      return byte(0) === 0xcd ? byte(1) * 256 + byte(2) : undefined;
    };
    const idKey = '\xa2id';
    const NativeSocket = window.WebSocket;
    window.WebSocket = class extends NativeSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
          const text = textOf(data);
          if (text === undefined) return;
          // An answer begins with its number.
          const number = numberAt(text, text.indexOf(idKey));
          const kind = number === undefined ? undefined : asked.get(number);
          if (kind !== undefined) times[kind] = now();
          if (text.includes('wall:screenChanged')) times.notified = now();
        });
      }
      override send(data: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>): void {
        const text = textOf(data);
        const name = Object.keys(kinds).find((one) => text?.includes(one)) as keyof typeof kinds | undefined;
        // A request ends with its number.
        const number = text === undefined ? undefined : numberAt(text, text.lastIndexOf(idKey));
        if (number !== undefined && name !== undefined) asked.set(number, kinds[name]);
        if (name !== undefined && kinds[name] === 'opened') times.asked = now();
        super.send(data as string);
      }
    };
    const setLocalDescription = RTCPeerConnection.prototype.setLocalDescription as (
      description?: RTCLocalSessionDescriptionInit,
    ) => Promise<void>;
    RTCPeerConnection.prototype.setLocalDescription = async function (
      this: RTCPeerConnection,
      description?: RTCLocalSessionDescriptionInit,
    ): Promise<void> {
      await setLocalDescription.call(this, description);
      times.negotiated = now();
    };
    const requestFrame = HTMLVideoElement.prototype.requestVideoFrameCallback;
    const seen = new WeakSet<HTMLVideoElement>();
    HTMLVideoElement.prototype.requestVideoFrameCallback = function (callback) {
      return requestFrame.call(this, (nowMs, metadata) => {
        const { receiveTime } = metadata;
        if (receiveTime !== undefined && !seen.has(this)) {
          seen.add(this);
          times.received = Math.max(times.received ?? 0, performance.timeOrigin + receiveTime);
        }
        callback(nowMs, metadata);
      });
    };
    window.mingchuPageTimes = {
      reset: () => (times = {}),
      read: () => ({
        notified: times.notified,
        asked: times.asked,
        opened: times.opened,
        consumed: times.consumed,
        negotiated: times.negotiated,
        resumed: times.resumed,
        received: times.received,
      }),
    };
  });
}
