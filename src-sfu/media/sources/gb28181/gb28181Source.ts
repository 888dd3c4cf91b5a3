import type {
  SourceLimits,
  StreamDescription,
  StreamSource,
  StreamSourceEvents,
  StreamSourceKind,
} from '../streamSource.ts';
import { SourceError } from '../streamSource.ts';
import { parseRecorderUrl } from '../../../base/recorderUrl.ts';
import type { ElementaryPicture } from './elementaryPictures.ts';
import type { GbCall } from './gbCalls.ts';
import type { MediaWay } from './gbSessionDescription.ts';
import { PictureClock } from './pictureClock.ts';
import { PicturePackets } from './picturePackets.ts';
import { PsReceiver } from './psReceiver.ts';
import type { SipDoor } from './sipDoor.ts';

const videoPayloadType = 96;
const soundPayloadTypes = { PCMA: 8, PCMU: 0 } as const;
/** A device that sends nothing this way within so long is asked for another way. Milliseconds. */
const otherWayMs = 3_000;
/** From the first packet to the first key picture. Groups of 10 s exist, and not every device obeys the request for one. */
const keyPictureMs = 15_000;
const keyRequestEveryMs = 1_000;
/** What is held from the first key picture until the pictures are asked for. */
const maxHeldPictures = 150;

/** The door through which recorders are called; undefined while recorders are not received. */
export interface RecorderDoors {
  door: SipDoor | undefined;
}

/** Channels of recorders that register by GB/T 28181, such as `gb28181://42120000001180000001/42120000001320000001`. */
export function gb28181Sources(door: () => SipDoor | undefined): StreamSourceKind {
  /** By which way each recorder sent last. */
  const ways = new Map<string, MediaWay>();
  return {
    serves: (url) => parseRecorderUrl(url) !== undefined,
    create: ({ url }, events, limits) => new Gb28181Source({ url, events, limits, door: door(), ways }),
  };
}

interface SourceParts {
  url: string;
  events: StreamSourceEvents;
  limits: SourceLimits;
  door: SipDoor | undefined;
  ways: Map<string, MediaWay>;
}

class Gb28181Source implements StreamSource {
  readonly #parts: SourceParts;
  readonly #target: { recorderId: string; channelId: string };
  readonly #clock = new PictureClock();
  readonly #video: PicturePackets;
  #sound: PicturePackets | undefined;
  #soundTicks = 0;
  #call: GbCall | undefined;
  #held: ElementaryPicture[] = [];
  #isPlaying = false;
  #withSound = false;
  #closed = false;
  #keyAskedAtMs = Number.NEGATIVE_INFINITY;
  /** Called at the first packet, at the first key picture and at the end, while `open` waits for them. */
  #onPacket: (() => void) | undefined;
  #onKeyPicture: (() => void) | undefined;
  #onEndedEarly: ((error: SourceError) => void) | undefined;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#target = parseRecorderUrl(parts.url) ?? { recorderId: '', channelId: '' };
    this.#video = new PicturePackets(videoPayloadType, (packet) => parts.events.onPacket('video', packet));
  }

  async open(): Promise<StreamDescription> {
    const { door, ways } = this.#parts;
    const { recorderId } = this.#target;
    if (door === undefined)
      throw new SourceError(
        'unreachable',
        'Recorders are not received: set gb28181Port (MINGCHU_GB28181_PORT) and start the hub again.',
      );
    const learned = ways.get(recorderId) ?? 'udp';
    let receiver = await this.#try(door, learned);
    let way = learned;
    if (receiver === undefined) {
      way = learned === 'udp' ? 'tcpPassive' : 'udp';
      receiver = await this.#try(door, way);
    }
    if (receiver === undefined)
      throw new SourceError(
        'timeout',
        'The recorder agreed to send, but no packet came, neither by UDP nor by TCP. Check the firewall for the ports of gb28181MediaPorts.',
      );
    ways.set(recorderId, way);
    const codec = receiver.codec ?? 'H264';
    const { sound } = receiver;
    const video = {
      kind: 'video',
      codec,
      payloadType: videoPayloadType,
      clockRate: 90_000,
      channels: 1,
    } as const;
    const parameterSets = codec === 'H264' ? parameterSetsOf(this.#held[0]?.nals ?? []) : [];
    if (sound === undefined) return { video: { ...video, parameterSets } };
    const payloadType = soundPayloadTypes[sound];
    this.#sound = new PicturePackets(payloadType, (packet) => this.#parts.events.onPacket('audio', packet));
    return {
      video: { ...video, parameterSets },
      audio: { kind: 'audio', codec: sound, payloadType, clockRate: 8_000, channels: 1, parameterSets: [] },
    };
  }

  play({ withSound }: { withSound: boolean }): Promise<void> {
    this.#withSound = withSound;
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
    this.#call?.close();
    this.#onEndedEarly?.(closedError());
  }

  /** Calls the device; undefined when nothing came this way. Waits up to the first key picture. */
  async #try(door: SipDoor, way: MediaWay): Promise<PsReceiver | undefined> {
    const { recorderId, channelId } = this.#target;
    const { events, limits } = this.#parts;
    const receiver = new PsReceiver(
      {
        onPicture: (picture) => this.#came(picture),
        onSound: (codec, bytes) => {
          if (!this.#isPlaying || !this.#withSound || this.#closed) return;
          if (codec === receiver.sound) this.#sound?.sound(bytes, this.#soundTicks);
          this.#soundTicks += bytes.length;
        },
        onGap: () => this.#askKeyPicture(door),
      },
      () => performance.now(),
    );
    let hasEnded = false;
    const call = await door.call(
      recorderId,
      channelId,
      way,
      {
        onPacket: (packet) => {
          if (!this.#closed && receiver.write(packet)) this.#onPacket?.();
        },
        onEnded: (error) => {
          hasEnded = true;
          if (this.#onEndedEarly !== undefined) this.#onEndedEarly(error);
          else if (!this.#closed) events.onEnded(error);
        },
      },
      limits.responseMs,
    );
    this.#call = call;
    if (this.#closed || hasEnded) {
      call.close();
      throw closedError();
    }
    this.#askKeyPicture(door);
    const outcome = await this.#waitForPicture();
    if (outcome === 'key') return receiver;
    call.close();
    if (outcome === 'silent') return undefined;
    if (outcome instanceof SourceError) throw outcome;
    throw new SourceError('timeout', 'The recorder sends, but no key picture came that is understood.');
  }

  #waitForPicture(): Promise<'key' | 'silent' | 'noKey' | SourceError> {
    if (this.#held.length > 0) return Promise.resolve('key');
    return new Promise((resolve) => {
      let timer = setTimeout(() => finish('silent'), otherWayMs);
      const finish = (outcome: 'key' | 'silent' | 'noKey' | SourceError): void => {
        clearTimeout(timer);
        this.#onPacket = undefined;
        this.#onKeyPicture = undefined;
        this.#onEndedEarly = undefined;
        resolve(outcome);
      };
      this.#onPacket = () => {
        this.#onPacket = undefined;
        clearTimeout(timer);
        timer = setTimeout(() => finish('noKey'), keyPictureMs);
      };
      this.#onKeyPicture = () => finish('key');
      this.#onEndedEarly = finish;
    });
  }

  #askKeyPicture(door: SipDoor): void {
    const now = performance.now();
    if (now - this.#keyAskedAtMs < keyRequestEveryMs) return;
    this.#keyAskedAtMs = now;
    door.askKeyPicture(this.#target.recorderId, this.#target.channelId);
  }

  #came(picture: ElementaryPicture): void {
    if (this.#closed) return;
    if (this.#isPlaying) return this.#pass(picture);
    if (picture.isKey) this.#held = [];
    if (this.#held.length < maxHeldPictures) this.#held.push(picture);
    this.#onKeyPicture?.();
  }

  #pass({ codec, nals, pts }: ElementaryPicture): void {
    if (this.#closed) return;
    this.#video.picture(codec, nals, this.#clock.next(pts, performance.now()));
  }
}

function parameterSetsOf(nals: readonly Buffer[]): Buffer[] {
  return nals.filter((nal) => {
    const type = (nal[0] ?? 0) & 0x1f;
    return type === 7 || type === 8;
  });
}

function closedError(): SourceError {
  return new SourceError('closedByCamera', 'The picture was not wanted any more.');
}
