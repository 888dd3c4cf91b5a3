import { randomBytes } from 'node:crypto';
import type { UpperProblem, UpperStanding, UpperView } from '../../../src-shared/cascade/cascade.protocol.ts';
import type { UpperItem, ViewVerdict } from '../../features/cascade/cascade.ports.ts';
import type { UpperRecord } from '../../features/cascade/cascade.repository.ts';
import type { UpperDialog } from '../../features/cascade/upperDialogs.ts';
import type { Logger } from '../../logger.ts';
import { isRequest, isResponse, type SipMessage, type SipResponse } from '../sources/gb28181/sipMessage.ts';
import { newBranch, SipRequests, type OutgoingRequest } from '../sources/gb28181/sipRequests.ts';
import type { SipPeer } from '../sources/gb28181/sipTransport.ts';
import { byeOf, UpperCalls, type UpperCallsOptions } from './upperCalls.ts';
import { UpperLists } from './upperLists.ts';
import { mayReceive } from './upperOffer.ts';
import { UpperRegistration } from './upperRegistration.ts';
import { UpperRequests, type UpperRequestsOptions } from './upperRequests.ts';
import { keepaliveText } from './upperTexts.ts';
import { createUpperTransport, type UpperTransport, type UpperTransportOptions } from './upperTransport.ts';

export interface UpperLinkOptions {
  record: UpperRecord;
  /** The address that is listened on, and the one by which others reach this hub. */
  host: string;
  ownAddress(): string;
  /** Whether the platform is this hub itself. */
  isOurselves(): Promise<boolean>;
  items(): readonly UpperItem[];
  mayView(gbId: string): ViewVerdict;
  open: UpperCallsOptions['open'];
  onView: UpperCallsOptions['onView'];
  onDialog: UpperCallsOptions['onDialog'];
  /** Calls that an earlier run of the hub did not end. */
  leftDialogs(): readonly UpperDialog[];
  /** Whether an address is one of this machine. */
  isOwnAddress(address: string): boolean;
  turn: UpperRequestsOptions['turn'];
  goToPreset: UpperRequestsOptions['goToPreset'];
  presetsOf: UpperRequestsOptions['presetsOf'];
  askKeyPicture(cameraId: string): void;
  onChanged(): void;
  version: string;
  nowMs(): number;
  /** The date of this machine, for the answer how its clock stands. */
  wallMs(): number;
  random(): number;
  logger: Logger;
  createTransport?: (options: UpperTransportOptions) => UpperTransport;
}

const messageLimitMs = 8_000;
const signOffLimitMs = 1_000;
/** Keepalives in a row without an answer after which the registration is taken to be over (9.6). */
const keepalivesUntilLost = 3;
const firstRetryMs = 2_000;
const longestRetryMs = 60_000;
/** After a refusal the hub waits longer, so that the platform does not take it for somebody who guesses passwords. Milliseconds. */
const refusedRetryMs = 30_000;
const refusals: ReadonlySet<UpperProblem> = new Set([
  'wrong_password',
  'not_allowed',
  'unknown_id',
  'no_challenge',
  'password_unreadable',
]);
const methodNotKnown = new Set([401, 403, 404, 481]);

/** The connection to one upper platform: registered for as long as it is wanted, whatever the other side does. */
export class UpperLink {
  readonly #options: UpperLinkOptions;
  readonly #peer: SipPeer;
  readonly #transport: UpperTransport;
  readonly #requests: SipRequests;
  readonly #registration: UpperRegistration;
  readonly #calls: UpperCalls;
  readonly #lists: UpperLists;
  readonly #fromAbove: UpperRequests;
  #standing: UpperStanding;
  #seenAs: string | undefined;
  #sequence = 0;
  #retries = 0;
  #lostKeepalives = 0;
  #isClosed = false;
  /** Counts registrations, so that one that was overtaken says nothing any more. */
  #round = 0;
  #timer: NodeJS.Timeout | undefined;
  #keepalive: NodeJS.Timeout | undefined;

  constructor(options: UpperLinkOptions) {
    this.#options = options;
    const { record, nowMs, host } = options;
    const { settings, password } = record;
    const { address, port, transport: protocol, ourId, edition } = settings;
    this.#peer = { address, port, protocol };
    this.#standing = { state: 'registering', sinceMs: nowMs() };
    this.#transport = (options.createTransport ?? createUpperTransport)({
      protocol,
      host,
      peer: { address, port },
      onMessage: (message, peer) => this.#received(message, peer),
      onLost: () => {
        // What waits for an answer over this connection gets none.
        this.#requests.close();
        this.#lost('no_connection');
      },
    });
    const send = (peer: SipPeer, bytes: Buffer): boolean => this.#transport.send(peer, bytes);
    this.#requests = new SipRequests({
      send,
      own: () => `${options.ownAddress()}:${this.#transport.port()}`,
    });
    this.#registration = new UpperRegistration({
      ...settings,
      password,
      contact: () => this.#contact(),
      request: (request) => this.#requests.send(this.#peer, request, messageLimitMs),
      onSeen: (seenAs) => (this.#seenAs = seenAs.includes(':') ? seenAs : undefined),
    });
    this.#calls = new UpperCalls({
      ourId,
      maxViews: settings.maxViews,
      own: () => ({ contact: this.#contact(), address: this.#contact().split(':')[0] ?? '' }),
      mayView: options.mayView,
      open: options.open,
      send: (peer, bytes) => void send(peer, bytes),
      request: (peer, request) => void this.#requests.send(peer, request, messageLimitMs),
      mayReceive: (address) => mayReceive(address, settings, options.isOwnAddress),
      onView: options.onView,
      onDialog: options.onDialog,
      onProblem: (problem, address) => {
        this.#note(problem, address === undefined ? {} : { address });
        options.onChanged();
      },
      onChanged: () => options.onChanged(),
      nowMs,
    });
    this.#lists = new UpperLists({
      ourId,
      edition,
      protocol,
      items: options.items,
      message: async (body) => isAccepted(await this.#message(body)),
      notify: async ({ callId, from, to, uri, sequence }, body) => {
        const headers = [
          ['Event', 'Catalog'],
          ['Subscription-State', 'active'],
          ['Contact', `<sip:${ourId}@${this.#contact()}>`],
          ['Content-Type', 'Application/MANSCDP+xml'],
        ] as const;
        const request = {
          method: 'NOTIFY',
          uri: uri ?? this.#theirUri,
          callId,
          sequence,
          from,
          to,
          headers,
          body,
        };
        const response = await this.#requests.send(this.#peer, request, messageLimitMs);
        return response?.start.status;
      },
      nowMs,
      nextNumber: () => this.#nextNumber(),
    });
    this.#fromAbove = new UpperRequests({
      settings,
      calls: this.#calls,
      lists: this.#lists,
      items: options.items,
      mayView: options.mayView,
      turn: options.turn,
      goToPreset: options.goToPreset,
      presetsOf: options.presetsOf,
      askKeyPicture: options.askKeyPicture,
      isRegistered: () => this.#standing.state === 'registered',
      contact: () => this.#contact(),
      send: (peer, bytes) => void send(peer, bytes),
      message: (body) => void this.#message(body),
      onSaysId: (id) => this.#saysId(id),
      version: options.version,
      nowMs,
      wallMs: options.wallMs,
    });
  }

  open(): void {
    void this.#register();
  }

  standing(): UpperStanding {
    const { subscribedUntilMs } = this.#lists;
    return { ...this.#standing, ...(subscribedUntilMs === undefined ? {} : { subscribedUntilMs }) };
  }

  views(): UpperView[] {
    return this.#calls.views();
  }

  endViews(isMeant: (cameraId: string) => boolean): number {
    return this.#calls.end(isMeant);
  }

  listChanged(): void {
    this.#lists.changed();
  }

  /** Ends every view and signs off. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#keepalive);
    this.#calls.end(() => true);
    this.#lists.close();
    if (this.#standing.state === 'registered') {
      const limit = new Promise<void>((resolve) => void setTimeout(resolve, signOffLimitMs).unref());
      await Promise.race([this.#registration.register(0), limit]);
    }
    this.#requests.close();
    this.#transport.close();
  }

  get #theirUri(): string {
    const { theirId, domain } = this.#options.record.settings;
    return `sip:${theirId}@${domain}`;
  }

  /** As the platform sees us, where its answers name our address: our own address is often one that it cannot reach. */
  #contact(): string {
    return this.#seenAs ?? `${this.#options.ownAddress()}:${this.#transport.port()}`;
  }

  async #register(isRepeated = false): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#round += 1;
    const round = this.#round;
    const isOver = (): boolean => this.#isClosed || round !== this.#round;
    const { isOurselves, record, logger } = this.#options;
    try {
      const isOurs = await isOurselves();
      if (isOver()) return;
      if (isOurs) {
        this.#stand('ourselves');
        this.#later(longestRetryMs);
        return;
      }
      await this.#transport.open();
    } catch {
      if (!isOver()) this.#failed('no_connection');
      return;
    }
    if (isOver()) return;
    const outcome = await this.#registration.register(record.settings.registerSeconds);
    if (isOver()) return;
    if (!outcome.isRegistered) return this.#failed(outcome.problem, outcome.status);
    const { seconds, seenAs, make, contact } = outcome;
    this.#retries = 0;
    this.#lostKeepalives = 0;
    if (this.#standing.state !== 'registered')
      logger.info({ platform: record.settings.name }, 'registered at an upper platform');
    this.#stand('registered', {
      ...(seenAs === undefined ? {} : { seenAs }),
      ...(make === undefined ? {} : { make }),
    });
    if (this.#keepalive === undefined) this.#keepAliveLater();
    void this.#endLeft();
    // It would call us at an address that is not ours until the next renewal.
    if (contact !== this.#contact() && !isRepeated) return this.#register(true);
    // Renewed well before it ends, so that one lost round costs nothing.
    this.#later(Math.max(20, seconds * 0.8) * 1_000);
  }

  /** What an earlier run left is over, also for the platform; one that does not answer is asked again with the next registration. */
  async #endLeft(): Promise<void> {
    const { leftDialogs, onDialog } = this.#options;
    for (const dialog of leftDialogs()) {
      const response = await this.#requests.send(this.#peer, byeOf(dialog), messageLimitMs);
      if (response !== undefined) onDialog('ended', dialog);
    }
  }

  #keepAliveLater(): void {
    const { keepaliveSeconds } = this.#options.record.settings;
    clearTimeout(this.#keepalive);
    this.#keepalive = setTimeout(() => void this.#keepAlive(), keepaliveSeconds * 1_000).unref();
  }

  async #keepAlive(): Promise<void> {
    this.#keepalive = undefined;
    if (this.#isClosed || this.#standing.state !== 'registered') return;
    const { ourId, edition } = this.#options.record.settings;
    const response = await this.#message(keepaliveText(ourId, this.#nextNumber(), edition));
    if (this.#isClosed || this.#standing.state !== 'registered') return;
    if (isAccepted(response)) this.#lostKeepalives = 0;
    // A platform that was started again knows nobody, nor what it watched: what it wants is to be registered at.
    else if (response !== undefined && methodNotKnown.has(response.start.status)) {
      this.#endAll();
      this.#stand('registering');
      return this.#register();
    } else {
      this.#lostKeepalives += 1;
      if (this.#lostKeepalives >= keepalivesUntilLost) return this.#lost('keepalives_lost');
    }
    this.#keepAliveLater();
  }

  /** What stood is over: it begins again at once. */
  #lost(problem: UpperProblem): void {
    if (this.#isClosed || this.#standing.state !== 'registered') return;
    this.#note(problem);
    this.#endAll();
    this.#stand('registering');
    void this.#register();
  }

  #failed(problem: UpperProblem, status?: number): void {
    const { logger, record, random } = this.#options;
    const isNews = this.#standing.lastProblem?.problem !== problem || this.#standing.state !== 'failed';
    if (isNews)
      logger.warn({ platform: record.settings.name, problem, status }, 'not registered at an upper platform');
    this.#note(problem, status === undefined ? {} : { status });
    this.#endAll();
    this.#stand('failed');
    this.#retries += 1;
    const base = refusals.has(problem) ? refusedRetryMs : firstRetryMs;
    const waitMs = Math.min(longestRetryMs, base * 2 ** Math.min(6, this.#retries - 1));
    this.#later(waitMs * (0.8 + 0.4 * random()));
  }

  #endAll(): void {
    clearTimeout(this.#keepalive);
    this.#keepalive = undefined;
    this.#seenAs = undefined;
    this.#calls.end(() => true);
    this.#lists.forget();
  }

  #later(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#register(), waitMs).unref();
  }

  #note(problem: UpperProblem, more: { status?: number; address?: string } = {}): void {
    const atMs = this.#options.nowMs();
    this.#standing = { ...this.#standing, lastProblem: { atMs, problem, ...more } };
  }

  #stand(state: UpperStanding['state'], says: Pick<UpperStanding, 'seenAs' | 'make'> = {}): void {
    const before = this.#standing;
    const sinceMs = before.state === state ? before.sinceMs : this.#options.nowMs();
    this.#standing = { ...before, ...says, state, sinceMs };
    if (before.state !== state || before.seenAs !== this.#standing.seenAs) this.#options.onChanged();
  }

  #saysId(id: string): void {
    const { theirId } = this.#options.record.settings;
    if (id === theirId || this.#standing.saysId === id) return;
    this.#standing = { ...this.#standing, saysId: id };
    this.#options.onChanged();
  }

  #received(message: SipMessage, peer: SipPeer): void {
    try {
      if (isResponse(message)) this.#requests.answered(message, peer);
      else if (isRequest(message)) this.#fromAbove.came(message, peer);
    } catch (error) {
      this.#options.logger.error({ err: error }, 'a message of an upper platform could not be worked on');
    }
  }

  #nextNumber(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  /** Sends a MESSAGE; undefined when no answer came. */
  #message(body: Buffer): Promise<SipResponse | undefined> {
    const { ourId, domain } = this.#options.record.settings;
    const request: OutgoingRequest = {
      method: 'MESSAGE',
      uri: this.#theirUri,
      callId: randomBytes(12).toString('hex'),
      sequence: this.#nextNumber(),
      from: `<sip:${ourId}@${domain}>;tag=${randomBytes(6).toString('hex')}`,
      to: `<${this.#theirUri}>`,
      headers: [['Content-Type', 'Application/MANSCDP+xml']],
      body,
    };
    return this.#requests.send(this.#peer, request, messageLimitMs, newBranch());
  }
}

function isAccepted(response: SipResponse | undefined): boolean {
  return response !== undefined && response.start.status < 300;
}
