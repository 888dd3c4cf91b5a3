import { alarmSubscription, catalogueQuery } from './manscdp.ts';
import { newCallId, newTag } from './sipDialog.ts';
import { headerOf, type SipResponse } from './sipMessage.ts';
import type { OutgoingRequest } from './sipRequests.ts';
import type { SipPeer } from './sipTransport.ts';

export interface SubscriptionsOptions {
  placeOf(recorderId: string): SipPeer | undefined;
  /** Sends a SUBSCRIBE to where the recorder is or was; its From and To are filled in where they are missing. */
  send(
    recorderId: string,
    request: Pick<OutgoingRequest, 'method' | 'callId' | 'sequence' | 'headers' | 'body'> & {
      tag: string;
      to?: string | undefined;
    },
    peer: SipPeer,
  ): Promise<SipResponse | undefined>;
  nowMs(): number;
}

const kinds = ['Catalog', 'Alarm'] as const;
type Kind = (typeof kinds)[number];

interface Subscription {
  callId: string;
  tag: string;
  sequence: number;
  /** The device's To, with its tag, once it has agreed. */
  to: string | undefined;
  renewAtMs: number;
  place: SipPeer;
  isRefused: boolean;
  /** How long is waited after another request without an answer. Milliseconds. */
  againMs: number;
  /** What the recorder agreed to before it registered by another Call-ID: ended once it agrees to this one, so that nothing is missed. */
  before?: Subscription | undefined;
}

const expiresSeconds = 3_600;
/** A request that was not answered is sent again after so long, then after twice as long, up to the longest. Milliseconds. */
const firstAgainMs = 60_000;
const longestAgainMs = 10 * 60_000;
const lookEveryMs = 10_000;
const renewalsOfOneLook = 100;

/** Subscriptions to changes of catalogues and to alarms. A device that refuses one is asked again when it registers again. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #all = new Map<string, Subscription>();
  /** The Call-ID of the REGISTER by which each recorder is here. */
  readonly #registeredBy = new Map<string, string>();
  #sequence = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  open(): void {
    this.#timer = setInterval(() => this.#renew(), lookEveryMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /**
   * The recorder has registered: what it refused is asked for once more, and what it had at another address as well. By another Call-ID
   * it may have been started again, and knows nothing of what it agreed to: that is asked for at once, and then the former is ended, in case it does.
   */
  registered(recorderId: string, callId: string): void {
    const isAnother = this.#registeredBy.get(recorderId) !== callId;
    this.#registeredBy.set(recorderId, callId);
    const place = this.#options.placeOf(recorderId);
    for (const kind of kinds) {
      const key = `${recorderId} ${kind}`;
      const known = this.#all.get(key);
      if (known === undefined) continue;
      const isSamePlace = known.place.address === place?.address;
      if (!isAnother && !known.isRefused && isSamePlace) continue;
      // One that is just being asked for is ended once the recorder agrees.
      this.#all.delete(key);
      const agreed = known.to === undefined ? known.before : known;
      if (place !== undefined) this.#beginOne(recorderId, kind, place, isSamePlace ? agreed : undefined);
    }
  }

  /** Subscribes to whatever is not subscribed to yet. */
  begin(recorderId: string): void {
    const place = this.#options.placeOf(recorderId);
    if (place === undefined) return;
    for (const kind of kinds)
      if (!this.#all.has(`${recorderId} ${kind}`)) this.#beginOne(recorderId, kind, place);
  }

  #beginOne(recorderId: string, kind: Kind, place: SipPeer, before?: Subscription): void {
    const state = { place, isRefused: false, againMs: firstAgainMs, before };
    const subscription: Subscription = { ...newDialog(), ...state };
    this.#all.set(`${recorderId} ${kind}`, subscription);
    void this.#ask(recorderId, kind, subscription);
  }

  /** The recorder is not let in any more: what it agreed to send is ended, also where it agrees only now. */
  revoke(recorderId: string): void {
    this.#registeredBy.delete(recorderId);
    for (const kind of kinds) {
      const key = `${recorderId} ${kind}`;
      const subscription = this.#all.get(key);
      this.#all.delete(key);
      for (const one of [subscription, subscription?.before])
        if (one?.to !== undefined) void this.#send(recorderId, kind, one, 0);
    }
  }

  #send(
    recorderId: string,
    kind: Kind,
    subscription: Subscription,
    seconds: number,
  ): Promise<SipResponse | undefined> {
    subscription.sequence += 1;
    this.#sequence = (this.#sequence + 1) % 1_000_000;
    const write = kind === 'Catalog' ? catalogueQuery : alarmSubscription;
    const request = {
      method: 'SUBSCRIBE',
      callId: subscription.callId,
      sequence: subscription.sequence,
      tag: subscription.tag,
      to: subscription.to,
      headers: [
        ['Event', kind === 'Catalog' ? 'Catalog' : 'presence'],
        ['Expires', String(seconds)],
        ['Content-Type', 'Application/MANSCDP+xml'],
      ] as const,
      body: write(recorderId, this.#sequence),
    };
    return this.#options.send(recorderId, request, subscription.place);
  }

  async #ask(recorderId: string, kind: Kind, subscription: Subscription): Promise<void> {
    subscription.renewAtMs = Number.POSITIVE_INFINITY;
    const place = this.#options.placeOf(recorderId);
    if (place !== undefined) subscription.place = place;
    const response = await this.#send(recorderId, kind, subscription, expiresSeconds);
    if (response === undefined) {
      subscription.renewAtMs = this.#options.nowMs() + subscription.againMs;
      subscription.againMs = Math.min(longestAgainMs, 2 * subscription.againMs);
      return;
    }
    subscription.againMs = firstAgainMs;
    const isCurrent = this.#all.get(`${recorderId} ${kind}`) === subscription;
    if (response.start.status === 481 && subscription.to !== undefined && isCurrent) {
      // The recorder does not know of it any more.
      Object.assign(subscription, newDialog());
      return this.#ask(recorderId, kind, subscription);
    }
    const { before } = subscription;
    const isRefused = response.start.status >= 300;
    if (before !== undefined && isCurrent) {
      subscription.before = undefined;
      const ended = this.#send(recorderId, kind, before, 0);
      if (isRefused) {
        // It may have place for one only.
        await ended;
        if (this.#all.get(`${recorderId} ${kind}`) !== subscription) return;
        return this.#ask(recorderId, kind, subscription);
      }
    }
    subscription.isRefused = isRefused;
    if (isRefused) return;
    const wasRevoked = subscription.to === undefined && !isCurrent;
    subscription.to = headerOf(response, 'to');
    if (wasRevoked) return void this.#send(recorderId, kind, subscription, 0);
    const said = Number(headerOf(response, 'expires'));
    const seconds = said >= 60 && said <= expiresSeconds ? said : expiresSeconds;
    subscription.renewAtMs = this.#options.nowMs() + (seconds * 1_000) / 2;
  }

  #renew(): void {
    const now = this.#options.nowMs();
    let left = renewalsOfOneLook;
    for (const [key, subscription] of this.#all) {
      const [recorderId = '', kind] = key.split(' ');
      const place = this.#options.placeOf(recorderId);
      if (place === undefined || place.address !== subscription.place.address) {
        this.#all.delete(key);
        // A recorder that moved without registering is subscribed to where it is now.
        if (place !== undefined) this.begin(recorderId);
      } else if (now >= subscription.renewAtMs && left > 0) {
        left -= 1;
        void this.#ask(recorderId, kind === 'Alarm' ? 'Alarm' : 'Catalog', subscription);
      }
    }
  }
}

function newDialog(): Pick<Subscription, 'callId' | 'tag' | 'sequence' | 'to' | 'renewAtMs'> {
  return {
    callId: newCallId(),
    tag: newTag(),
    sequence: 0,
    to: undefined,
    renewAtMs: Number.POSITIVE_INFINITY,
  };
}
