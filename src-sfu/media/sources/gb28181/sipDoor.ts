import { randomBytes } from 'node:crypto';
import type { Logger } from '../../../logger.ts';
import { ownAddresses } from '../../../base/ownAddresses.ts';
import type { RecorderDirectory } from '../../../features/recorders/recorders.ports.ts';
import { CatalogueAsker } from './catalogueAsker.ts';
import { ChannelLines } from './channelLines.ts';
import { readAlarm } from './deviceAlarm.ts';
import { GbCalls } from './gbCalls.ts';
import { GbVoices } from './gbVoices.ts';
import {
  alarmReceipt,
  catalogueQuery,
  clockOffsetOf,
  keyPictureControl,
  presetQuery,
  readCatalogue,
  readManscdp,
  readPresets,
  statusQuery,
  turnControl,
} from './manscdp.ts';
import { isAnotherMachine, MediaPlaces } from './mediaPlaces.ts';
import { RecorderCare } from './recorderCare.ts';
import { RecorderQueries } from './recorderQueries.ts';
import { manscdpRequest, type RecorderRequest } from './recorderRequest.ts';
import { challengesOf, judgeRegistration, showsPassword } from './registration.ts';
import { newCallId, newTag, partyOf } from './sipDialog.ts';
import { Nonces } from './sipDigest.ts';
import {
  headerOf,
  isRequest,
  isResponse,
  userOf,
  writeResponse,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './sipMessage.ts';
import type { SipDoorSettings } from './sipDoorSettings.ts';
import { newBranch, SipRequests } from './sipRequests.ts';
import { Subscriptions } from './subscriptions.ts';
import {
  createSipTransport,
  isReachable,
  isSamePlace,
  type SipPeer,
  type SipTransport,
  type SipTransportOptions,
} from './sipTransport.ts';

const recorderIdForm = /^\d{20}$/;
const messageLimitMs = 8_000;
/** An answer to the question whether a device is there. Milliseconds. */
const probeLimitMs = 3_000;

/** The SIP side of a platform of GB/T 28181: registration, keepalives, catalogues, and calls for pictures. */
export class SipDoor {
  readonly #settings: SipDoorSettings;
  readonly #directory: RecorderDirectory;
  readonly #logger: Logger;
  readonly #nonces: Nonces;
  readonly #transport: SipTransport;
  readonly #requests: SipRequests;
  readonly #calls: GbCalls;
  readonly #catalogues: CatalogueAsker;
  readonly #care: RecorderCare;
  readonly #subscriptions: Subscriptions;
  readonly #queries: RecorderQueries;
  /** The channels that are received. */
  readonly lines: ChannelLines;
  /** Voices of desks that are sent to channels. */
  readonly voices: GbVoices;
  /** Recorders that were heard since the door is open, and so were asked for what only a registration would bring otherwise. */
  readonly #heard = new Set<string>();
  #sequence = 0;
  #port = 0;

  /** `createTransport` stands in for UDP and TCP in tests. */
  constructor(
    settings: SipDoorSettings,
    directory: RecorderDirectory,
    logger: Logger,
    nowMs: () => number,
    createTransport: (options: SipTransportOptions) => SipTransport = createSipTransport,
  ) {
    this.#settings = settings;
    this.#directory = directory;
    this.#logger = logger;
    this.#nonces = new Nonces(randomBytes(32), nowMs);
    this.#transport = createTransport({
      ...settings,
      onMessage: (message, peer) => this.#received(message, peer),
      isKnown: (address) => directory.isKnownAddress(address),
    });
    const own = (): string => `${settings.address}:${this.#port}`;
    this.#requests = new SipRequests({ send: (peer, bytes) => this.#transport.send(peer, bytes), own });
    const isOwn = (address: string): boolean =>
      address === settings.address || ownAddresses().includes(address);
    const places = new MediaPlaces(settings.mayHaveMedia ?? ((address) => isAnotherMachine(address, isOwn)));
    this.#calls = new GbCalls({
      ...{ settings, directory, requests: this.#requests, places, own, nowMs },
      onWay: (receiver) =>
        logger.info(
          { receiver },
          receiver === 'compiled'
            ? 'pictures of recorders by UDP are received by the compiled receiver'
            : 'pictures of recorders by UDP are received by Node’s own sockets, which take fewer cameras',
        ),
    });
    this.voices = new GbVoices({
      ...{ settings, directory, requests: this.#requests, places, own },
      send: (peer, bytes) => this.#transport.send(peer, bytes),
      notify: (recorderId, body, limitMs) =>
        this.#request(recorderId, { ...manscdpRequest(body), limitMs }, directory.placeOf(recorderId)),
    });
    this.lines = new ChannelLines({ directory, call: (wish) => this.#calls.begin(wish), nowMs });
    this.#catalogues = new CatalogueAsker({
      ask: (recorderId, sequence) => this.#notify(recorderId, catalogueQuery(recorderId, sequence)),
      onEnded: (recorderId, ids, isWhole) => {
        directory.catalogueEnded(recorderId, ids, isWhole);
        this.#askClock(recorderId);
        this.#subscriptions.begin(recorderId);
      },
      nowMs,
    });
    this.#queries = new RecorderQueries({ send: (recorderId, body) => this.#notify(recorderId, body) });
    this.#care = new RecorderCare({
      directory,
      probe: (recorderId, peer) => this.#probe(recorderId, peer),
      nowMs,
    });
    this.#subscriptions = new Subscriptions({
      placeOf: (recorderId) => directory.placeOf(recorderId),
      send: (recorderId, { tag, to, ...request }, peer) =>
        this.#request(recorderId, { ...request, tag, to }, peer),
      nowMs,
    });
  }

  /** Opens the port, and ends the calls that an earlier run left. Rejects when the port is taken. */
  async open(): Promise<{ port: number }> {
    const { port } = await this.#transport.open();
    this.#port = port;
    this.#calls.endLeft(await this.#directory.leftCalls());
    this.#care.open();
    this.#subscriptions.open();
    return { port };
  }

  async close(): Promise<void> {
    this.#care.close();
    this.#subscriptions.close();
    this.#catalogues.close();
    this.#queries.close();
    await Promise.all([this.#calls.close(), this.voices.close()]);
    this.#requests.close();
    this.#transport.close();
  }

  /**
   * The recorder was removed, or its password was changed: its calls and subscriptions end now, and so does its connection, unless
   * another recorder is reached by it. `place` is where it is until now.
   */
  revoke(recorderId: string, place: SipPeer | undefined): void {
    this.#calls.revoke(recorderId);
    this.voices.revoke(recorderId);
    this.#subscriptions.revoke(recorderId);
    this.#catalogues.forget(recorderId);
    this.#care.settled(recorderId);
    this.#heard.delete(recorderId);
    if (place === undefined) return;
    for (const other of this.#directory.places())
      if (other.recorderId !== recorderId && isSamePlace(other.place, place)) return;
    this.#transport.hangUp(place);
  }

  /** Whether a channel is a camera without a motor, as its recorder says. */
  isFixed(recorderId: string, channelId: string): boolean {
    return this.#directory.isFixed(recorderId, channelId);
  }

  askKeyPicture(recorderId: string, channelId: string): void {
    this.#sequence += 1;
    const { edition } = this.#directory.learnedOf(recorderId);
    this.#notify(recorderId, keyPictureControl(channelId, this.#sequence, edition));
  }

  /** Sends a command of `ptzCommand.ts` to a channel; resolves with whether the device said that it has it. */
  async turn(
    recorderId: string,
    channelId: string,
    command: string,
    how: { isRepeated: boolean; signal?: AbortSignal },
  ): Promise<boolean> {
    this.#sequence += 1;
    const wanted = { ...manscdpRequest(turnControl(channelId, this.#sequence, command)), how };
    const answer = await this.#request(recorderId, wanted, this.#directory.placeOf(recorderId));
    return answer !== undefined && answer.start.status < 300;
  }

  /** Which numbers of presets a channel uses, also those that were not set here; undefined where it does not say it in whole. */
  async presetsOf(recorderId: string, channelId: string): Promise<ReadonlySet<number> | undefined> {
    const parts = await this.#queries.ask(
      recorderId,
      'PresetQuery',
      (sequence) => presetQuery(channelId, sequence),
      (came) => readPresets(came).isWhole,
    );
    const { numbers, isWhole } = readPresets(parts ?? []);
    return parts !== undefined && isWhole ? numbers : undefined;
  }

  /** Asks a recorder for its catalogue on behalf of a person. `tooSoon`: it was asked less than 3 s ago. */
  askCatalogue(recorderId: string): 'asked' | 'absent' | 'tooSoon' {
    if (this.#directory.placeOf(recorderId) === undefined) return 'absent';
    return this.#catalogues.ask(recorderId, { byPerson: true }) ? 'asked' : 'tooSoon';
  }

  #received(message: SipMessage, peer: SipPeer): void {
    // Nothing can be answered there, and a recorder that is kept there could never be asked again.
    if (!isReachable(peer)) return;
    try {
      if (isResponse(message)) {
        if (this.#requests.answered(message, peer) || this.voices.answeredAgain(message, peer)) return;
        this.#calls.lateAnswer(message, peer);
      } else if (isRequest(message)) this.#answer(message, peer);
    } catch (error) {
      this.#logger.error({ err: error }, 'a message of a recorder could not be worked on');
    }
  }

  #answer(request: SipRequest, peer: SipPeer): void {
    const id = userOf(headerOf(request, 'from'));
    // A sender that is no device learns nothing, not even that somebody listens.
    if (id === undefined || !recorderIdForm.test(id)) return;
    if (request.start.method === 'REGISTER') return this.#register(request, peer, id);
    if (request.start.method === 'ACK') return this.voices.acknowledged(request, peer);
    if (request.start.method === 'INVITE' && this.voices.invited(request, peer)) return;
    const place = this.#directory.placeOf(id);
    if (request.start.method === 'BYE') {
      const callId = headerOf(request, 'call-id') ?? '';
      const isKnown = this.#calls.endedByDevice(callId, peer) || this.voices.endedByDevice(callId, peer);
      return this.#reply(request, peer, isKnown ? '200 OK' : '481 Call Does Not Exist');
    }
    // A recorder without a stored password cannot have proved it: an administrator removed it, or it cannot be read any more.
    if (this.#directory.passwordOf(id) === undefined) return this.#reply(request, peer, '403 Forbidden');
    if (place?.address !== peer.address && !this.#hasMoved(request, peer, id)) {
      // Refused, a device registers again: after a restart of its network it may be another address. One that only goes on with
      // keepalives, and no longer answers where it was, is challenged: many answer with the password, whatever the request is.
      if (this.#care.isMoving(id, peer.address))
        this.#reply(request, peer, '401 Unauthorized', challengesOf({ peer, id }, this.#proof));
      else this.#reply(request, peer, '403 Forbidden');
      return this.#care.foreign(id, peer);
    }
    this.#hear(id, peer);
    if (request.start.method === 'MESSAGE' || request.start.method === 'NOTIFY') {
      this.#reply(request, peer, '200 OK');
      return this.#message(request, id);
    }
    this.#reply(request, peer, request.start.method === 'OPTIONS' ? '200 OK' : '405 Method Not Allowed');
  }

  /** A sign of life from where a recorder is. The first one since the hub started is asked for what a registration would bring. */
  #hear(recorderId: string, place: SipPeer): void {
    this.#directory.heard(recorderId, place);
    this.#calls.recorderHeard(recorderId);
    if (this.#heard.has(recorderId)) return;
    this.#heard.add(recorderId);
    this.#catalogues.ask(recorderId);
  }

  /** Recorded pictures are asked for by the recorder's own clock, which it may have set by our date when it registered. */
  #askClock(recorderId: string): void {
    this.#sequence += 1;
    this.#notify(recorderId, statusQuery(recorderId, this.#sequence));
  }

  /** Whether a registered recorder shows by this request that it is at this address now. */
  #hasMoved(request: SipRequest, peer: SipPeer, id: string): boolean {
    const isIt = this.#care.isMoving(id, peer.address) && showsPassword({ request, peer, id }, this.#proof);
    if (isIt) this.#care.settled(id);
    return isIt && this.#directory.placeOf(id) !== undefined;
  }

  /** What a password is shown by. */
  get #proof() {
    return { directory: this.#directory, nonces: this.#nonces, realm: this.#realm };
  }

  #register(request: SipRequest, peer: SipPeer, id: string): void {
    const { status, headers, isRegistered } = judgeRegistration({ request, peer, id }, this.#proof);
    if (isRegistered) {
      this.#care.settled(id);
      this.#heard.add(id);
    }
    this.#reply(request, peer, status, headers);
    if (!isRegistered) return;
    this.#subscriptions.registered(id, headerOf(request, 'call-id') ?? '');
    this.#calls.recorderHeard(id);
    // Where it is asked at the end of the catalogue, but this is too soon for another one.
    if (!this.#catalogues.ask(id)) this.#subscriptions.begin(id);
  }

  #message(request: SipRequest, id: string): void {
    const message = readManscdp(request.body);
    if (message === undefined || message.kind === 'Query' || this.#queries.came(id, message)) return;
    if (message.command === 'DeviceStatus') {
      // By the system's date, as it is given at the registration: the hub's own time does not follow when the date is set.
      const offsetMs = clockOffsetOf(message, Date.now());
      return offsetMs === undefined ? undefined : this.#directory.saidClock(id, offsetMs);
    }
    if (message.command === 'Catalog') {
      const part = readCatalogue(message);
      this.#directory.catalogueCame(id, part, this.#catalogues.isAsked(id, message.sequence));
      return this.#catalogues.came(id, message.sequence, part);
    }
    if (message.command === 'Alarm' && message.kind === 'Notify') {
      const alarm = readAlarm(message);
      if (alarm === undefined) return;
      this.#notify(id, alarmReceipt(alarm.deviceId, message.sequence ?? 0));
      return this.#directory.alarmed(id, alarm);
    }
    if (message.command === 'Broadcast' && message.kind === 'Response')
      return this.voices.broadcastAnswered(id, message);
    if (message.command === 'MediaStatus')
      this.#calls.recordingEnded(id, message.deviceId ?? id, headerOf(request, 'call-id'));
  }

  async #probe(recorderId: string, peer: SipPeer): Promise<boolean> {
    this.#sequence += 1;
    const query = { ...manscdpRequest(statusQuery(recorderId, this.#sequence)), limitMs: probeLimitMs };
    return (await this.#request(recorderId, query, peer)) !== undefined;
  }

  /** Sends a MESSAGE to a recorder, if it is there. */
  #notify(recorderId: string, body: Buffer): void {
    void this.#request(recorderId, manscdpRequest(body), this.#directory.placeOf(recorderId));
  }

  /** Sends a request to a recorder; undefined when no answer came. An answer from where it is, is a sign of life. */
  async #request(
    recorderId: string,
    wanted: RecorderRequest,
    peer: SipPeer | undefined,
  ): Promise<SipResponse | undefined> {
    if (peer === undefined) return undefined;
    const { tag = newTag(), to, limitMs = messageLimitMs, how, ...request } = wanted;
    const response = await this.#requests.send(
      peer,
      {
        callId: newCallId(),
        sequence: 1,
        ...request,
        uri: `sip:${recorderId}@${peer.address}:${peer.port}`,
        from: partyOf(this.#settings.platformId, { tag }),
        to: to ?? partyOf(recorderId, { domain: this.#realm }),
        headers: [
          ['Contact', `<sip:${this.#settings.platformId}@${this.#settings.address}:${this.#port}>`],
          ...(request.headers ?? []),
        ],
      },
      limitMs,
      newBranch(),
      how,
    );
    const place = this.#directory.placeOf(recorderId);
    if (response !== undefined && place?.address === peer.address) this.#hear(recorderId, place);
    return response;
  }

  /** The domain: the first ten digits of the platform's id. */
  get #realm(): string {
    return this.#settings.platformId.slice(0, 10);
  }

  #reply(
    request: SipMessage,
    peer: SipPeer,
    status: string,
    headers: readonly (readonly [string, string])[] = [],
  ): void {
    this.#transport.send(peer, writeResponse(request, status, { from: peer, headers }));
  }
}
