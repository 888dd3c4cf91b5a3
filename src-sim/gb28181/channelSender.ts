import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket as TcpSocket } from 'node:net';
import { LampPictures } from '../media/lampPictures.ts';
import { writePsPicture, writePsSound } from './psMuxer.ts';
import type { RecorderHabits } from './recorderHabits.ts';

export interface SentPicture {
  units: readonly Buffer[];
  isKey: boolean;
}

export interface ChannelSenderOptions {
  socket: Socket;
  target: { address: string; port: number };
  way: 'udp' | 'tcpPassive' | 'tcpActive';
  pictures: readonly SentPicture[];
  picturesPerSecond: number;
  codec: 'h264' | 'h265';
  habits: RecorderHabits;
  /** What was recorded ends after so many pictures; left out: live, without an end. */
  count?: number;
  onEnd?(): void;
  /** The last packet of a picture has left; `index` is its place in `pictures`. */
  onSent?(index: number): void;
  /** Pictures that are made while they are sent, in place of `pictures`; answers with what ends them. */
  live?: ((send: (picture: SentPicture) => void) => () => void) | undefined;
  /** Whether its cook hears somebody, which a lamp in its H.264 pictures shows; left out: it has no lamp. */
  isHearing?: (() => boolean) | undefined;
  /** Draws the lamp; left out: by ffmpeg. */
  createLamp?: (onPicture: (picture: SentPicture) => void) => Pick<LampPictures, 'write' | 'close'>;
}

const usualPayloadBytes = 1_400;
const headerBytes = 12;
/** An answer is acknowledged within this. Milliseconds. */
const acknowledgedMs = 300;
const videoTypes = { h264: 0x1b, h265: 0x24 } as const;
const audioTypes = { alaw: 0x90, mulaw: 0x91, aac: 0x0f } as const;

/** Sends the pictures of one call. */
export type CallSender = Pick<ChannelSender, 'start' | 'keyPicture' | 'stop' | 'scale'>;

/** Sends the pictures of a channel as RTP, in its recorder's way. */
export class ChannelSender {
  readonly #options: ChannelSenderOptions;
  #ssrc = randomBytes(4).readUInt32BE();
  #sequence = Math.floor(Math.random() * 0x1_0000);
  #sent = 0;
  #number = 0;
  #index = 0;
  #connection: TcpSocket | undefined;
  #lateConnect: NodeJS.Timeout | undefined;
  /** The socket of its media server. */
  #own: Socket | undefined;
  #server: Server | undefined;
  #timer: NodeJS.Timeout | undefined;
  #endLive: (() => void) | undefined;
  #lamp: Pick<LampPictures, 'write' | 'close'> | undefined;
  #held: Buffer[] = [];
  #scale = 1;
  #isStopped = false;
  port = 15_060;

  constructor(options: ChannelSenderOptions) {
    this.#options = options;
  }

  /** Listens where the hub connects, and begins to send. Resolves with the port that the answer has to name. */
  async start(): Promise<number> {
    const { way, habits } = this.#options;
    const { mediaServer } = habits;
    if (mediaServer !== undefined && way === 'udp') {
      this.#own = createSocket('udp4').bind(0, mediaServer);
      await once(this.#own, 'listening');
    }
    if (way === 'tcpPassive') {
      // A media server connects once the call is acknowledged.
      if (mediaServer !== undefined) this.#lateConnect = setTimeout(() => this.#connect(), acknowledgedMs);
      else this.#connect();
    } else if (way === 'tcpActive') {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        this.#connection = socket;
      });
      this.#server = server;
      await new Promise<void>((resolve) => server.listen(0, this.#options.socket.address().address, resolve));
      const address = server.address();
      if (typeof address === 'object' && address !== null) this.port = address.port;
    }
    const { live } = this.#options;
    if (this.#isStopped) return this.port;
    if (live === undefined) this.scale = 1;
    else this.#endLive = live((picture) => this.#sendPicture(picture));
    return this.port;
  }

  #connect(): void {
    const { target, habits } = this.#options;
    const from = habits.mediaServer === undefined ? {} : { localAddress: habits.mediaServer };
    this.#connection = connect({ port: target.port, host: target.address, ...from });
    this.#connection.on('error', () => undefined);
  }

  /** The next picture is a key picture. */
  keyPicture(): void {
    const { pictures } = this.#options;
    for (let tried = 0; tried < pictures.length; tried += 1)
      if (pictures[(this.#index + tried) % pictures.length]?.isKey === true) {
        this.#index = (this.#index + tried) % pictures.length;
        return;
      }
  }

  /** How fast what was recorded is played; 0 stands still. */
  set scale(scale: number) {
    clearInterval(this.#timer);
    this.#scale = scale;
    if (scale <= 0 || this.#isStopped) return;
    this.#timer = setInterval(() => this.#picture(), 1_000 / (this.#options.picturesPerSecond * scale));
  }

  get scale(): number {
    return this.#scale;
  }

  stop(): void {
    this.#endLive?.();
    this.#lamp?.close();
    this.#isStopped = true;
    clearInterval(this.#timer);
    clearTimeout(this.#lateConnect);
    this.#connection?.destroy();
    this.#server?.close();
    this.#own?.close();
    this.#own = undefined;
  }

  #picture(): void {
    const { pictures, count, onEnd } = this.#options;
    if (count !== undefined && this.#number >= count) {
      clearInterval(this.#timer);
      return onEnd?.();
    }
    const index = this.#index;
    const picture = pictures[index % pictures.length];
    if (picture === undefined) return;
    this.#index = (this.#index + 1) % pictures.length;
    if (!this.#goesByLamp(picture)) this.#sendPicture(picture);
    this.#options.onSent?.(index % pictures.length);
  }

  /** While the cook hears, pictures go by way of the lamp, from one key picture to another. */
  #goesByLamp({ units, isKey }: SentPicture): boolean {
    const { isHearing, codec, createLamp = (onPicture) => new LampPictures(onPicture) } = this.#options;
    if (isHearing === undefined || codec !== 'h264') return false;
    if (isKey && isHearing()) this.#lamp ??= createLamp((lit) => this.#sendPicture(lit));
    else if (isKey) {
      this.#lamp?.close();
      this.#lamp = undefined;
    }
    this.#lamp?.write(units);
    return this.#lamp !== undefined;
  }

  #sendPicture(picture: SentPicture): void {
    // What makes live pictures may have one on its way when it is stopped, and the socket of all calls may be closed by then.
    if (this.#isStopped) return;
    const { picturesPerSecond, codec, habits } = this.#options;
    const ticks = habits.standingPts === true ? 0 : Math.round((this.#number * 90_000) / picturesPerSecond);
    const ptsTicks = (habits.firstPts ?? 0) + ticks;
    this.#number += 1;
    if (this.#number === habits.ssrcChangesAfter) {
      this.#ssrc = randomBytes(4).readUInt32BE();
      this.#sequence = 1;
    }
    const audioType = audioTypes[habits.sound ?? 'alaw'];
    const bytes = writePsPicture(
      { nals: picture.units, isKey: picture.isKey, ptsTicks, videoType: videoTypes[codec], audioType },
      habits,
    );
    this.#pack(bytes, ptsTicks);
    if (habits.sound !== undefined)
      this.#pack(
        writePsSound(Buffer.alloc(Math.round(8_000 / picturesPerSecond), 0x55), this.#number * 533),
        ptsTicks,
      );
  }

  #pack(bytes: Buffer, ticks: number): void {
    const { markers, packetBytes = usualPayloadBytes + headerBytes } = this.#options.habits;
    const maxPayloadBytes = packetBytes - headerBytes;
    for (let at = 0; at < bytes.length; at += maxPayloadBytes) {
      const payload = bytes.subarray(at, at + maxPayloadBytes);
      const isLast = at + maxPayloadBytes >= bytes.length;
      const hasMarker = markers === undefined ? isLast : markers === 'all';
      const header = Buffer.alloc(headerBytes);
      header[0] = 0x80;
      header[1] = 96 | (hasMarker ? 0x80 : 0);
      header.writeUInt16BE(this.#sequence, 2);
      header.writeUInt32BE(ticks >>> 0, 4);
      header.writeUInt32BE(this.#ssrc, 8);
      this.#sequence = (this.#sequence + 1) & 0xffff;
      this.#packet(Buffer.concat([header, payload]));
    }
  }

  #packet(packet: Buffer): void {
    const { habits, way } = this.#options;
    this.#sent += 1;
    if (habits.ways?.includes(way) === false) return;
    if (habits.loseEvery !== undefined && this.#sent % habits.loseEvery === 0) return;
    if (habits.shuffle === undefined) return this.#send(packet);
    this.#held.push(packet);
    if (this.#held.length < habits.shuffle) return;
    for (const held of this.#held.reverse()) this.#send(held);
    this.#held = [];
  }

  #send(packet: Buffer): void {
    const { habits, way, socket, target } = this.#options;
    if (way === 'udp')
      return (this.#own ?? socket).send(packet, target.port, target.address, () => undefined);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(packet.length);
    const start = habits.dollarFraming === true ? [Buffer.from([0x24, 0])] : [];
    const frame = Buffer.concat([...start, length, packet]);
    const isOverrun = habits.overrunEvery !== undefined && this.#sent % habits.overrunEvery === 0;
    this.#connection?.write(isOverrun ? frame.subarray(0, Math.floor(frame.length / 2)) : frame);
  }
}
