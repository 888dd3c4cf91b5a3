import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket as TcpSocket } from 'node:net';
import { writePsPicture } from './psMuxer.ts';

export interface RecorderSettings {
  recorderId: string;
  password: string;
  /** Ids of 20 digits with names. */
  channels: readonly { channelId: string; name: string }[];
  platform: { address: string; port: number; id: string };
  /** The pictures of every channel, sent again and again. */
  pictures: readonly { units: readonly Buffer[]; isKey: boolean }[];
  picturesPerSecond: number;
  /** Agrees to UDP and sends nothing by it, as behind some firewalls. */
  withoutUdp?: boolean;
}

interface Call {
  stop(): void;
  number: number;
}

const maxPayloadBytes = 1_400;

/** A recorder that registers by GB/T 28181 over UDP, lists its channels, and sends their pictures when it is called. */
export class SimulatedRecorder {
  readonly #settings: RecorderSettings;
  readonly #socket: Socket = createSocket('udp4');
  readonly #calls = new Map<string, Call>();
  #sequence = 0;
  #isClosed = false;
  #nonce: string | undefined;
  #ended: string[] = [];
  #onStatus: ((status: number) => void) | undefined;

  constructor(settings: RecorderSettings) {
    this.#settings = settings;
    this.#socket.on('message', (bytes) => this.#received(bytes));
  }

  get openCalls(): number {
    return this.#calls.size;
  }

  /** Call-IDs for which a BYE came, known or not. */
  get endedCalls(): readonly string[] {
    return this.#ended;
  }

  /** Registers; answers with the status of the last answer. */
  async register(): Promise<number> {
    if (this.#nonce === undefined) {
      this.#socket.bind(0, this.#settings.platform.address);
      await once(this.#socket, 'listening');
    }
    const first = await this.#sendRegister(undefined);
    return first === 401 ? this.#sendRegister(this.#nonce) : first;
  }

  close(): void {
    if (this.#isClosed) return;
    for (const { stop } of this.#calls.values()) stop();
    this.#isClosed = true;
    this.#socket.close();
  }

  async #sendRegister(nonce: string | undefined): Promise<number> {
    const { recorderId, password, platform } = this.#settings;
    const uri = `sip:${platform.id}@${platform.id.slice(0, 10)}`;
    const headers = ['Expires: 3600'];
    if (nonce !== undefined) {
      const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
      const realm = platform.id.slice(0, 10);
      const response = md5(`${md5(`${recorderId}:${realm}:${password}`)}:${nonce}:${md5(`REGISTER:${uri}`)}`);
      headers.push(
        `Authorization: Digest username="${recorderId}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"`,
      );
    }
    const status = new Promise<number>((resolve) => (this.#onStatus = resolve));
    this.#request('REGISTER', uri, headers, '');
    return status;
  }

  #request(method: string, uri: string, headers: readonly string[], body: string): void {
    const { recorderId, platform } = this.#settings;
    this.#sequence += 1;
    const { port } = this.#socket.address();
    const lines = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${platform.address}:${port};rport;branch=z9hG4bK${randomBytes(6).toString('hex')}`,
      `From: <sip:${recorderId}@${platform.id.slice(0, 10)}>;tag=1`,
      `To: <sip:${recorderId}@${platform.id.slice(0, 10)}>`,
      `Call-ID: ${randomBytes(6).toString('hex')}`,
      `CSeq: ${this.#sequence} ${method}`,
      'Max-Forwards: 70',
      ...headers,
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ];
    this.#send(lines.join('\r\n'));
  }

  #send(text: string): void {
    const { address, port } = this.#settings.platform;
    this.#socket.send(text, port, address);
  }

  #received(bytes: Buffer): void {
    const text = bytes.toString('latin1');
    const [head = '', body = ''] = text.split('\r\n\r\n', 2);
    const status = /^SIP\/2\.0 (\d{3})/.exec(head)?.[1];
    if (status !== undefined) {
      if (!/CSeq: \d+ REGISTER/.test(head)) return;
      this.#nonce = /nonce="([^"]+)"/.exec(head)?.[1] ?? this.#nonce;
      this.#onStatus?.(Number(status));
      return;
    }
    const callId = /^Call-ID: (.+)$/m.exec(head)?.[1]?.trim() ?? '';
    if (head.startsWith('INVITE')) return this.#invited(head, body, callId);
    if (head.startsWith('ACK')) return;
    if (head.startsWith('BYE')) {
      this.#ended.push(callId);
      this.#calls.get(callId)?.stop();
      this.#calls.delete(callId);
    }
    this.#answer(head, '');
    if (body.includes('<CmdType>Catalog</CmdType>')) this.#listChannels(/<SN>(\d+)/.exec(body)?.[1] ?? '0');
  }

  #answer(head: string, body: string): void {
    const kept = head.split('\r\n').filter((line) => /^(Via|From|Call-ID|CSeq):/.test(line));
    const to = /^To: .*$/m.exec(head)?.[0].trim() ?? '';
    const { port, address } = this.#socket.address();
    const lines = [
      'SIP/2.0 200 OK',
      ...kept,
      to.includes(';tag=') ? to : `${to};tag=9`,
      `Contact: <sip:${this.#settings.recorderId}@${address}:${port}>`,
      ...(body === '' ? [] : ['Content-Type: APPLICATION/SDP']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ];
    this.#send(lines.join('\r\n'));
  }

  /** One message for each channel, as many recorders do. */
  #listChannels(serial: string): void {
    const { channels, recorderId, platform } = this.#settings;
    for (const { channelId, name } of channels) {
      const item = `<Item><DeviceID>${channelId}</DeviceID><Name>${name}</Name><ParentID>${recorderId}</ParentID><Status>ON</Status></Item>`;
      const body = `<?xml version="1.0" encoding="GB2312"?><Response><CmdType>Catalog</CmdType><SN>${serial}</SN><DeviceID>${recorderId}</DeviceID><SumNum>${channels.length}</SumNum><DeviceList Num="1">${item}</DeviceList></Response>`;
      this.#request(
        'MESSAGE',
        `sip:${platform.id}@${platform.address}`,
        ['Content-Type: Application/MANSCDP+xml'],
        body,
      );
    }
  }

  #invited(head: string, body: string, callId: string): void {
    const target = /^m=video (\d+) (\S+)/m.exec(body);
    const address = /^c=IN IP4 (\S+)/m.exec(body)?.[1] ?? '';
    if (target === null || this.#calls.has(callId)) return;
    const isTcp = target[2]?.startsWith('TCP') ?? false;
    const answer = [
      'v=0',
      `o=${this.#settings.recorderId} 0 0 IN IP4 ${address}`,
      's=Play',
      `c=IN IP4 ${address}`,
      't=0 0',
      `m=video 15060 ${target[2]} 96`,
      'a=sendonly',
      'a=rtpmap:96 PS/90000',
      ...(isTcp ? ['a=setup:active'] : []),
      'y=0200000001',
      '',
    ];
    this.#answer(head, answer.join('\r\n'));
    this.#play(callId, address, Number(target[1]), isTcp);
  }

  #play(callId: string, address: string, port: number, isTcp: boolean): void {
    const { pictures, picturesPerSecond, withoutUdp } = this.#settings;
    let connection: TcpSocket | undefined;
    if (isTcp) {
      connection = connect(port, address);
      connection.on('error', () => undefined);
    }
    const call: Call = { number: 0, stop: () => undefined };
    let sequence = 0;
    const ssrc = randomBytes(4).readUInt32BE();
    const sendPicture = (): void => {
      const picture = pictures[call.number % pictures.length];
      if (picture === undefined) return;
      const ptsTicks = Math.round((call.number * 90_000) / picturesPerSecond);
      call.number += 1;
      const bytes = writePsPicture({ nals: picture.units, isKey: picture.isKey, ptsTicks });
      for (let at = 0; at < bytes.length; at += maxPayloadBytes) {
        const payload = bytes.subarray(at, at + maxPayloadBytes);
        const header = Buffer.alloc(12);
        header[0] = 0x80;
        header[1] = 96 | (at + maxPayloadBytes >= bytes.length ? 0x80 : 0);
        header.writeUInt16BE(sequence, 2);
        header.writeUInt32BE(ptsTicks >>> 0, 4);
        header.writeUInt32BE(ssrc, 8);
        sequence = (sequence + 1) & 0xffff;
        const packet = Buffer.concat([header, payload]);
        if (connection !== undefined) {
          const length = Buffer.alloc(2);
          length.writeUInt16BE(packet.length);
          connection.write(Buffer.concat([length, packet]));
        } else if (withoutUdp !== true) this.#socket.send(packet, port, address);
      }
    };
    const timer = setInterval(sendPicture, 1_000 / picturesPerSecond);
    call.stop = () => {
      clearInterval(timer);
      connection?.destroy();
    };
    this.#calls.set(callId, call);
  }
}
