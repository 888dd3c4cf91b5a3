import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import iconv from 'iconv-lite';
import { openReceiver, type ReceivingWay } from './upperReceiver.ts';

export interface UpperPlatformSettings {
  /** 20 digits; the first ten are its domain. */
  platformId: string;
  /** Of whoever registers. */
  password: string;
  address: string;
  /** 0 or left out: any free one. */
  port?: number;
  /** The challenge names no quality of protection, as older platforms do. */
  withoutQop?: boolean;
  /** It calls itself by this id. */
  saysId?: string;
}

/** A call that was answered. */
export interface UpperCall {
  status: number;
  callId: string;
  answer: string;
  /** Ends it; resolves with the status of the answer. */
  bye(): Promise<number>;
  close(): void;
}

interface Place {
  send(bytes: Buffer): void;
  address: string;
  port: number;
}

const waitMs = 5_000;

/**
 * An upper platform of GB/T 28181 over UDP and TCP at one port: it lets one other platform register, asks for its list, calls for
 * pictures, turns cameras, and floods.
 */
export class SimulatedUpperPlatform {
  readonly #settings: UpperPlatformSettings;
  readonly #udp: UdpSocket = createSocket('udp4');
  readonly #connections = new Set<Socket>();
  #tcp: Server | undefined;
  #place: Place | undefined;
  #nonce = randomBytes(8).toString('hex');
  readonly #waiting = new Map<string, (answer: { status: number; head: string; body: string }) => void>();
  readonly #bodies: string[] = [];
  readonly #ended: string[] = [];
  readonly #closers: (() => void)[] = [];
  #sequence = 0;
  /** Expires of registrations that were accepted; 0 signs off. */
  readonly registrations: number[] = [];
  /** Requests that are refused with this status, by method. */
  readonly refusals = new Map<string, number>();
  /** Size of each datagram that came. */
  largestDatagram = 0;

  constructor(settings: UpperPlatformSettings) {
    this.#settings = settings;
  }

  /** Opens the port. */
  async open(): Promise<number> {
    const { address, port: wanted = 0 } = this.#settings;
    this.#udp.on('message', (bytes, from) => {
      this.largestDatagram = Math.max(this.largestDatagram, bytes.length);
      this.#received(bytes, {
        ...from,
        send: (out) => this.#udp.send(out, from.port, from.address, () => undefined),
      });
    });
    this.#udp.bind(wanted, address);
    await once(this.#udp, 'listening');
    const { port } = this.#udp.address();
    this.#tcp = createServer((socket) => this.#accept(socket)).listen(port, address);
    await once(this.#tcp, 'listening');
    return port;
  }

  /** XML that came, keepalives included. */
  get bodies(): readonly string[] {
    return this.#bodies;
  }

  /** Call-IDs for which a BYE came. */
  get endedCalls(): readonly string[] {
    return this.#ended;
  }

  close(): void {
    for (const end of this.#closers) end();
    for (const socket of this.#connections) socket.destroy();
    this.#tcp?.close();
    this.#udp.close();
  }

  /** Sends a MESSAGE; resolves with the status of the answer. */
  async say(body: string): Promise<number> {
    const headers = ['Content-Type: Application/MANSCDP+xml'];
    return (await this.#request('MESSAGE', this.#settings.platformId, headers, body)).status;
  }

  /** Asks something; the answer comes in a message of its own, or undefined. */
  async query(command: string, deviceId: string): Promise<string | undefined> {
    this.#sequence += 1;
    const mark = `<SN>${this.#sequence}</SN>`;
    const from = this.#bodies.length;
    const status = await this.say(
      `<?xml version="1.0"?><Query><CmdType>${command}</CmdType>${mark}<DeviceID>${deviceId}</DeviceID></Query>`,
    );
    if (status !== 200) return undefined;
    return this.#until(() => this.#bodies.slice(from).find((body) => body.includes(mark)));
  }

  /** The whole list, each item as its XML. */
  async catalogue(deviceId: string): Promise<string[]> {
    const from = this.#bodies.length;
    await this.query('Catalog', deviceId);
    const mark = `<SN>${this.#sequence}</SN>`;
    const items = (): string[] =>
      this.#bodies
        .slice(from)
        .filter((body) => body.includes(mark))
        .flatMap((body) => body.match(/<Item>.*?<\/Item>/gs) ?? []);
    const sum = Number(/<SumNum>(\d+)/.exec(this.#bodies.find((body) => body.includes(mark)) ?? '')?.[1]);
    await this.#until(() => (new Set(items()).size >= sum ? true : undefined));
    return items();
  }

  async subscribe(deviceId: string, seconds: number): Promise<number> {
    const body = `<?xml version="1.0"?><Query><CmdType>Catalog</CmdType><SN>1</SN><DeviceID>${deviceId}</DeviceID></Query>`;
    const headers = ['Event: Catalog', `Expires: ${seconds}`, 'Content-Type: Application/MANSCDP+xml'];
    return (await this.#request('SUBSCRIBE', deviceId, headers, body)).status;
  }

  control(deviceId: string, inner: string): Promise<number> {
    this.#sequence += 1;
    return this.say(
      `<?xml version="1.0"?><Control><CmdType>DeviceControl</CmdType><SN>${this.#sequence}</SN><DeviceID>${deviceId}</DeviceID>${inner}</Control>`,
    );
  }

  /** Calls for the pictures of a camera. `offer` takes the place of its own session description. */
  async invite(
    cameraId: string,
    way: ReceivingWay,
    onPacket: (packet: Buffer) => void,
    { offer, acknowledges = true }: { offer?: string; acknowledges?: boolean } = {},
  ): Promise<UpperCall> {
    const { address, platformId } = this.#settings;
    const receiver = await openReceiver(way, address, onPacket);
    this.#closers.push(() => receiver.close());
    const isTcp = way !== 'udp';
    const lines = [
      'v=0',
      `o=${platformId} 0 0 IN IP4 ${address}`,
      's=Play',
      `c=IN IP4 ${address}`,
      't=0 0',
      `m=video ${receiver.port} ${isTcp ? 'TCP/' : ''}RTP/AVP 96`,
      'a=recvonly',
      'a=rtpmap:96 PS/90000',
      ...(isTcp ? [`a=setup:${way === 'tcpPassive' ? 'passive' : 'active'}`, 'a=connection:new'] : []),
      'y=0200000042',
      'f=',
      '',
    ];
    const headers = [
      `Subject: ${cameraId}:0200000042,${platformId}:0`,
      `Contact: <sip:${platformId}@${address}:${this.#udp.address().port}>`,
      'Content-Type: APPLICATION/SDP',
    ];
    const callId = randomBytes(8).toString('hex');
    const asked = await this.#request('INVITE', cameraId, headers, offer ?? lines.join('\r\n'), callId);
    const to = /^To: .*$/im.exec(asked.head)?.[0] ?? '';
    if (asked.status === 200) {
      receiver.answered(Number(/^m=video (\d+)/m.exec(asked.body)?.[1] ?? 0));
      if (acknowledges) this.#send('ACK', cameraId, [], '', callId, to);
    } else receiver.close();
    return {
      status: asked.status,
      callId,
      answer: asked.body,
      bye: async () => {
        const { status } = await this.#request('BYE', cameraId, [], '', callId, to);
        receiver.close();
        return status;
      },
      close: () => receiver.close(),
    };
  }

  /** Bytes as they are, to whoever registered. */
  throwAt(bytes: Buffer): void {
    this.#place?.send(bytes);
  }

  async #until<T>(look: () => T | undefined): Promise<T | undefined> {
    for (let passedMs = 0; passedMs < waitMs; passedMs += 10) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return undefined;
  }

  #accept(socket: Socket): void {
    this.#connections.add(socket);
    const place = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    let held = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#connections.delete(socket));
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk]);
      for (;;) {
        const end = held.indexOf('\r\n\r\n');
        if (end === -1) return;
        const length = Number(/^Content-Length: *(\d+)/im.exec(held.toString('latin1', 0, end))?.[1] ?? 0);
        const whole = end + 4 + length;
        if (held.length < whole) return;
        this.#received(held.subarray(0, whole), { ...place, send: (out) => void socket.write(out) });
        held = held.subarray(whole);
      }
    });
  }

  #send(
    method: string,
    user: string,
    headers: readonly string[],
    body: string,
    callId: string,
    to?: string,
  ): void {
    const { platformId, saysId = platformId, address } = this.#settings;
    const domain = platformId.slice(0, 10);
    const number = method === 'ACK' ? 1 : method === 'BYE' ? 2 : 1;
    const { port } = this.#udp.address();
    const bytes = Buffer.from(body);
    const lines = [
      `${method} sip:${user}@${domain} SIP/2.0`,
      `Via: SIP/2.0/UDP ${address}:${port};rport;branch=z9hG4bK${randomBytes(6).toString('hex')}`,
      `From: <sip:${saysId}@${domain}>;tag=upper`,
      to ?? `To: <sip:${user}@${domain}>`,
      `Call-ID: ${callId}`,
      `CSeq: ${number} ${method}`,
      'Max-Forwards: 70',
      ...headers,
      `Content-Length: ${bytes.length}`,
      '',
      '',
    ];
    this.#place?.send(Buffer.concat([Buffer.from(lines.join('\r\n')), bytes]));
  }

  #request(
    method: string,
    user: string,
    headers: readonly string[],
    body: string,
    callId = randomBytes(8).toString('hex'),
    to?: string,
  ): Promise<{ status: number; head: string; body: string }> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`No answer to ${method}.`)), waitMs);
      this.#waiting.set(`${callId} ${method}`, (answer) => {
        clearTimeout(limit);
        this.#waiting.delete(`${callId} ${method}`);
        resolve(answer);
      });
      this.#send(method, user, headers, body, callId, to);
    });
  }

  #received(bytes: Buffer, place: Place): void {
    const at = bytes.indexOf('\r\n\r\n');
    const head = bytes.toString('latin1', 0, at);
    const body = bytes.subarray(at + 4);
    const callId = /^Call-ID: (.+)$/m.exec(head)?.[1]?.trim() ?? '';
    const status = Number(/^SIP\/2\.0 (\d{3})/.exec(head)?.[1] ?? 0);
    if (status > 0) {
      const method = /^CSeq: \d+ (\w+)/m.exec(head)?.[1] ?? '';
      if (status >= 200)
        this.#waiting.get(`${callId} ${method}`)?.({ status, head, body: body.toString('latin1') });
      return;
    }
    const method = head.split(' ', 1)[0] ?? '';
    const refusal = this.refusals.get(method);
    if (refusal !== undefined) return this.#answer(head, place, `${refusal} Refused`);
    if (method === 'REGISTER') return this.#register(head, place);
    if (body.length > 0) this.#bodies.push(iconv.decode(body, 'gb18030'));
    if (method === 'BYE') this.#ended.push(callId);
    this.#answer(head, place, '200 OK');
  }

  #register(head: string, place: Place): void {
    const { platformId, password, withoutQop } = this.#settings;
    const realm = platformId.slice(0, 10);
    const given = /^Authorization: (.+)$/m.exec(head)?.[1] ?? '';
    const value = (name: string): string => new RegExp(`[ ,]${name}="?([^",\\r]*)`).exec(given)?.[1] ?? '';
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const ha1 = md5(`${value('username')}:${realm}:${password}`);
    const ha2 = md5(`REGISTER:${value('uri')}`);
    const middle = withoutQop === true ? '' : `${value('nc')}:${value('cnonce')}:auth:`;
    if (
      value('nonce') !== this.#nonce ||
      value('response') !== md5(`${ha1}:${this.#nonce}:${middle}${ha2}`)
    ) {
      if (value('nonce') === this.#nonce) this.#nonce = randomBytes(8).toString('hex');
      const qop = withoutQop === true ? '' : ', qop="auth"';
      const challenge = `WWW-Authenticate: Digest realm="${realm}", nonce="${this.#nonce}", algorithm=MD5${qop}`;
      return this.#answer(head, place, '401 Unauthorized', [challenge]);
    }
    const expires = Number(/^Expires: (\d+)/m.exec(head)?.[1] ?? 0);
    this.registrations.push(expires);
    this.#place = place;
    this.#answer(head, place, '200 OK', [`Expires: ${expires}`, 'User-Agent: Upper 1.0']);
  }

  #answer(head: string, place: Place, status: string, headers: readonly string[] = []): void {
    const kept = head.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
    const seen = kept.map((line) =>
      line.startsWith('Via')
        ? line.replace(';rport;', `;received=${place.address};rport=${place.port};`)
        : line,
    );
    const lines = [`SIP/2.0 ${status}`, ...seen, ...headers, 'Content-Length: 0', '', ''];
    place.send(Buffer.from(lines.join('\r\n')));
  }
}
