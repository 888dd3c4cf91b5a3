import { Readable } from 'node:stream';
import { parseSequenceParameters } from '../../ingest/h264ParameterSets.ts';
import type { Transcoder } from '../../ingest/transcode.ts';
import { initSegment, mediaSegment } from '../../mp4/fragmentedMp4.ts';
import { SourceError } from '../streamSource.ts';
import type { GbCall } from './gbCall.ts';
import type { ElementaryPicture } from './elementaryPictures.ts';
import { PictureClock } from './pictureClock.ts';
import { parameterSetsOf } from './pictureSize.ts';
import { PsReceiver } from './psReceiver.ts';
import type { SipDoor } from './sipDoor.ts';
import { TranscodedRecording } from './transcodedRecording.ts';

/** What a channel recorded, as a file that can be played while it comes. */
export interface RecordedPictures {
  /** A fragmented MP4; destroying it ends the call. */
  mp4: Readable;
  /** Its media type with the codec, such as `video/mp4; codecs="avc1.42c01e"`. */
  type: string;
}

/** From the answer to the first whole key picture. Milliseconds. */
const firstPictureMs = 8_000;
/** From the first picture of H.265 to the first that ffmpeg made of it: it starts with a core that it does not have alone. Milliseconds. */
const firstTranscodedMs = 20_000;
/** A recorder that is silent for so long has sent all that it has: not every one says so. */
const silentMs = 5_000;
/** What a page does not read yet is held up to here; more ends it. Bytes. */
const maxUnreadBytes = 64 * 1024 * 1024;
const answerMs = 5_000;
/** Asked for so that a minute is there within seconds. Devices that agree and do not obey are only slower. */
const wantedSpeed = 4;
/** What one ffmpeg keeps up with on a core that it does not have alone. */
const transcodedSpeed = 2;
const usualDurationTicks = 3_600;
const longestDurationTicks = 90_000;

/**
 * Asks a channel for what it recorded between two moments, in Unix seconds. Rejects with SourceError: 404 where the
 * recorder has nothing of that time; `protocolError` where it came and could not be changed; 415 where it is H.265 and `transcoder` has no place to change it. The speed is never believed: the times in
 * the pictures are those of the file.
 */
export async function openRecordedPictures(
  door: SipDoor,
  target: { recorderId: string; channelId: string },
  span: { from: number; to: number },
  transcoder: Transcoder,
): Promise<RecordedPictures> {
  let writer: RecordingWriter | TranscodedRecording = new RecordingWriter();
  let onFirst: (error: SourceError | undefined) => void = () => undefined;
  const first = new Promise<SourceError | undefined>((resolve) => (onFirst = resolve));
  let silence: NodeJS.Timeout | undefined;
  const receiver = new PsReceiver(
    {
      onPicture(picture) {
        if (picture.codec === 'H265' && writer instanceof RecordingWriter && !transcode()) return;
        if (writer.write(picture)) onFirst(undefined);
      },
      onSound: () => undefined,
      onGap: () => undefined,
    },
    () => performance.now(),
  );
  /** Why there is nothing, where nothing comes any more: what has come as H.265 is there, and could not be changed. */
  const missing = (): SourceError => (writer instanceof RecordingWriter ? nothing() : notChanged());
  let timer: NodeJS.Timeout | undefined;
  const waitFor = (limitMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => onFirst(missing()), limitMs);
  };
  /** From here on the pictures go through ffmpeg. */
  const transcode = (): boolean => {
    // It began as H.264: what was asked for is over where that changes.
    if (writer instanceof RecordingWriter && writer.hasBegun) {
      end();
      return false;
    }
    const started = TranscodedRecording.start(transcoder, {
      onBegun: () => onFirst(undefined),
      onFailed: () => end(),
    });
    if (started === undefined) {
      onFirst(noPlace());
      return false;
    }
    writer = started;
    waitFor(firstTranscodedMs);
    void current.call?.inform('Application/MANSRTSP', playAt(transcodedSpeed));
    return true;
  };
  const end = (): void => {
    clearTimeout(silence);
    onFirst(missing());
    writer.end();
    // Called before the call is there only when it failed.
    current.call?.close();
  };
  const current: { call?: GbCall } = {};
  const opened = await door.lines.openRecorded(
    target,
    span,
    {
      onPacket(packet) {
        clearTimeout(silence);
        silence = setTimeout(end, silentMs);
        receiver.write(packet);
      },
      onRestart: () => receiver.restart(),
      onEnded: end,
    },
    answerMs,
  );
  current.call = opened;
  const speed = writer instanceof RecordingWriter ? wantedSpeed : transcodedSpeed;
  void opened.inform('Application/MANSRTSP', playAt(speed));
  if (writer instanceof RecordingWriter) waitFor(firstPictureMs);
  const error = await first;
  clearTimeout(timer);
  if (error !== undefined) {
    end();
    throw error;
  }
  writer.mp4.once('close', end);
  return { mp4: writer.mp4, type: writer.type };
}

/** MANSRTSP (GB/T 28181-2016, annex B). */
function playAt(speed: number): Buffer {
  return Buffer.from(`PLAY RTSP/1.0\r\nCSeq: 1\r\nScale: ${speed.toFixed(1)}\r\nRange: npt=now-\r\n\r\n`);
}

class RecordingWriter {
  readonly #clock = new PictureClock();
  readonly mp4 = new Readable({ read: () => undefined });
  type = 'video/mp4';
  #waiting: { picture: ElementaryPicture; ticks: number } | undefined;
  #sequence = 0;
  #atTicks = 0;
  #isEnded = false;

  get hasBegun(): boolean {
    return this.#waiting !== undefined;
  }

  /** True once the file has begun. */
  write(picture: ElementaryPicture): boolean {
    if (this.#isEnded) return false;
    const ticks = this.#clock.next(picture.pts, performance.now());
    if (this.#waiting === undefined && !this.#begin(picture)) return false;
    if (this.#waiting !== undefined) this.#pass((ticks - this.#waiting.ticks) >>> 0);
    this.#waiting = { picture, ticks };
    return true;
  }

  end(): void {
    if (this.#isEnded) return;
    this.#pass(usualDurationTicks);
    this.#isEnded = true;
    this.mp4.push(null);
  }

  #begin({ nals, isKey }: ElementaryPicture): boolean {
    const sets = parameterSetsOf(nals);
    const sps = sets.find((nal) => ((nal[0] ?? 0) & 0x1f) === 7);
    const pps = sets.find((nal) => ((nal[0] ?? 0) & 0x1f) === 8);
    const parameters = sps === undefined ? undefined : parseSequenceParameters(sps);
    if (!isKey || sps === undefined || pps === undefined || parameters === undefined) return false;
    this.type = `video/mp4; codecs="avc1.${parameters.profileLevelId}"`;
    const { width, height } = parameters;
    this.mp4.push(initSegment({ sps, pps, width, height }));
    return true;
  }

  #pass(duration: number): void {
    if (this.#waiting === undefined) return;
    const { nals, isKey } = this.#waiting.picture;
    const shown = Math.min(longestDurationTicks, Math.max(1, duration));
    this.#sequence += 1;
    const samples = [{ nals: nals.map(({ bytes }) => bytes), isKey, duration: shown }];
    this.mp4.push(mediaSegment({ sequence: this.#sequence, startTime: this.#atTicks, samples }));
    this.#atTicks += shown;
    if (this.mp4.readableLength > maxUnreadBytes) this.mp4.destroy();
  }
}

function nothing(): SourceError {
  return new SourceError('notFound', 'The recorder sent no picture of that time.', 404);
}

function notChanged(): SourceError {
  return new SourceError(
    'protocolError',
    'What was recorded is H.265, and it could not be changed to H.264. Try again.',
  );
}

function noPlace(): SourceError {
  return new SourceError(
    'protocolError',
    'What was recorded is H.265, and all places for changing it are taken. Try again soon, or set the channel to H.264.',
    415,
  );
}
