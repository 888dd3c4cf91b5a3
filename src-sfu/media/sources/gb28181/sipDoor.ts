import { randomBytes } from 'node:crypto';
import type { Logger } from '../../../logger.ts';
import { GbCalls, type CallEvents, type GbCall } from './gbCalls.ts';
import type { MediaWay } from './gbSessionDescription.ts';
import { catalogueQuery, keyPictureControl, readCatalogue, readManscdp } from './manscdp.ts';
import type { RecorderDirectory } from './recorderDirectory.ts';
import { challengeHeader, isAnsweredWith, Nonces, readDigestAnswer } from './sipDigest.ts';
import {
  headerOf,
  isRequest,
  isResponse,
  parameterOf,
  userOf,
  writeResponse,
  type SipMessage,
  type SipRequest,
} from './sipMessage.ts';
import type { SipDoorSettings } from './sipDoorSettings.ts';
import { SipRequests } from './sipRequests.ts';
import { createSipTransport, type SipPeer, type SipTransport } from './sipTransport.ts';

const recorderIdForm = /^\d{20}$/;
const messageLimitMs = 8_000;
const leastExpiresSeconds = 60;
const longestExpiresSeconds = 86_400;
/** A catalogue is not asked for more often. Milliseconds. */
const catalogueEveryMs = 30_000;

/** The SIP side of a platform of GB/T 28181: registration, keepalives, catalogues, and calls for pictures. */
export class SipDoor {
  readonly #settings: SipDoorSettings;
  readonly #directory: RecorderDirectory;
  readonly #logger: Logger;
  readonly #nowMs: () => number;
  readonly #nonces: Nonces;
  readonly #transport: SipTransport;
  readonly #requests: SipRequests;
  readonly #calls: GbCalls;
  readonly #catalogueAskedAtMs = new Map<string, number>();
  #sequence = 0;
  #port = 0;

  constructor(settings: SipDoorSettings, directory: RecorderDirectory, logger: Logger, nowMs: () => number) {
    this.#settings = settings;
    this.#directory = directory;
    this.#logger = logger;
    this.#nowMs = nowMs;
    this.#nonces = new Nonces(randomBytes(32), nowMs);
    this.#transport = createSipTransport({
      ...settings,
      onMessage: (message, peer) => this.#received(message, peer),
      isKnown: (address) => directory.isKnownAddress(address),
    });
    const own = (): string => `${settings.address}:${this.#port}`;
    this.#requests = new SipRequests({ send: (peer, bytes) => this.#transport.send(peer, bytes), own });
    this.#calls = new GbCalls({ settings, directory, requests: this.#requests, own });
  }

  /** Opens the port, and ends the calls that an earlier run left. Rejects when the port is taken. */
  async open(): Promise<{ port: number }> {
    const { port } = await this.#transport.open();
    this.#port = port;
    this.#calls.endLeft(await this.#directory.leftCalls());
    return { port };
  }

  async close(): Promise<void> {
    await this.#calls.close();
    this.#requests.close();
    this.#transport.close();
  }

  /** Asks for the picture of a channel. Rejects with SourceError. */
  call(
    recorderId: string,
    channelId: string,
    way: MediaWay,
    events: CallEvents,
    limitMs: number,
  ): Promise<GbCall> {
    return this.#calls.begin({ recorderId, channelId, way, events, limitMs });
  }

  askKeyPicture(recorderId: string, channelId: string): void {
    this.#sequence += 1;
    this.#notify(recorderId, keyPictureControl(channelId, this.#sequence));
  }

  #received(message: SipMessage, peer: SipPeer): void {
    try {
      if (isResponse(message)) {
        if (!this.#requests.answered(message, peer)) this.#calls.lateAnswer(message, peer);
      } else if (isRequest(message)) this.#answer(message, peer);
    } catch (error) {
      this.#logger.error({ err: error }, 'a message of a recorder could not be worked on');
    }
  }

  #answer(request: SipRequest, peer: SipPeer): void {
    const id = userOf(headerOf(request, 'from'));
    // Whoever is no device learns nothing, not even that somebody listens.
    if (id === undefined || !recorderIdForm.test(id)) return;
    if (request.start.method === 'REGISTER') return this.#register(request, peer, id);
    if (request.start.method === 'ACK') return;
    const place = this.#directory.placeOf(id);
    if (request.start.method === 'BYE') {
      const isKnown = this.#calls.endedByDevice(headerOf(request, 'call-id') ?? '', peer);
      return this.#reply(request, peer, isKnown ? '200 OK' : '481 Call Does Not Exist');
    }
    // Refused, a device registers again: after a restart of its network it may be another address.
    if (place?.address !== peer.address) return this.#reply(request, peer, '403 Forbidden');
    this.#directory.heard(id, peer);
    if (request.start.method === 'MESSAGE') {
      this.#reply(request, peer, '200 OK');
      return this.#message(request, id);
    }
    this.#reply(request, peer, request.start.method === 'OPTIONS' ? '200 OK' : '405 Method Not Allowed');
  }

  #register(request: SipRequest, peer: SipPeer, id: string): void {
    const answer = readDigestAnswer(headerOf(request, 'authorization'));
    const isFresh =
      answer?.username === id &&
      this.#nonces.isGood(answer.nonce, peer.address, id) &&
      answer.realm === this.#realm;
    if (!isFresh) {
      const challenge = challengeHeader(this.#realm, this.#nonces.make(peer.address, id));
      return this.#reply(request, peer, '401 Unauthorized', [['WWW-Authenticate', challenge]]);
    }
    const password = this.#directory.passwordOf(id);
    // The same work and the same answer whether the recorder is unknown or its password is wrong.
    const isRight = isAnsweredWith(answer, 'REGISTER', password ?? '');
    if (password === undefined) this.#directory.waits(id, peer.address);
    if (!isRight || password === undefined) return this.#reply(request, peer, '403 Forbidden');
    const expires = Number(
      headerOf(request, 'expires') ?? parameterOf(headerOf(request, 'contact'), 'expires') ?? 3_600,
    );
    if (expires === 0) {
      this.#directory.signedOff(id);
      return this.#reply(request, peer, '200 OK', [['Expires', '0']]);
    }
    const seconds = Math.min(
      longestExpiresSeconds,
      Math.max(leastExpiresSeconds, Math.floor(expires) || 3_600),
    );
    this.#directory.registered(id, peer);
    this.#reply(request, peer, '200 OK', [
      ['Date', localDate(new Date())],
      ['Expires', String(seconds)],
    ]);
    this.#askCatalogue(id);
  }

  #message(request: SipRequest, id: string): void {
    const message = readManscdp(request.body);
    if (message?.command !== 'Catalog' || message.kind === 'Query') return;
    const { items, sum } = readCatalogue(message);
    this.#directory.catalogueCame(id, items, sum);
  }

  #askCatalogue(id: string): void {
    const now = this.#nowMs();
    if (now - (this.#catalogueAskedAtMs.get(id) ?? -catalogueEveryMs) < catalogueEveryMs) return;
    this.#catalogueAskedAtMs.set(id, now);
    this.#sequence += 1;
    this.#notify(id, catalogueQuery(id, this.#sequence));
  }

  /** Sends a MESSAGE to a recorder, if it is there. */
  #notify(recorderId: string, body: Buffer): void {
    const peer = this.#directory.placeOf(recorderId);
    if (peer === undefined) return;
    const { platformId } = this.#settings;
    void this.#requests.send(
      peer,
      {
        method: 'MESSAGE',
        uri: `sip:${recorderId}@${peer.address}:${peer.port}`,
        callId: randomBytes(12).toString('hex'),
        sequence: 1,
        from: `<sip:${platformId}@${this.#realm}>;tag=${randomBytes(6).toString('hex')}`,
        to: `<sip:${recorderId}@${this.#realm}>`,
        headers: [['Content-Type', 'Application/MANSCDP+xml']],
        body,
      },
      messageLimitMs,
    );
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

/** Devices set their clocks by this: local time without a zone, such as `2026-11-28T22:13:58.015`. */
function localDate(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, -1);
}
