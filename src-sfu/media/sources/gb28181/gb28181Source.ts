import type {
  SourceLimits,
  StreamDescription,
  StreamSource,
  StreamSourceEvents,
  StreamSourceKind,
} from '../streamSource.ts';
import { SourceError } from '../streamSource.ts';
import { parseRecorderUrl, type RecorderTarget } from '../../../base/recorderUrl.ts';
import type { LinePlace } from './channelLines.ts';
import type { ElementaryCodec, ElementaryPicture } from './elementaryPictures.ts';
import { PictureClock } from './pictureClock.ts';
import { PicturePackets } from './picturePackets.ts';
import { parameterSetsOf, pixelsOf } from './pictureSize.ts';
import { PsReceiver } from './psReceiver.ts';
import type { SipDoor } from './sipDoor.ts';
import { RecorderPictureError } from './recorderPictureError.ts';

const videoPayloadType = 96;
const soundPayloadTypes = { PCMA: 8, PCMU: 0 } as const;
/** From the first packet to the first key picture. Groups of 10 s exist, and not every device obeys the request for one. */
const keyPictureMs = 15_000;
const keyRequestEveryMs = 1_000;
/** A device that did not send one after so many requests does not obey them: its next one comes by itself. */
const maxKeyRequests = 5;
/** What is held from the first key picture until the pictures are asked for. */
const maxHeldPictures = 150;

/** The door through which recorders are called; undefined while recorders are not received. */
export interface RecorderDoors {
  door: SipDoor | undefined;
  /** Is given why a picture could not be opened. */
  onFailed?: (url: string, error: SourceError) => void;
}

/**
 * Channels of recorders that register by GB/T 28181, such as `gb28181://42120000001180000001/42120000001320000001`; with
 * `?stream=sub` the smaller picture of the two that most have.
 */
export function gb28181Sources(door: () => SipDoor | undefined): StreamSourceKind {
  return {
    serves: (url) => parseRecorderUrl(url) !== undefined,
    create: ({ url }, events, limits) => new Gb28181Source({ url, events, limits, door: door() }),
  };
}

interface SourceParts {
  url: string;
  events: StreamSourceEvents;
  limits: SourceLimits;
  door: SipDoor | undefined;
}

class Gb28181Source implements StreamSource {
  readonly #parts: SourceParts;
  readonly #target: RecorderTarget;
  readonly #clock = new PictureClock();
  readonly #video: PicturePackets;
  readonly #receiver: PsReceiver;
  #sound: { codec: 'PCMA' | 'PCMU'; packets: PicturePackets } | undefined;
  #soundTicks = 0;
  #codec: ElementaryCodec | undefined;
  #place: LinePlace | undefined;
  #held: ElementaryPicture[] = [];
  #isPlaying = false;
  #withSound = false;
  #closed = false;
  #endedWith: SourceError | undefined;
  #keyAskedAtMs = Number.NEGATIVE_INFINITY;
  /** Requests for a key picture that are still to be sent while none comes. */
  #keyRequestsLeft = 0;
  #keyTimer: NodeJS.Timeout | undefined;
  /** Called at the first key picture and at the end, while `open` waits for them. */
  #onKeyPicture: (() => void) | undefined;
  #onEndedEarly: ((error: SourceError) => void) | undefined;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#target = parseRecorderUrl(parts.url) ?? { recorderId: '', channelId: '', stream: 'main' };
    this.#video = new PicturePackets(videoPayloadType, (packet) => parts.events.onPacket('video', packet));
    this.#receiver = new PsReceiver(
      {
        onPicture: (picture) => this.#came(picture),
        onSound: (codec, bytes) => {
          if (this.#isPlaying && this.#withSound && !this.#closed && codec === this.#sound?.codec)
            this.#sound.packets.sound(bytes, this.#soundTicks);
          this.#soundTicks += bytes.length;
        },
        onGap: () => this.#askKeyPicture(),
      },
      () => performance.now(),
    );
  }

  async open(): Promise<StreamDescription> {
    const { door, limits } = this.#parts;
    if (door === undefined)
      throw new SourceError(
        'unreachable',
        'Recorders are not received: switch them on at an administrator’s desk, under Recorders.',
      );
    const place = await door.lines.join(
      this.#target,
      {
        onPacket: (packet) => {
          if (!this.#closed) this.#receiver.write(packet);
        },
        onRestart: () => this.#receiver.restart(),
        onEnded: (error) => this.#ended(error),
      },
      limits.responseMs,
    );
    this.#place = place;
    if (this.#closed) {
      place.leave();
      throw this.#endedWith ?? closedError();
    }
    if (this.#held.length === 0) this.#askKeyPicture();
    const error = await this.#waitForPicture();
    if (error !== undefined) {
      this.#waitForKeyNoMore();
      place.leave();
      throw error;
    }
    return this.#describe(door, place);
  }

  play({ withSound }: { withSound: boolean }): Promise<void> {
    this.#withSound = withSound;
    if (this.#endedWith !== undefined) return Promise.reject(this.#endedWith);
    const held = this.#held;
    this.#held = [];
    this.#isPlaying = true;
    for (const picture of held) this.#pass(picture);
    return Promise.resolve();
  }

  /** What is packed here is packed without loss and in order. */
  isReliable(): boolean {
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#waitForKeyNoMore();
    this.#place?.leave();
    this.#onEndedEarly?.(closedError());
  }

  #describe(door: SipDoor, { word }: LinePlace): StreamDescription {
    const [first] = this.#held;
    const codec = first?.codec ?? 'H264';
    this.#codec = codec;
    const { recorderId, channelId } = this.#target;
    door.lines.subStreams.measured(recorderId, channelId, word, pixelsOf(first) ?? 0);
    const video = {
      kind: 'video',
      codec,
      payloadType: videoPayloadType,
      clockRate: 90_000,
      channels: 1,
      parameterSets: codec === 'H264' ? parameterSetsOf(first?.nals ?? []) : [],
    } as const;
    const { sound } = this.#receiver;
    if (sound === undefined) return { video };
    const payloadType = soundPayloadTypes[sound];
    const packets = new PicturePackets(payloadType, (packet) => this.#parts.events.onPacket('audio', packet));
    this.#sound = { codec: sound, packets };
    const audio = { kind: 'audio', codec: sound, payloadType, clockRate: 8_000, channels: 1 } as const;
    return { video, audio: { ...audio, parameterSets: [] } };
  }

  /** Undefined once a key picture is there. */
  #waitForPicture(): Promise<SourceError | undefined> {
    if (this.#held.length > 0) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(this.#noPicture()), keyPictureMs);
      const finish = (error: SourceError | undefined): void => {
        clearTimeout(timer);
        this.#onKeyPicture = undefined;
        this.#onEndedEarly = undefined;
        resolve(error);
      };
      this.#onKeyPicture = () => finish(undefined);
      this.#onEndedEarly = finish;
    });
  }

  #noPicture(): SourceError {
    return this.#receiver.isSvac
      ? new RecorderPictureError(
          'svac',
          'protocolError',
          'The recorder sends SVAC, which is not supported. Set the channel to H.264.',
        )
      : new RecorderPictureError(
          'no_picture',
          'timeout',
          'The recorder sends, but no key picture came that is understood.',
        );
  }

  #ended(error: SourceError): void {
    this.#endedWith ??= error;
    if (this.#onEndedEarly !== undefined) this.#onEndedEarly(error);
    else if (!this.#closed && this.#isPlaying) this.#parts.events.onEnded(error);
    this.#closed = true;
    this.#waitForKeyNoMore();
  }

  /** Asks until a key picture comes: a request may be lost, or come to the device just before what is lost. */
  #askKeyPicture(): void {
    if (this.#closed) return;
    this.#keyRequestsLeft = maxKeyRequests;
    if (this.#keyTimer !== undefined) return;
    const waitMs = this.#keyAskedAtMs + keyRequestEveryMs - performance.now();
    if (waitMs <= 0) return this.#sendKeyRequest();
    this.#keyTimer = setTimeout(() => this.#sendKeyRequest(), waitMs).unref();
  }

  #sendKeyRequest(): void {
    this.#keyAskedAtMs = performance.now();
    this.#keyRequestsLeft -= 1;
    this.#keyTimer =
      this.#keyRequestsLeft > 0
        ? setTimeout(() => this.#sendKeyRequest(), keyRequestEveryMs).unref()
        : undefined;
    this.#parts.door?.askKeyPicture(this.#target.recorderId, this.#target.channelId);
  }

  #waitForKeyNoMore(): void {
    clearTimeout(this.#keyTimer);
    this.#keyTimer = undefined;
    this.#keyRequestsLeft = 0;
  }

  #came(picture: ElementaryPicture): void {
    if (picture.isKey) this.#waitForKeyNoMore();
    if (this.#closed) return;
    if (this.#isPlaying) return this.#pass(picture);
    if (picture.isKey) this.#held = [];
    if (this.#held.length < maxHeldPictures) this.#held.push(picture);
    this.#onKeyPicture?.();
  }

  #pass({ codec, nals, pts }: ElementaryPicture): void {
    if (this.#closed) return;
    if (codec !== this.#codec) {
      // What it sends now was not described: the next attempt describes it.
      this.#place?.leave();
      return this.#ended(
        new SourceError('closedByCamera', 'The recorder changed how it encodes the picture.'),
      );
    }
    this.#video.picture(codec, nals, this.#clock.next(pts, performance.now()));
  }
}

function closedError(): SourceError {
  return new SourceError('closedByCamera', 'The picture was not wanted any more.');
}
