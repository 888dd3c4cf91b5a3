import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket as TcpSocket } from 'node:net';
import { HeardSound, type HeardReport } from '../media/heardSound.ts';
import type { RecorderHabits } from './recorderHabits.ts';
import type { RecorderSignals } from './recorderSignals.ts';

export interface RecorderEarParts {
  recorderId: string;
  platform: { address: string; port: number; id: string };
  habits: RecorderHabits;
  signals: Pick<RecorderSignals, 'send' | 'place' | 'protocol'>;
  /** A MESSAGE of its own. */
  say(body: string): void;
  answer(head: string, status: string, body: string): void;
  /** The cook has heard a second of speech. */
  onUnderstood?(channelId: string): void;
}

interface Call {
  callId: string;
  /** Of this recorder's own invitation; undefined in a call of the platform. */
  target: string | undefined;
  port: number;
  close(): void;
}

const lateMs = 700;

/** Takes voices of the platform: calls it after a broadcast, or is called for a talk, and measures what it hears. */
export class RecorderEar {
  readonly #parts: RecorderEarParts;
  readonly #calls = new Map<string, Call>();
  #sound: HeardSound | undefined;
  #hearing = '';

  constructor(parts: RecorderEarParts) {
    this.#parts = parts;
  }

  /** What came in the last talk. */
  get heard(): HeardReport | undefined {
    return this.#sound?.report();
  }

  /** When the last packets came, and how loud each was. */
  get levels(): readonly { atMs: number; level: number }[] {
    return this.#sound?.levels ?? [];
  }

  /** Whether a channel hears somebody at this moment. */
  isHearing(channelId: string): boolean {
    return this.#hearing === channelId && this.#sound?.isHearing === true;
  }

  /** Whether a channel heard somebody within this time. Milliseconds. */
  hasHeardWithin(channelId: string, ms: number): boolean {
    return this.#hearing === channelId && this.#sound?.hasHeardWithin(ms) === true;
  }

  get openCalls(): number {
    return this.#calls.size;
  }

  /** A MESSAGE of the platform; whether it was one of these. */
  message(head: string, body: string): boolean {
    if (!body.includes('<CmdType>Broadcast</CmdType>')) return false;
    const { ear } = this.#parts.habits;
    if (ear === 'refuses' || ear === 'needsTalk') this.#parts.answer(head, '400 Bad Request', '');
    else this.#parts.answer(head, '200 OK', '');
    if (ear === 'refuses' || ear === 'needsTalk' || ear === 'silent') return true;
    const serial = /<SN>(\d+)/.exec(body)?.[1] ?? '0';
    const target = /<TargetID>(\d+)/.exec(body)?.[1] ?? '';
    this.#parts.say(
      `<?xml version="1.0"?><Response><CmdType>Broadcast</CmdType><SN>${serial}</SN><DeviceID>${target}</DeviceID><Result>OK</Result></Response>`,
    );
    void this.#invite(target);
    return true;
  }

  /** An INVITE of the platform; whether it was for a talk. */
  invited(head: string, body: string, callId: string): boolean {
    if (!body.includes('s=Talk')) return false;
    const { ear } = this.#parts.habits;
    if (ear === 'silent') return true;
    const isTcp = /^m=audio \d+ TCP/m.test(body);
    if (ear === 'refuses' || (isTcp && this.#parts.habits.earWay === undefined)) {
      this.#parts.answer(head, '488 Not Acceptable Here', '');
      return true;
    }
    if (this.#calls.has(callId)) return true;
    void this.#accept(head, body, callId, isTcp);
    return true;
  }

  /** An answer of the platform; whether it was to an invitation of this recorder. */
  answered(head: string, body: string, callId: string): boolean {
    const call = this.#calls.get(callId);
    if (call?.target === undefined || !/^CSeq: \d+ INVITE/m.test(head)) return false;
    if (!head.startsWith('SIP/2.0 200')) return true;
    const to = /^To: (.+)$/m.exec(head)?.[1]?.trim() ?? '';
    this.#request('ACK', call, to);
    if (this.#parts.habits.ear === 'byeAtOnce') {
      this.#request('BYE', call, to);
      this.ended(callId);
      return true;
    }
    if (this.#parts.habits.earWay === 'connects') {
      const port = Number(/^m=audio (\d+)/m.exec(body)?.[1] ?? 0);
      const dial = (): void => this.#dial(port);
      if (this.#parts.habits.ear === 'late') setTimeout(dial, lateMs);
      else dial();
    }
    return true;
  }

  ended(callId: string): void {
    this.#calls.get(callId)?.close();
    this.#calls.delete(callId);
  }

  close(): void {
    for (const callId of [...this.#calls.keys()]) this.ended(callId);
  }

  async #invite(target: string): Promise<void> {
    const { earWay } = this.#parts.habits;
    const { port, close } = await this.#listen(earWay === 'listens', target);
    const callId = randomBytes(8).toString('hex');
    const call: Call = { callId, target, port, close };
    this.#calls.set(callId, call);
    const isTcp = earWay !== undefined;
    const lines = [
      'v=0',
      `o=${this.#parts.recorderId} 0 0 IN IP4 192.168.1.64`,
      's=Play',
      'c=IN IP4 192.168.1.64',
      't=0 0',
      `m=audio ${port} ${isTcp ? 'TCP/RTP/AVP' : 'RTP/AVP'} 8`,
      'a=recvonly',
      ...(isTcp ? [`a=setup:${earWay === 'listens' ? 'passive' : 'active'}`] : []),
      'a=rtpmap:8 PCMA/8000',
      'y=0200000777',
      'f=v/////a/1/8/1',
      '',
    ];
    this.#request('INVITE', call, undefined, lines.join('\r\n'));
  }

  async #accept(head: string, offer: string, callId: string, isTcp: boolean): Promise<void> {
    const target = /^INVITE sip:(\d+)@/.exec(head)?.[1] ?? '';
    const { port, close } = await this.#listen(false, target);
    this.#calls.set(callId, { callId, target: undefined, port, close });
    const lines = [
      'v=0',
      `o=${this.#parts.recorderId} 0 0 IN IP4 192.168.1.64`,
      's=Talk',
      'c=IN IP4 192.168.1.64',
      't=0 0',
      `m=audio ${port} ${isTcp ? 'TCP/RTP/AVP' : 'RTP/AVP'} 8`,
      'a=sendrecv',
      'a=rtpmap:8 PCMA/8000',
      '',
    ];
    this.#parts.answer(head, '200 OK', lines.join('\r\n'));
    if (isTcp) this.#dial(Number(/^m=audio (\d+)/m.exec(offer)?.[1] ?? 0));
  }

  async #listen(isTcp: boolean, target: string): Promise<{ port: number; close(): void }> {
    const sound = new HeardSound(() => this.#parts.onUnderstood?.(target));
    this.#sound = sound;
    this.#hearing = target;
    const { address } = this.#parts.signals.place();
    if (isTcp) {
      const server: Server = createServer((socket) => this.#read(socket));
      server.listen(0, address);
      await once(server, 'listening');
      return { port: portOf(server), close: () => void server.close() };
    }
    const socket: Socket = createSocket('udp4').bind(0, address);
    socket.on('message', (packet) => sound.packet(packet));
    await once(socket, 'listening');
    return { port: socket.address().port, close: () => socket.close() };
  }

  #dial(port: number): void {
    const socket = connect(port, this.#parts.platform.address);
    this.#read(socket);
  }

  /** RTP with two bytes of length before each packet. */
  #read(socket: TcpSocket): void {
    socket.on('error', () => undefined);
    let held: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const end = 2 + held.readUInt16BE(0);
        this.#sound?.packet(held.subarray(2, end));
        held = held.subarray(end);
      }
    });
  }

  #request(method: string, { callId, target = '' }: Call, to?: string, body = ''): void {
    const { recorderId, platform, signals } = this.#parts;
    const { address, port } = signals.place();
    const realm = platform.id.slice(0, 10);
    const lines = [
      `${method} sip:${platform.id}@${platform.address}:${platform.port} SIP/2.0`,
      `Via: SIP/2.0/${signals.protocol} ${address}:${port};rport;branch=z9hG4bK${randomBytes(6).toString('hex')}`,
      `From: <sip:${target}@${realm}>;tag=5`,
      `To: ${to ?? `<sip:${platform.id}@${realm}>`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${method === 'BYE' ? 2 : 1} ${method}`,
      'Max-Forwards: 70',
      `Contact: <sip:${recorderId}@${address}:${port}>`,
      ...(body === '' ? [] : ['Content-Type: APPLICATION/SDP']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ];
    signals.send(Buffer.from(lines.join('\r\n')));
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
