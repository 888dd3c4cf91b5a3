import type { MediaSink } from '../ingest/mediaSinks.ts';
import {
  RTP_HEADER_BYTES,
  rtpPayloadEnd,
  rtpPayloadStart,
  rtpPayloadType,
  rtpTimestamp,
  writeRtpHeader,
} from '../ingest/rtpPacket.ts';
import { writePsPicture, writePsSound, type PsSound } from './psMuxer.ts';
import { SinkPictures, type SinkPicture } from './sinkPictures.ts';

/** RTP payload of one packet (GB/T 28181, annex C); with its headers it is below the 1,500 bytes of Ethernet. */
const maxPayloadBytes = 1_400;
const markerBit = 0x80;
/** Pictures that are sent once more to catch up follow each other by this, so that no player plays them at their own pace. Ticks. */
const catchUpTicks = 90;
/** Sound whose own clock has drifted further from the pictures than this follows them again. Ticks: half a second. */
const maxDriftTicks = 45_000;
const payloadTypes: Readonly<Record<number, PsSound>> = { 8: 'PCMA', 0: 'PCMU' };

export interface PsSenderOptions {
  ssrc: number;
  payloadType: number;
  /** The sound that the stream is known to have; another one is named with the next key picture after it came. */
  sound?: PsSound | undefined;
  /** Sends one RTP packet, whose bytes are the receiver's to keep; false when it could not be taken. */
  send(packet: Buffer): boolean;
  /** A picture was passed on whole. */
  onPicture?(isKey: boolean): void;
}

/** One stream of a camera as a program stream in RTP, beginning with a key picture. */
export class PsSender implements MediaSink {
  readonly #options: PsSenderOptions;
  readonly #pictures = new SinkPictures((picture) => this.#came(picture));
  #sequence = Math.floor(Math.random() * 0x1_0000);
  /** Time as it is sent, and the time of the stream that belongs to it. */
  #ticks = Math.floor(Math.random() * 0x1000_0000);
  #streamTime: number | undefined;
  #kept: SinkPicture[] | undefined;
  #sound: PsSound | undefined;
  /** The sound that the last key picture named to the receiver. */
  #named: PsSound | undefined;
  #soundTicks: number | undefined;
  #soundTime = 0;

  constructor(options: PsSenderOptions) {
    this.#options = options;
    this.#sound = options.sound;
  }

  /** The packets since the stream's last key picture: what they show is passed on at once. */
  begin(kept: readonly Buffer[]): void {
    const gathered: SinkPicture[] = [];
    this.#kept = gathered;
    this.#pictures.restart();
    for (const packet of kept) this.#pictures.write(packet);
    this.#kept = undefined;
    this.#pictures.renumber();
    for (const { nals, isKey, timestamp } of gathered) {
      this.#ticks += catchUpTicks;
      this.#streamTime = timestamp;
      this.#picture(nals, isKey);
    }
  }

  writeVideo(packet: Buffer): void {
    this.#pictures.write(packet);
  }

  writeAudio(packet: Buffer): void {
    const sound = payloadTypes[rtpPayloadType(packet)];
    if (sound === undefined) return;
    // A camera that is only being opened has not said yet that it has sound.
    this.#sound = sound;
    if (this.#named !== sound || this.#pictures.awaitsKey) return;
    const start = rtpPayloadStart(packet);
    const end = start === -1 ? -1 : rtpPayloadEnd(packet, start);
    if (end <= start) return;
    const time = rtpTimestamp(packet);
    // G.711 counts 8,000 a second.
    const step = ((time - this.#soundTime) | 0) * (90_000 / 8_000);
    const next = this.#soundTicks === undefined ? this.#ticks : this.#soundTicks + step;
    this.#soundTicks = Math.abs(next - this.#ticks) > maxDriftTicks ? this.#ticks : Math.round(next);
    this.#soundTime = time;
    this.#pack(writePsSound(packet.subarray(start, end), this.#soundTicks), this.#soundTicks);
  }

  #came(picture: SinkPicture): void {
    if (this.#kept !== undefined) return void this.#kept.push(picture);
    const { nals, isKey, timestamp } = picture;
    const step = this.#streamTime === undefined ? catchUpTicks : (timestamp - this.#streamTime) | 0;
    // A camera that came back has another time: it goes on from here.
    this.#ticks += step > 0 && step < 90_000 * 30 ? step : catchUpTicks;
    this.#streamTime = timestamp;
    this.#picture(nals, isKey);
  }

  #picture(nals: readonly Buffer[], isKey: boolean): void {
    const { onPicture } = this.#options;
    const sound = this.#sound;
    const isSent = this.#pack(writePsPicture({ nals, isKey, ticks: this.#ticks, sound }), this.#ticks);
    if (isSent && isKey) this.#named = sound;
    if (isSent) onPicture?.(isKey);
    else this.#pictures.waitForKey();
  }

  #pack(bytes: Buffer, ticks: number): boolean {
    const { payloadType, ssrc, send } = this.#options;
    let isSent = true;
    for (let at = 0; at < bytes.length && isSent; at += maxPayloadBytes) {
      const to = Math.min(bytes.length, at + maxPayloadBytes);
      const packet = Buffer.allocUnsafe(RTP_HEADER_BYTES + to - at);
      const marker = to === bytes.length ? markerBit : 0;
      writeRtpHeader(packet, 0, payloadType | marker, this.#sequence, ticks >>> 0, ssrc);
      bytes.copy(packet, RTP_HEADER_BYTES, at, to);
      this.#sequence = (this.#sequence + 1) & 0xffff;
      isSent = send(packet);
    }
    return isSent;
  }
}
