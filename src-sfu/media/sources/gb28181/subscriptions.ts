import { randomBytes } from 'node:crypto';
import { alarmSubscription, catalogueQuery } from './manscdp.ts';
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
}

const expiresSeconds = 3_600;
const lookEveryMs = 10_000;
const renewalsOfOneLook = 100;

/** Subscriptions to changes of catalogues and to alarms. A device that refuses one is asked again when it registers again. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #all = new Map<string, Subscription>();
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

  /** The recorder has registered: what it refused is asked for once more, and what it had at another address as well. */
  registered(recorderId: string): void {
    for (const kind of kinds) {
      const known = this.#all.get(`${recorderId} ${kind}`);
      const address = this.#options.placeOf(recorderId)?.address;
      if (known?.isRefused === true || (known !== undefined && known.place.address !== address))
        this.#all.delete(`${recorderId} ${kind}`);
    }
  }

  /** Subscribes to whatever is not subscribed to yet. */
  begin(recorderId: string): void {
    const place = this.#options.placeOf(recorderId);
    if (place === undefined) return;
    for (const kind of kinds) {
      const key = `${recorderId} ${kind}`;
      if (this.#all.has(key)) continue;
      const subscription: Subscription = {
        callId: randomBytes(12).toString('hex'),
        tag: randomBytes(6).toString('hex'),
        sequence: 0,
        to: undefined,
        renewAtMs: Number.POSITIVE_INFINITY,
        place,
        isRefused: false,
      };
      this.#all.set(key, subscription);
      void this.#ask(recorderId, kind, subscription);
    }
  }

  /** The recorder is not let in any more: what it agreed to send is ended, also where it agrees only now. */
  revoke(recorderId: string): void {
    for (const kind of kinds) {
      const key = `${recorderId} ${kind}`;
      const subscription = this.#all.get(key);
      this.#all.delete(key);
      if (subscription?.to !== undefined) void this.#send(recorderId, kind, subscription, 0);
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
    const isAgreed = response !== undefined && response.start.status < 300;
    subscription.isRefused = !isAgreed;
    if (!isAgreed) return;
    const wasRevoked = subscription.to === undefined && !this.#all.has(`${recorderId} ${kind}`);
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
