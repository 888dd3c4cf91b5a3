import type { UpperProblem, UpperStanding, UpperView } from '../../../src-shared/cascade/cascade.protocol.ts';
import type { UpperItem, ViewVerdict } from '../../features/cascade/cascade.ports.ts';
import type { UpperRecord } from '../../features/cascade/cascade.repository.ts';
import type { UpperDialog } from '../../features/cascade/upperDialogs.ts';
import type { Logger } from '../../logger.ts';
import { requestWithin } from '../sources/gb28181/sipDialog.ts';
import { isRequest, isResponse, type SipMessage } from '../sources/gb28181/sipMessage.ts';
import { SipRequests } from '../sources/gb28181/sipRequests.ts';
import type { SipPeer } from '../sources/gb28181/sipTransport.ts';
import { byeNumber, UpperCalls, type UpperCallsOptions } from './upperCalls.ts';
import { UpperKeepalives } from './upperKeepalives.ts';
import { UpperLists } from './upperLists.ts';
import { messageLimitMs, UpperMessages } from './upperMessages.ts';
import { mayReceive } from './upperOffer.ts';
import { UpperRegistration } from './upperRegistration.ts';
import { UpperRequests, type UpperRequestsOptions } from './upperRequests.ts';
import { longestRetryMs, retryWaitMs } from './upperRetries.ts';
import { UpperStandingBoard } from './upperStandingBoard.ts';
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

const signOffLimitMs = 1_000;

/** The connection to one upper platform: registered for as long as it is wanted, whatever the other side does. */
export class UpperLink {
  readonly #options: UpperLinkOptions;
  readonly #peer: SipPeer;
  readonly #transport: UpperTransport;
  readonly #requests: SipRequests;
  readonly #messages: UpperMessages;
  readonly #registration: UpperRegistration;
  readonly #calls: UpperCalls;
  readonly #lists: UpperLists;
  readonly #fromAbove: UpperRequests;
  readonly #board: UpperStandingBoard;
  readonly #keepalives: UpperKeepalives;
  #seenAs: string | undefined;
  #retries = 0;
  #isClosed = false;
  /** Counts registrations, so that one that was overtaken says nothing any more. */
  #round = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UpperLinkOptions) {
    this.#options = options;
    const { record, nowMs, wallMs, host, version } = options;
    const { items, mayView, turn, goToPreset, presetsOf, askKeyPicture } = options;
    const { settings, password } = record;
    const { address, port, transport: protocol, ourId, theirId, edition } = settings;
    this.#peer = { address, port, protocol };
    this.#board = new UpperStandingBoard({ theirId, nowMs, onChanged: () => options.onChanged() });
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
    const contact = (): string => this.#contact();
    this.#messages = new UpperMessages({ settings, peer: this.#peer, requests: this.#requests, contact });
    this.#registration = new UpperRegistration({
      ...settings,
      password,
      contact,
      request: (request) => this.#requests.send(this.#peer, request, messageLimitMs),
      onSeen: (seenAs) => (this.#seenAs = seenAs.includes(':') ? seenAs : undefined),
    });
    this.#calls = new UpperCalls({
      maxViews: settings.maxViews,
      own: () => ({ contact: this.#contact(), address: this.#contact().split(':')[0] ?? '' }),
      mayView,
      open: options.open,
      send: (peer, bytes) => void send(peer, bytes),
      request: (peer, request) => void this.#requests.send(peer, request, messageLimitMs),
      mayReceive: (address) => mayReceive(address, settings, options.isOwnAddress),
      onView: options.onView,
      onDialog: options.onDialog,
      onProblem: (problem, address) => {
        this.#board.note(problem, address === undefined ? {} : { address });
        options.onChanged();
      },
      onChanged: () => options.onChanged(),
      nowMs,
    });
    this.#lists = new UpperLists({
      ourId,
      edition,
      protocol,
      items,
      message: (body) => this.#messages.isAccepted(body),
      notify: (subscription, body) => this.#messages.notify(subscription, body),
      nowMs,
      nextNumber: () => this.#messages.nextNumber(),
    });
    this.#fromAbove = new UpperRequests({
      settings,
      calls: this.#calls,
      lists: this.#lists,
      ...{ items, mayView, turn, goToPreset, presetsOf, askKeyPicture },
      isRegistered: () => this.#board.isRegistered,
      contact,
      send: (peer, bytes) => void send(peer, bytes),
      message: (body) => void this.#messages.send(body),
      onSaysId: (id) => this.#board.saysId(id),
      ...{ version, nowMs, wallMs },
    });
    this.#keepalives = new UpperKeepalives({
      everySeconds: settings.keepaliveSeconds,
      isRegistered: () => !this.#isClosed && this.#board.isRegistered,
      send: () => this.#messages.send(keepaliveText(ourId, this.#messages.nextNumber(), edition)),
      // A platform that was started again knows nobody, nor what it watched: what it wants is to be registered at.
      onUnknown: () => {
        this.#endAll();
        this.#board.stand('registering');
        void this.#register();
      },
      onLost: () => this.#lost('keepalives_lost'),
    });
  }

  open(): void {
    void this.#register();
  }

  standing(): UpperStanding {
    const { subscribedUntilMs } = this.#lists;
    return { ...this.#board.now, ...(subscribedUntilMs === undefined ? {} : { subscribedUntilMs }) };
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
    this.#keepalives.stop();
    this.#calls.end(() => true);
    this.#lists.close();
    if (this.#board.isRegistered) {
      const limit = new Promise<void>((resolve) => void setTimeout(resolve, signOffLimitMs).unref());
      await Promise.race([this.#registration.register(0), limit]);
    }
    this.#requests.close();
    this.#transport.close();
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
        this.#board.stand('ourselves');
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
    if (!this.#board.isRegistered)
      logger.info({ platform: record.settings.name }, 'registered at an upper platform');
    this.#board.stand('registered', {
      ...(seenAs === undefined ? {} : { seenAs }),
      ...(make === undefined ? {} : { make }),
    });
    this.#keepalives.registered();
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
      const bye = requestWithin(dialog, 'BYE', byeNumber);
      const response = await this.#requests.send(this.#peer, bye, messageLimitMs);
      if (response !== undefined) onDialog('ended', dialog);
    }
  }

  /** What stood is over: it begins again at once. */
  #lost(problem: UpperProblem): void {
    if (this.#isClosed || !this.#board.isRegistered) return;
    this.#board.note(problem);
    this.#endAll();
    this.#board.stand('registering');
    void this.#register();
  }

  #failed(problem: UpperProblem, status?: number): void {
    const { logger, record, random } = this.#options;
    const { lastProblem, state } = this.#board.now;
    const isNews = lastProblem?.problem !== problem || state !== 'failed';
    if (isNews)
      logger.warn({ platform: record.settings.name, problem, status }, 'not registered at an upper platform');
    this.#board.note(problem, status === undefined ? {} : { status });
    this.#endAll();
    this.#board.stand('failed');
    this.#retries += 1;
    this.#later(retryWaitMs(problem, this.#retries, random()));
  }

  #endAll(): void {
    this.#keepalives.stop();
    this.#seenAs = undefined;
    this.#calls.end(() => true);
    this.#lists.forget();
  }

  #later(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#register(), waitMs).unref();
  }

  #received(message: SipMessage, peer: SipPeer, isWorkedOn = false): void {
    if (this.#isClosed && isWorkedOn) return;
    try {
      if (isResponse(message)) this.#requests.answered(message, peer);
      else if (!isRequest(message)) return;
      else if (isWorkedOn || this.#board.isRegistered) this.#fromAbove.came(message, peer);
      // Its first questions may come in one piece with the answer to our registration, which is worked on before them.
      else setImmediate(() => this.#received(message, peer, true));
    } catch (error) {
      this.#options.logger.error({ err: error }, 'a message of an upper platform could not be worked on');
    }
  }
}
