import { randomBytes } from 'node:crypto';
import type { UpperItem } from '../../features/cascade/cascade.ports.ts';
import { headerOf, type SipRequest } from '../sources/gb28181/sipMessage.ts';
import { catalogueText, itemText, type Edition, type ItemEvent } from './upperTexts.ts';

export interface UpperListsOptions {
  ourId: string;
  edition: Edition;
  protocol: 'udp' | 'tcp';
  items(): readonly UpperItem[];
  /** Sends a MESSAGE; resolves when it is answered, false when it is not. */
  message(body: Buffer): Promise<boolean>;
  /** Sends a NOTIFY within a subscription; false when the platform does not know it any more. */
  notify(subscription: Subscription, body: Buffer): Promise<boolean>;
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
  sequence: number;
  number: number;
  untilMs: number;
}

/** A datagram of SIP with three items stays below 1,300 bytes; a connection takes more at once. */
const maxItemsBytes = { udp: 800, tcp: 16_000 } as const;
const maxItems = { udp: 3, tcp: 50 } as const;
/** Questions that wait for the one that is being answered. */
const mostWaiting = 2;
/** Messages of a list that are on their way at one time. */
const atOnce = 4;
const longestSubscriptionSeconds = 86_400;

/** Answers questions for the list of cameras, in pieces, and notifies of changes. */
export class UpperLists {
  readonly #options: UpperListsOptions;
  #waiting: { sequence: number; deviceId: string }[] = [];
  #isAnswering = false;
  #isClosed = false;
  #subscription: Subscription | undefined;
  /** What the platform has been notified of last. */
  #notified = new Map<string, UpperItem>();
  #notifying: Promise<void> = Promise.resolve();

  constructor(options: UpperListsOptions) {
    this.#options = options;
  }

  get subscribedUntilMs(): number | undefined {
    const { untilMs = 0 } = this.#subscription ?? {};
    return untilMs > this.#options.nowMs() ? untilMs : undefined;
  }

  /** A question for the list: of all, of a folder, or of one camera. */
  asked(sequence: number, deviceId: string): void {
    if (this.#waiting.length >= mostWaiting) return;
    this.#waiting.push({ sequence, deviceId });
    if (!this.#isAnswering) void this.#answerAll();
  }

  /** SUBSCRIBE; how long it holds in seconds, or undefined for something else than the list. */
  subscribed(request: SipRequest): { seconds: number; tag: string } | undefined {
    const event = (headerOf(request, 'event') ?? 'catalog').toLowerCase();
    if (!event.startsWith('catalog')) return undefined;
    const said = headerOf(request, 'expires') ?? '3600';
    const seconds = /^\d{1,7}$/.test(said) ? Math.min(Number(said), longestSubscriptionSeconds) : 3_600;
    const callId = headerOf(request, 'call-id') ?? '';
    const before = this.#subscription?.callId === callId ? this.#subscription : undefined;
    const to = headerOf(request, 'to') ?? '';
    const tag = /;\s*tag=([\w.-]{1,64})/i.exec(to)?.[1] ?? randomBytes(6).toString('hex');
    if (seconds === 0) {
      if (before !== undefined || this.#subscription === undefined) this.#subscription = undefined;
      return { seconds, tag };
    }
    const contact = /<([^>]{1,128})>/.exec(headerOf(request, 'contact') ?? '')?.[1];
    this.#subscription = {
      callId,
      from: /;\s*tag=/i.test(to) ? to : `${to};tag=${tag}`,
      to: headerOf(request, 'from') ?? '',
      uri: contact,
      sequence: before?.sequence ?? 0,
      number: this.#options.nextNumber(),
      untilMs: this.#options.nowMs() + seconds * 1_000,
    };
    if (before === undefined) this.#notified = byId(this.#options.items());
    return { seconds, tag };
  }

  /** The list may be another one: who subscribed is notified of what came, went, or is on or off. */
  changed(): void {
    this.#notifying = this.#notifying.then(() => this.#notify()).catch(() => undefined);
  }

  /** The registration is over, and with it what was agreed on. */
  forget(): void {
    this.#subscription = undefined;
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
    const meant =
      deviceId === ourId
        ? all
        : all.filter(({ gbId, parentId }) => gbId === deviceId || parentId === deviceId);
    const texts = meant.map((item) => itemText(item));
    const pieces = texts.length === 0 ? [[]] : this.#pieces(texts);
    const bodies = pieces.map((piece) =>
      catalogueText({ kind: 'Response', sequence, deviceId, sum: meant.length, items: piece }, edition),
    );
    const sendNext = async (): Promise<void> => {
      for (let body = bodies.shift(); body !== undefined && !this.#isClosed; body = bodies.shift())
        // Who does not answer is not there: the rest would only be lost as well.
        if (!(await message(body))) bodies.length = 0;
    };
    await Promise.all(Array.from({ length: atOnce }, sendNext));
  }

  async #notify(): Promise<void> {
    const { items, notify, ourId, edition, nowMs } = this.#options;
    const subscription = this.#subscription;
    if (subscription === undefined || subscription.untilMs <= nowMs()) return;
    const before = this.#notified;
    const after = byId(items());
    const texts = changes(before, after).map(({ item, event }) => itemText(item, event));
    this.#notified = after;
    for (const piece of this.#pieces(texts)) {
      if (this.#subscription !== subscription || this.#isClosed) return;
      const sequence = subscription.number;
      const part = { kind: 'Notify', sequence, deviceId: ourId, sum: texts.length, items: piece } as const;
      subscription.sequence += 1;
      if (await notify(subscription, catalogueText(part, edition))) continue;
      if (this.#subscription === subscription) this.#subscription = undefined;
      return;
    }
  }

  #pieces(texts: readonly string[]): string[][] {
    const { protocol } = this.#options;
    const pieces: string[][] = [];
    let bytes = 0;
    for (const text of texts) {
      const last = pieces.at(-1);
      // Two bytes a character at most in the charset that is written, for nearly all.
      const added = Buffer.byteLength(text, 'utf8');
      if (
        last === undefined ||
        last.length >= maxItems[protocol] ||
        bytes + added > maxItemsBytes[protocol]
      ) {
        pieces.push([text]);
        bytes = added;
      } else {
        last.push(text);
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
