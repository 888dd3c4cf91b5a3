import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { RecorderHabits } from './recorderHabits.ts';

export interface RecorderSignalsOptions {
  platform: { address: string; port: number };
  /** The address that it sends from. */
  address: string;
  habits: RecorderHabits;
  /** One whole message. */
  onMessage(bytes: Buffer): void;
}

/** What a datagram may have on the way of a recorder that loses longer ones. */
const longestWholeBytes = 1_300;

/** How a simulated recorder reaches the platform: SIP by UDP, or by a TCP connection that it opens itself. */
export class RecorderSignals {
  readonly #options: RecorderSignalsOptions;
  /** What pictures by UDP leave from, whatever carries SIP. */
  readonly media: UdpSocket = createSocket('udp4');
  #udp = this.media;
  #tcp: Socket | undefined;
  #isBound = false;
  #isClosed = false;

  constructor(options: RecorderSignalsOptions) {
    this.#options = options;
    this.#listen(this.media);
  }

  get protocol(): 'UDP' | 'TCP' {
    return this.#tcp === undefined ? 'UDP' : 'TCP';
  }

  /** Opens what the habits ask for, unless it is open. Rejects when the platform takes no connection. */
  async open(): Promise<void> {
    const { address, platform, habits } = this.#options;
    if (!this.#isBound) {
      this.#isBound = true;
      this.media.bind(0, address);
      await once(this.media, 'listening');
    }
    if (habits.sipOver !== 'tcp') return this.#hangUp();
    if (this.#tcp !== undefined) return;
    const socket = connect({ ...{ port: platform.port, host: platform.address }, localAddress: address });
    await once(socket, 'connect');
    if (this.#isClosed) return void socket.destroy();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#tcp === socket) this.#tcp = undefined;
    });
    const take = messagesOfStream((message) => this.#options.onMessage(message));
    socket.on('data', take);
    this.#tcp = socket;
  }

  /** Where it is, as it believes. */
  place(): { address: string; port: number } {
    const { localAddress = '', localPort = 0 } = this.#tcp ?? {};
    return this.#tcp === undefined ? this.#udp.address() : { address: localAddress, port: localPort };
  }

  send(bytes: Buffer): void {
    if (this.#isClosed) return;
    if (this.#tcp !== undefined) return void this.#tcp.write(bytes);
    // A connection that ended is opened by the next registration; until then nothing is sent.
    if (this.#options.habits.sipOver === 'tcp' || this.#isLost(bytes)) return;
    const { address, port } = this.#options.platform;
    this.#udp.send(bytes, port, address, () => undefined);
  }

  /** Its router gives it another port: what is sent to the one before does not arrive any more. */
  async move(): Promise<void> {
    const moved = createSocket('udp4').bind(0, this.#options.address);
    await once(moved, 'listening');
    if (this.#isClosed) return void moved.close();
    this.#udp.removeAllListeners('message');
    if (this.#udp !== this.media) this.#udp.close();
    this.#udp = moved;
    this.#listen(moved);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#hangUp();
    if (this.#udp !== this.media) this.#udp.close();
    this.media.close();
  }

  #hangUp(): void {
    this.#tcp?.destroy();
    this.#tcp = undefined;
  }

  #listen(socket: UdpSocket): void {
    socket.on('message', (bytes) => {
      if (!this.#isLost(bytes)) this.#options.onMessage(bytes);
    });
  }

  #isLost(bytes: Buffer): boolean {
    return this.#options.habits.losesLong === true && bytes.length > longestWholeBytes;
  }
}

/** Takes the messages of a connection apart by their `Content-Length`. */
function messagesOfStream(onMessage: (bytes: Buffer) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const headBytes = held.indexOf('\r\n\r\n') + 4;
      if (headBytes < 4) return;
      const length = /^(?:Content-Length|l): *(\d+)/im.exec(held.subarray(0, headBytes).toString('latin1'));
      const end = headBytes + Number(length?.[1] ?? 0);
      if (held.length < end) return;
      onMessage(held.subarray(0, end));
      held = held.subarray(end);
    }
  };
}
