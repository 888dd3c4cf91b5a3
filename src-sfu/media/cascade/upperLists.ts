import type { UpperItem } from '../../features/cascade/cascade.ports.ts';
import { readManscdp } from '../sources/gb28181/manscdp.ts';
import { newTag, sideOf } from '../sources/gb28181/sipDialog.ts';
import { headerOf, type SipRequest } from '../sources/gb28181/sipMessage.ts';
import { catalogueText, itemText, type Edition, type ItemEvent } from './upperTexts.ts';

export interface UpperListsOptions {
  ourId: string;
  edition: Edition;
  protocol: 'udp' | 'tcp';
  items(): readonly UpperItem[];
  /** Sends a MESSAGE; resolves when it is answered, false when it is not. */
  message(body: Buffer): Promise<boolean>;
  /** Sends a NOTIFY within a subscription; the status of its answer, undefined when none came. */
  notify(subscription: Readonly<Subscription>, body: Buffer): Promise<number | undefined>;
  nowMs(): number;
  nextNumber(): number;
}

/** The wish of a platform to be notified of changes in the list. */
export interface Subscription {
  callId: string;
  /** Our To of its SUBSCRIBE, with our tag, and its From. */
  from: string;
  to: string;
  uri: string | undefined;
  /** Its Event as it came: a notice with another one, or without its `id`, belongs to no subscription (RFC 6665, 4.4.1). */
  event: string;
  sequence: number;
  number: number;
  untilMs: number;
}

/** A datagram of SIP with three items stays below 1,300 bytes; a connection takes more at once. */
const maxItemsBytes = { udp: 800, tcp: 16_000 } as const;
const maxItems = { udp: 3, tcp: 50 } as const;
/** Questions that wait for the one that is being answered. */
const mostWaiting = 32;
/** Changes within this time go up together: hundreds of cameras may go off at once. Milliseconds. */
const gatherMs = 300;
/** A notice that was not taken is sent again after this, and later each time. Milliseconds. */
const firstAgainMs = 5_000;
const longestAgainMs = 60_000;
/** Messages of a list that are on their way at one time. */
const atOnce = 4;
const longestSubscriptionSeconds = 86_400;
const maxEventLength = 128;

/** Answers questions for the list of cameras, in pieces, and notifies of changes. */
export class UpperLists {
  readonly #options: UpperListsOptions;
  #waiting: { sequence: number; deviceId: string }[] = [];
  #isAnswering = false;
  #isClosed = false;
  #subscription: Subscription | undefined;
  /** What the platform knows of the list: what it was notified of, and has taken. Undefined before it subscribed. */
  #notified: Map<string, UpperItem> | undefined;
  #isChanged = false;
  #isNotifying = false;
  #notTaken = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UpperListsOptions) {
    this.#options = options;
  }

  get subscribedUntilMs(): number | undefined {
    const { untilMs = 0 } = this.#subscription ?? {};
    return untilMs > this.#options.nowMs() ? untilMs : undefined;
  }

  /** A question for the list: of all, of a folder, or of one camera. False when too many wait already. */
  asked(sequence: number, deviceId: string): boolean {
    if (this.#waiting.some((one) => one.sequence === sequence && one.deviceId === deviceId)) return true;
    if (this.#waiting.length >= mostWaiting) return false;
    this.#waiting.push({ sequence, deviceId });
    if (!this.#isAnswering) void this.#answerAll();
    return true;
  }

  /** SUBSCRIBE; how long it holds in seconds, or undefined for something else than the list. */
  subscribed(request: SipRequest): { seconds: number; tag: string } | undefined {
    const event = (headerOf(request, 'event') ?? 'Catalog').slice(0, maxEventLength);
    const callId = headerOf(request, 'call-id') ?? '';
    const before = this.#subscription?.callId === callId ? this.#subscription : undefined;
    // Some platforms name every event `presence` and say in the body alone what they want; a renewal or an end need not say it again.
    const wanted = readManscdp(request.body)?.command ?? (before === undefined ? event : 'Catalog');
    if (!wanted.toLowerCase().startsWith('catalog')) return undefined;
    const said = headerOf(request, 'expires') ?? '3600';
    const seconds = /^\d{1,7}$/.test(said) ? Math.min(Number(said), longestSubscriptionSeconds) : 3_600;
    const to = headerOf(request, 'to') ?? '';
    const tag = /;\s*tag=([\w.-]{1,64})/i.exec(to)?.[1] ?? newTag();
    if (seconds === 0) {
      if (before !== undefined || this.#subscription === undefined) this.#subscription = undefined;
      return { seconds, tag };
    }
    const contact = /<([^>]{1,128})>/.exec(headerOf(request, 'contact') ?? '')?.[1];
    const wish = {
      callId,
      ...sideOf(request, tag),
      uri: contact,
      event,
      number: this.#options.nextNumber(),
      untilMs: this.#options.nowMs() + seconds * 1_000,
    };
    // A renewal goes on in what is being sent.
    if (before === undefined) this.#subscription = { ...wish, sequence: 0 };
    else Object.assign(before, wish);
    this.#notTaken = 0;
    // Who subscribes once more in this registration gets what changed in between.
    if (this.#notified === undefined) this.#notified = byId(this.#options.items());
    else this.changed();
    return { seconds, tag };
  }

  /** The list may be another one: who subscribed is notified soon of what came, went, or is on or off. */
  changed(): void {
    this.#isChanged = true;
    if (this.#notTaken === 0) this.#notifyLater(gatherMs);
  }

  /** The registration is over, and with it what was agreed on. */
  forget(): void {
    this.#subscription = undefined;
    this.#notified = undefined;
    this.#notTaken = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  close(): void {
    this.#isClosed = true;
    this.forget();
  }

  async #answerAll(): Promise<void> {
    this.#isAnswering = true;
    for (;;) {
      const next = this.#waiting.shift();
      if (next === undefined || this.#isClosed) break;
      await this.#answer(next.sequence, next.deviceId);
    }
    this.#isAnswering = false;
  }

  async #answer(sequence: number, deviceId: string): Promise<void> {
    const { items, message, ourId, edition } = this.#options;
    const all = items();
    // What is in a folder stands after it, so that once through the list finds all that lies below.
    const below = new Set([deviceId]);
    const isMeant = ({ gbId, parentId }: UpperItem): boolean =>
      gbId === deviceId || (below.has(parentId) && below.add(gbId).size > 0);
    const meant = deviceId === ourId ? all : all.filter(isMeant);
    const texts = meant.map((item) => ({ text: itemText(item) }));
    const pieces = texts.length === 0 ? [[]] : this.#pieces(texts);
    const bodies = pieces.map((piece) => {
      const part = { kind: 'Response', sequence, deviceId, sum: meant.length } as const;
      return catalogueText({ ...part, items: piece.map(({ text }) => text) }, edition);
    });
    const sendNext = async (): Promise<void> => {
      for (let body = bodies.shift(); body !== undefined && !this.#isClosed; body = bodies.shift())
        // Who does not answer is not there: the rest would only be lost as well.
        if (!(await message(body))) bodies.length = 0;
    };
    await Promise.all(Array.from({ length: atOnce }, sendNext));
  }

  /** One timer for all that changes: the list is never made while a notice of it is under way. */
  #notifyLater(waitMs: number): void {
    if (this.#isClosed || this.#isNotifying || this.#timer !== undefined) return;
    if (this.subscribedUntilMs === undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#notifyNow();
    }, waitMs).unref();
  }

  async #notifyNow(): Promise<void> {
    this.#isNotifying = true;
    this.#isChanged = false;
    const isTaken = await this.#notify().catch(() => false);
    this.#isNotifying = false;
    this.#notTaken = isTaken ? 0 : this.#notTaken + 1;
    if (!isTaken)
      this.#notifyLater(Math.min(longestAgainMs, firstAgainMs * 2 ** Math.min(4, this.#notTaken - 1)));
    else if (this.#isChanged) this.#notifyLater(gatherMs);
  }

  /** False when a part was not taken and is to be sent again. */
  async #notify(): Promise<boolean> {
    const { items, notify, ourId, edition } = this.#options;
    const subscription = this.#subscription;
    const known = this.#notified;
    if (subscription === undefined || known === undefined) return true;
    const isOver = (): boolean =>
      this.#isClosed || this.#subscription !== subscription || this.subscribedUntilMs === undefined;
    const parts = changes(known, byId(items())).map((change) => ({
      ...change,
      text: itemText(change.item, change.event),
    }));
    for (const piece of this.#pieces(parts)) {
      if (isOver()) return true;
      const texts = piece.map(({ text }) => text);
      const sequence = subscription.number;
      const part = { kind: 'Notify', sequence, deviceId: ourId, sum: parts.length, items: texts } as const;
      subscription.sequence += 1;
      const status = await notify(subscription, catalogueText(part, edition));
      if (status === undefined || status >= 300) {
        // By this status (RFC 6665, 4.2.2) the platform does not know the subscription any more. Every other failure may pass.
        if (status === 481 && this.#subscription === subscription) this.#subscription = undefined;
        return status === 481;
      }
      for (const { item, event } of piece)
        if (event === 'DEL') known.delete(item.gbId);
        else known.set(item.gbId, item);
    }
    return true;
  }

  #pieces<Part extends { text: string }>(parts: readonly Part[]): Part[][] {
    const { protocol } = this.#options;
    const pieces: Part[][] = [];
    let bytes = 0;
    for (const part of parts) {
      const last = pieces.at(-1);
      // Two bytes a character at most in the charset that is written, for nearly all.
      const added = Buffer.byteLength(part.text, 'utf8');
      if (
        last === undefined ||
        last.length >= maxItems[protocol] ||
        bytes + added > maxItemsBytes[protocol]
      ) {
        pieces.push([part]);
        bytes = added;
      } else {
        last.push(part);
        bytes += added;
      }
    }
    return pieces;
  }
}

function byId(items: readonly UpperItem[]): Map<string, UpperItem> {
  return new Map(items.map((item) => [item.gbId, item]));
}

function changes(
  before: ReadonlyMap<string, UpperItem>,
  after: ReadonlyMap<string, UpperItem>,
): { item: UpperItem; event: ItemEvent }[] {
  const found: { item: UpperItem; event: ItemEvent }[] = [];
  for (const [gbId, item] of before) if (!after.has(gbId)) found.push({ item, event: 'DEL' });
  for (const [gbId, item] of after) {
    const known = before.get(gbId);
    if (known === undefined) found.push({ item, event: 'ADD' });
    else if (known.name !== item.name || known.parentId !== item.parentId)
      found.push({ item, event: 'UPDATE' });
    else if (known.camera?.isOn !== item.camera?.isOn)
      found.push({ item, event: item.camera?.isOn === true ? 'ON' : 'OFF' });
  }
  return found;
}
