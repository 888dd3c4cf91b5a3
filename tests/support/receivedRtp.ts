import { nalType } from '../../src-sfu/media/ingest/h264Payload.ts';
import { parseSequenceParameters } from '../../src-sfu/media/ingest/h264ParameterSets.ts';

declare global {
  interface Window {
    /** Every encoded picture that the page received by WebRTC, decrypted, and how many pieces of sound. */
    receivedRtp?: { kinds: string[]; frames: string[]; sounds: number };
  }
}

/** Runs in a page before its own scripts: keeps what its connections receive, before it is decoded. */
export function keepReceivedRtp(): void {
  const kept: { kinds: string[]; frames: string[]; sounds: number } = { kinds: [], frames: [], sounds: 0 };
  window.receivedRtp = kept;
  const watched = new WeakSet<RTCRtpReceiver>();
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super({ ...configuration, encodedInsertableStreams: true } as RTCConfiguration);
      this.addEventListener('track', ({ receiver, track }) => {
        kept.kinds.push(track.kind);
        // A place of a connection that is used again has its streams already.
        if (watched.has(receiver)) return;
        watched.add(receiver);
        const { readable, writable } = (
          receiver as unknown as {
            createEncodedStreams(): {
              readable: ReadableStream<{ data: ArrayBuffer }>;
              writable: WritableStream<{ data: ArrayBuffer }>;
            };
          }
        ).createEncodedStreams();
        const copy = new TransformStream<{ data: ArrayBuffer }, { data: ArrayBuffer }>({
          transform(frame, to) {
            if (track.kind === 'audio') kept.sounds += 1;
            else kept.frames.push(btoa(String.fromCharCode(...new Uint8Array(frame.data))));
            to.enqueue(frame);
          },
        });
        void readable.pipeThrough(copy).pipeTo(writable);
      });
    }
  };
}

const startCode = Buffer.from([0, 0, 1]);

/** What H.264 pictures consist of: types of their units, and the sizes that they say; `bytes` is all of it. */
export function readReceivedRtp(frames: readonly string[]): {
  types: Set<number>;
  sizes: Set<string>;
  bytes: Buffer;
} {
  const bytes = Buffer.concat(frames.map((frame) => Buffer.from(frame, 'base64')));
  const types = new Set<number>();
  const sizes = new Set<string>();
  // Annex B: each unit begins after 0 0 1.
  const starts: number[] = [];
  for (let at = bytes.indexOf(startCode); at >= 0; at = bytes.indexOf(startCode, at + 3)) starts.push(at + 3);
  starts.forEach((start, index) => {
    const nal = bytes.subarray(start, starts[index + 1] ?? bytes.length);
    const type = (nal[0] ?? 0) & 0x1f;
    types.add(type);
    const read = type === nalType.sps ? parseSequenceParameters(nal) : undefined;
    if (read !== undefined) sizes.add(`${read.width}x${read.height}`);
  });
  return { types, sizes, bytes };
}
