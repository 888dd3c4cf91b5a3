import { randomBytes } from 'node:crypto';
import iconv from 'iconv-lite';
import {
  ChannelSender,
  type CallSender,
  type ChannelSenderOptions,
  type SentPicture,
} from './channelSender.ts';
import { encodeTurned } from '../turning/turnedPictures.ts';
import { catalogueMessages, presetsMessage, statusMessage } from './recorderMessages.ts';
import { registerAuthorization } from './recorderDigest.ts';
import { RecorderEar } from './recorderEar.ts';
import type { RecorderHabits } from './recorderHabits.ts';
import { RecorderKeepalives } from './recorderKeepalives.ts';
import { RecorderSignals } from './recorderSignals.ts';
import { sendingAnswer } from './sendingAnswer.ts';
import { refusalOf } from './strictRecorder.ts';
import type { TurningCamera } from './turningCamera.ts';

export interface RecorderSettings {
  recorderId: string;
  password: string;
  /** Ids of 20 digits with names. */
  channels: readonly { channelId: string; name: string }[];
  platform: { address: string; port: number; id: string };
  /** The pictures of every channel, sent again and again. */
  pictures: readonly SentPicture[];
  /** The pictures of the sub stream. */
  smallPictures?: readonly SentPicture[];
  picturesPerSecond: number;
  /** How the pictures are coded; H.264 if missing. */
  codec?: 'h264' | 'h265';
  /** In what it deviates from the norm. */
  habits?: RecorderHabits;
  /** Called when the last packet of a picture has left, with its place in `pictures`. */
  onSent?(index: number): void;
  /** The address that it sends from; the platform's if missing. */
  address?: string;
  /** Channels that turn, by their ids; the others say that they have no motor. Left out: none says anything of it. */
  turning?: ReadonlyMap<string, TurningCamera>;
  /** A lamp in the pictures of a channel shows that its cook hears somebody. */
  hasLamp?: boolean;
  /** The cook at a channel has heard a second of speech. */
  onUnderstood?(channelId: string): void;
  /** Pictures of a channel, where it has some of its own. */
  picturesOf?(channelId: string): readonly SentPicture[] | undefined;
  /** Sends the pictures of a call; left out: by sockets of Node. */
  createSender?(options: ChannelSenderOptions): CallSender;
}

/** A request of the platform that was not answered is sent again so often, as RFC 3261 says. Milliseconds. */
const againMs = 500;
const maxRepeats = 4;
/** A lamp stays lit so long after the last sound. Milliseconds. */
const lampMs = 3_000;
/** Without being registered it can do nothing: it goes on for longer. */
const maxRegisterRepeats = 40;

/** A recorder that registers by GB/T 28181, lists its channels, and sends their pictures when it is called. */
export class SimulatedRecorder {
  readonly #settings: RecorderSettings;
  /** One object for as long as it runs: whoever has it sees what is switched on and off. */
  readonly #habits: RecorderHabits;
  readonly #signals: RecorderSignals;
  readonly #keepalives: RecorderKeepalives;
  readonly #calls = new Map<string, { sender: CallSender; channelId: string }>();
  readonly #unanswered = new Map<string, NodeJS.Timeout>();
  /** Call-IDs of invitations; one that comes again is not another one. */
  readonly #answering = new Set<string>();
  /** Its loudspeakers. */
  readonly ear: RecorderEar;
  readonly #lines: string[] = [];
  readonly #turns: { channelId: string; command: string; atMs: number }[] = [];
  #sequence = 0;
  #registerSequence = 0;
  #callId: string | undefined;
  #isClosed = false;
  #nonce: string | undefined;
  #isAskedBySha256 = false;
  #ended: string[] = [];
  #invited = 0;
  #keyRequests = 0;
  #listed = 0;
  #onStatus: ((status: number) => void) | undefined;

  constructor(settings: RecorderSettings) {
    this.#settings = settings;
    const { recorderId, platform, onUnderstood } = settings;
    this.#habits = { ...settings.habits };
    this.#signals = new RecorderSignals({
      ...{ platform, address: settings.address ?? platform.address, habits: this.#habits },
      onMessage: (bytes) => this.#received(bytes),
    });
    this.#keepalives = new RecorderKeepalives({
      ...{ settings, habits: this.#habits, signals: this.#signals },
      say: (body) => this.say(body),
    });
    this.ear = new RecorderEar({
      ...{ recorderId, platform, habits: this.#habits, signals: this.#signals },
      say: (body) => this.say(body),
      answer: (head, status, body) => this.#answer(head, status, body),
      ...(onUnderstood === undefined ? {} : { onUnderstood }),
    });
  }

  get habits(): RecorderHabits {
    return { ...this.#habits };
  }

  /** Takes effect at once, also in calls that last; the way of its messages, at the next registration. */
  set habits(habits: RecorderHabits) {
    for (const name of Object.keys(this.#habits)) delete this.#habits[name as keyof RecorderHabits];
    Object.assign(this.#habits, habits);
    this.#keepalives.again();
  }

  get openCalls(): number {
    return this.#calls.size;
  }

  /** Call-IDs for which a BYE came, known or not. */
  get endedCalls(): readonly string[] {
    return this.#ended;
  }

  /** Calls that were asked for so far, refused ones as well. */
  get invitations(): number {
    return this.#invited;
  }

  /** Requests for a key picture: one at the beginning of each call, and one after each gap. */
  get keyRequests(): number {
    return this.#keyRequests;
  }

  /** First lines of requests and answers that came. */
  get received(): readonly string[] {
    return this.#lines;
  }

  /** How fast what it recorded is sent now, by the calls that last. */
  get scales(): number[] {
    return [...this.#calls.values()].map(({ sender }) => sender.scale);
  }

  /** Commands to turn, in the order in which they came. `atMs` is of `performance.now()`. */
  get turns(): readonly { channelId: string; command: string; atMs: number }[] {
    return this.#turns;
  }

  /** Registers; answers with the status of the last answer. Rejects when the platform takes no connection. */
  async register(): Promise<number> {
    await this.#signals.open();
    const first = await this.#sendRegister(undefined);
    const status = first === 401 ? await this.#sendRegister(this.#nonce) : first;
    if (status === 200) this.#keepalives.begin();
    return status;
  }

  /** Goes on with keepalives as one that registered before the platform was started again, and believes that it still is. */
  async goOn(): Promise<void> {
    await this.#signals.open();
    this.#keepalives.begin();
  }

  close(): void {
    if (this.#isClosed) return;
    for (const { sender } of this.#calls.values()) sender.stop();
    this.ear.close();
    this.#keepalives.close();
    for (const timer of this.#unanswered.values()) clearInterval(timer);
    this.#isClosed = true;
    this.#signals.close();
  }

  /** Any message of its own, such as a keepalive or an alarm. */
  say(body: string): void {
    const { platform } = this.#settings;
    const uri = `sip:${platform.id}@${platform.address}`;
    this.#request('MESSAGE', uri, ['Content-Type: Application/MANSCDP+xml'], this.#encoded(body));
  }

  async #sendRegister(nonce: string | undefined): Promise<number> {
    const { recorderId, password, platform } = this.#settings;
    const uri = `sip:${platform.id}@${platform.id.slice(0, 10)}`;
    const headers = ['Expires: 3600'];
    if (this.#habits.edition2022 === true) headers.push('X-GB-Ver: 3.0');
    if (nonce !== undefined) {
      const realm = platform.id.slice(0, 10);
      const asked = { nonce, isAskedBySha256: this.#isAskedBySha256, uri, habits: this.#habits };
      headers.push(registerAuthorization({ recorderId, password, realm, ...asked }));
    }
    const status = new Promise<number>((resolve) => (this.#onStatus = resolve));
    this.#request('REGISTER', uri, headers, Buffer.alloc(0));
    this.#registerSequence = this.#sequence;
    return status;
  }

  #encoded(text: string): Buffer {
    return this.#habits.charset === 'gb18030' ? iconv.encode(text, 'gb18030') : Buffer.from(text);
  }

  #request(method: string, uri: string, headers: readonly string[], body: Buffer): void {
    if (this.#isClosed) return;
    const { recorderId, platform } = this.#settings;
    this.#sequence += 1;
    const fresh = randomBytes(6).toString('hex');
    this.#callId ??= fresh;
    const callId = this.#habits.sameCallIds === true ? this.#callId : fresh;
    const { port, address } = this.#signals.place();
    const lines = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/${this.#signals.protocol} ${address}:${port};rport;branch=z9hG4bK${randomBytes(6).toString('hex')}`,
      `From: <sip:${recorderId}@${platform.id.slice(0, 10)}>;tag=1`,
      `To: <sip:${recorderId}@${platform.id.slice(0, 10)}>`,
      `Call-ID: ${callId}`,
      `CSeq: ${this.#sequence} ${method}`,
      'Max-Forwards: 70',
      ...headers,
      `Content-Length: ${body.length}`,
      '',
      '',
    ];
    const bytes = Buffer.concat([Buffer.from(lines.join('\r\n')), body]);
    const { loseMessageEvery } = this.#habits;
    if (loseMessageEvery === undefined || this.#sequence % loseMessageEvery !== 0) this.#signals.send(bytes);
    if (this.#signals.protocol === 'TCP') return;
    let repeats = 0;
    const timer = setInterval(() => {
      repeats += 1;
      if (repeats > (method === 'REGISTER' ? maxRegisterRepeats : maxRepeats)) clearInterval(timer);
      else this.#signals.send(bytes);
    }, againMs);
    this.#unanswered.set(`${callId} ${this.#sequence}`, timer);
  }

  #received(bytes: Buffer): void {
    const text = bytes.toString('latin1');
    const [head = '', body = ''] = text.split('\r\n\r\n', 2);
    this.#lines.push(head.split('\r\n', 1)[0] ?? '');
    if (this.#lines.length > 10_000) this.#lines.shift();
    const answered = /^SIP\/2\.0 (\d{3})/.exec(head)?.[1];
    if (answered !== undefined) {
      const id = /^Call-ID: (.+)$/m.exec(head)?.[1]?.trim() ?? '';
      if (this.ear.answered(head, body, id)) return;
      const sequence = /^CSeq: (\d+) /m.exec(head)?.[1] ?? '';
      clearInterval(this.#unanswered.get(`${id} ${sequence}`));
      this.#unanswered.delete(`${id} ${sequence}`);
      // Refused, it registers again.
      if (answered === '403' && this.#keepalives.areSent && /^CSeq: \d+ MESSAGE/m.test(head))
        void this.register().catch(() => undefined);
      // An answer to a repeated request says what was heard before.
      if (Number(/CSeq: (\d+) REGISTER/.exec(head)?.[1]) !== this.#registerSequence) return;
      this.#nonce = /nonce="([^"]+)"/.exec(head)?.[1] ?? this.#nonce;
      this.#isAskedBySha256 = /algorithm=SHA-256/i.test(head);
      const date = /^Date: (\S+)/im.exec(head)?.[1];
      // A time without a zone is read as local time.
      if (this.#habits.setsClock === true && date !== undefined)
        this.#habits.clockOffsetMs = Date.parse(date) - Date.now();
      this.#onStatus?.(Number(answered));
      return;
    }
    if (this.#habits.silentTo?.includes(head.split(' ', 1)[0] ?? '') === true) return;
    const callId = /^Call-ID: (.+)$/m.exec(head)?.[1]?.trim() ?? '';
    const refusal = refusalOf(head, body, this.#habits);
    if (refusal !== undefined) return this.#answer(head, refusal, '');
    if (head.startsWith('INVITE') && this.ear.invited(head, body, callId)) return;
    if (head.startsWith('MESSAGE') && this.ear.message(head, body)) return;
    if (head.startsWith('INVITE')) return void this.#invite(head, body, callId);
    if (head.startsWith('ACK')) return;
    if (head.startsWith('BYE')) {
      this.#ended.push(callId);
      this.ear.ended(callId);
      this.#calls.get(callId)?.sender.stop();
      this.#calls.delete(callId);
    }
    if (head.startsWith('INFO')) this.#control(callId, body);
    this.#answer(head, '200 OK', '');
    if (body.includes('<CmdType>Catalog</CmdType>') && !head.startsWith('SUBSCRIBE'))
      this.#listChannels(/<SN>(\d+)/.exec(body)?.[1] ?? '0');
    if (body.includes('<CmdType>PresetQuery</CmdType>')) this.#sayPresets(body);
    if (body.includes('<CmdType>DeviceStatus</CmdType>'))
      this.say(statusMessage(this.#settings.recorderId, body, this.#habits));
    const command = /<PTZCmd>([0-9A-F]+)</i.exec(body)?.[1];
    if (command !== undefined) this.#turn(/<DeviceID>(\d+)/.exec(body)?.[1] ?? '', command);
    if (!/<IF(r)?ameCmd>/.test(body)) return;
    this.#keyRequests += 1;
    if (this.#habits.ignoresKeyRequests !== true) {
      const channelId = /<DeviceID>(\d+)/.exec(body)?.[1];
      for (const call of this.#calls.values()) if (call.channelId === channelId) call.sender.keyPicture();
    }
  }

  #sayPresets(query: string): void {
    if (this.#habits.saysNoPresets === true) return;
    const channelId = /<DeviceID>(\d+)/.exec(query)?.[1] ?? '';
    this.say(presetsMessage(channelId, query, this.#settings.turning?.get(channelId)?.presets ?? []));
  }

  #turn(channelId: string, command: string): void {
    this.#turns.push({ channelId, command, atMs: performance.now() });
    this.#settings.turning?.get(channelId)?.command(command);
  }

  /** MANSRTSP: play with a speed, or stand still. */
  #control(callId: string, body: string): void {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    if (body.startsWith('PAUSE')) call.sender.scale = 0;
    else if (body.startsWith('PLAY')) {
      const scale = Number(/^Scale: ([\d.]+)/m.exec(body)?.[1] ?? 1);
      call.sender.scale = this.#habits.ignoresScale === true ? 1 : scale;
    }
  }

  #answer(head: string, status: string, body: string): void {
    if (this.#isClosed) return;
    const names = this.#habits.withoutVia === true ? /^(From|Call-ID|CSeq):/ : /^(Via|From|Call-ID|CSeq):/;
    const kept = head.split('\r\n').filter((line) => names.test(line));
    const to = /^To: .*$/m.exec(head)?.[0].trim() ?? '';
    const { port, address } = this.#signals.place();
    const lines = [
      `SIP/2.0 ${status}`,
      ...kept,
      to.includes(';tag=') ? to : `${to};tag=9`,
      `Contact: <sip:${this.#settings.recorderId}@${address}:${port}>`,
      ...(body === '' ? [] : ['Content-Type: APPLICATION/SDP']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ];
    this.#signals.send(Buffer.from(lines.join('\r\n')));
  }

  #listChannels(serial: string): void {
    const { recorderId, platform, turning } = this.#settings;
    const channels = this.#settings.channels.map((channel) =>
      turning === undefined ? channel : { ...channel, turns: turning.has(channel.channelId) },
    );
    this.#listed += 1;
    const listing = { recorderId, platformId: platform.id, channels, habits: this.#habits, serial };
    for (const body of catalogueMessages({ ...listing, isFirst: this.#listed === 1 })) this.say(body);
  }

  async #invite(head: string, body: string, callId: string): Promise<void> {
    const {
      habits,
      pictures,
      smallPictures = pictures,
      picturesPerSecond,
      codec = 'h264',
      createSender = (options) => new ChannelSender(options),
    } = this.#invitation();
    const target = /^m=video (\d+) (\S+)/m.exec(body);
    const address = /^c=IN IP4 (\S+)/m.exec(body)?.[1] ?? '';
    if (target === null || this.#answering.has(callId)) return;
    this.#answering.add(callId);
    this.#invited += 1;
    const isTcp = target[2]?.startsWith('TCP') ?? false;
    const way = !isTcp ? 'udp' : /^a=setup:active/m.test(body) ? 'tcpActive' : 'tcpPassive';
    if (habits.answersAfterMs !== undefined)
      await new Promise((resolve) => setTimeout(resolve, habits.answersAfterMs));
    if (this.#isClosed) return;
    if (this.#invited <= (habits.busyFor ?? 0)) return this.#answer(head, '486 Busy Here', '');
    if (habits.refusedWays?.ways.includes(way) === true)
      return this.#answer(head, `${habits.refusedWays.status} Refused`, '');
    const times = /^t=(\d+) (\d+)/m.exec(body);
    const isRecorded = body.includes('s=Playback');
    const [from, to] = [Number(times?.[1]), Number(times?.[2])];
    const has = habits.recorded;
    if (isRecorded && (has === undefined || has.from > to || has.to < from))
      return this.#answer(head, '404 Not Found', '');
    const channelId = /^INVITE sip:(\d+)@/.exec(head)?.[1] ?? '';
    const isSmall = habits.subStreamLine !== undefined && body.includes(`a=${habits.subStreamLine}`);
    const sender = createSender({
      socket: this.#signals.media,
      target: { address, port: Number(target[1]) },
      way,
      pictures: this.#settings.picturesOf?.(channelId) ?? (isSmall ? smallPictures : pictures),
      picturesPerSecond,
      codec,
      habits,
      ...(this.#settings.onSent === undefined ? {} : { onSent: this.#settings.onSent }),
      live: isRecorded ? undefined : this.#liveOf(channelId),
      isHearing:
        isRecorded || this.#settings.hasLamp !== true
          ? undefined
          : () => this.ear.hasHeardWithin(channelId, lampMs),
      ...(isRecorded
        ? { count: (to - from) * picturesPerSecond, onEnd: () => this.#recordingEnded(channelId) }
        : {}),
    });
    this.#calls.set(callId, { sender, channelId });
    const port = await sender.start();
    const answer = sendingAnswer({
      recorderId: this.#settings.recorderId,
      offer: body,
      port,
      transport: target[2] ?? '',
      way,
      habits,
    });
    this.#answer(head, '200 OK', answer);
    if (habits.answersTwice === true) this.#answer(head, '200 OK', answer);
  }

  #invitation(): RecorderSettings & { habits: RecorderHabits } {
    return { ...this.#settings, habits: this.#habits };
  }

  /** What a channel that turns sees. */
  #liveOf(channelId: string): ((send: (picture: SentPicture) => void) => () => void) | undefined {
    const camera = this.#settings.turning?.get(channelId);
    const isHearing = (): boolean => this.ear.isHearing(channelId);
    return camera === undefined ? undefined : (send) => encodeTurned({ camera, isHearing }, send);
  }

  #recordingEnded(channelId: string): void {
    this.say(
      `<?xml version="1.0"?><Notify><CmdType>MediaStatus</CmdType><SN>9</SN><DeviceID>${channelId}</DeviceID><NotifyType>121</NotifyType></Notify>`,
    );
  }
}
