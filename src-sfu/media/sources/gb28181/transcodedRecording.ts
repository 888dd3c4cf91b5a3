import { Readable } from 'node:stream';
import type { Transcoder, Transcoding } from '../../ingest/transcode.ts';
import { createSegmentSink } from '../../mp4/segmentSink.ts';
import type { ElementaryPicture } from './elementaryPictures.ts';
import { PictureClock } from './pictureClock.ts';
import { PicturePackets } from './picturePackets.ts';

const payloadType = 96;
/** What ffmpeg still has when the last picture has come. Milliseconds. */
const flushMs = 700;
/** What a page does not read yet is held up to here; more ends it. Bytes. */
const maxUnreadBytes = 64 * 1024 * 1024;

/** Recorded pictures of H.265 on their way through ffmpeg to a fragmented MP4 of H.264. It takes one place of the transcoder. */
export class TranscodedRecording {
  readonly mp4 = new Readable({ read: () => undefined });
  /** With the codec, once the first part of the file is there. */
  type = 'video/mp4';
  /** Whether there is something to read. */
  #hasBegun = false;
  readonly #clock = new PictureClock();
  readonly #packets: PicturePackets;
  readonly #sink: ReturnType<typeof createSegmentSink>;
  #transcoding: Transcoding | undefined;
  #isEnded = false;

  private constructor(onBegun: () => void) {
    this.#packets = new PicturePackets(payloadType, (packet) => this.#transcoding?.write(packet));
    this.#sink = createSegmentSink(({ init, codec, bytes }) => {
      if (this.mp4.destroyed || this.mp4.readableEnded) return;
      this.type = `video/mp4; codecs="${codec}"`;
      if (!this.#hasBegun) this.mp4.push(init);
      this.mp4.push(bytes);
      if (!this.#hasBegun) onBegun();
      this.#hasBegun = true;
      if (this.mp4.readableLength > maxUnreadBytes) this.mp4.destroy();
    });
  }

  /** Undefined when all places are taken. `onBegun`: there is something to read; `onFailed`: ffmpeg ended, or could not be started. */
  static start(
    transcoder: Transcoder,
    events: { onBegun(): void; onFailed(): void },
  ): TranscodedRecording | undefined {
    const recording = new TranscodedRecording(() => events.onBegun());
    const track = { kind: 'video', codec: 'H265', payloadType, clockRate: 90_000, channels: 1 } as const;
    recording.#transcoding = transcoder.start(
      { ...track, parameterSets: [] },
      { onRtp: (packet) => recording.#sink.writeVideo(packet), onFailed: () => events.onFailed() },
    );
    return recording.#transcoding === undefined ? undefined : recording;
  }

  /** A picture of another codec is left out. False: what is made of it comes later. */
  write({ codec, nals, pts }: ElementaryPicture): false {
    if (codec === 'H265' && !this.#isEnded)
      this.#packets.picture(codec, nals, this.#clock.next(pts, performance.now()));
    return false;
  }

  /** The last picture has come, so the file ends after what is made of it. Where nobody reads the file any more, it ends at once. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const close = (): void => {
      this.#transcoding?.close();
      this.#sink.end();
      if (!this.mp4.destroyed) this.mp4.push(null);
    };
    if (this.mp4.destroyed || !this.#hasBegun) close();
    else setTimeout(close, flushMs);
  }
}
