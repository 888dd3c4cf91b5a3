import type { CataloguePart } from '../../../features/recorders/recorders.ports.ts';

export interface CatalogueAskerOptions {
  /** Sends the query; the answers come with this number. */
  ask(recorderId: string, sequence: number): void;
  /** A catalogue came to its end with these items. `isWhole`: as many as the recorder said. */
  onEnded(recorderId: string, ids: ReadonlySet<string>, isWhole: boolean): void;
  nowMs(): number;
}

interface Round {
  sequences: Set<number>;
  ids: Set<string>;
  sum: number | undefined;
  asksLeft: number;
  timer: NodeJS.Timeout;
}

/** After so long without a further part it is over. Milliseconds. */
const silenceMs = 3_000;
const moreAsks = 2;
/** A catalogue is not asked for more often; for a person who presses the button it is. Milliseconds. */
const everyMs = 30_000;
const everyOfPersonMs = 3_000;
const maxIds = 20_000;
/** More rounds at once than the recorders of a city. */
const maxRounds = 5_000;

/**
 * Asks recorders for their catalogues. Parts come in any order, double, in part or never, one message for each item: they are
 * collected by number and id up to the sum that the recorder says or to a silence of 3 s, and what is short is asked for twice more.
 */
export class CatalogueAsker {
  readonly #options: CatalogueAskerOptions;
  readonly #rounds = new Map<string, Round>();
  readonly #askedAtMs = new Map<string, number>();
  #sequence = Math.floor(Math.random() * 10_000);

  constructor(options: CatalogueAskerOptions) {
    this.#options = options;
  }

  /** Begins, unless that was less than 30 s ago, or 3 s where a person asks; whether it was begun. */
  ask(recorderId: string, { byPerson = false } = {}): boolean {
    const now = this.#options.nowMs();
    const since = now - (this.#askedAtMs.get(recorderId) ?? Number.NEGATIVE_INFINITY);
    const apartMs = byPerson ? everyOfPersonMs : everyMs;
    if ((since >= 0 && since < apartMs) || this.#rounds.size >= maxRounds) return false;
    this.#askedAtMs.set(recorderId, now);
    this.#end(recorderId);
    const timer = setTimeout(() => this.#silent(recorderId), silenceMs);
    this.#rounds.set(recorderId, {
      sequences: new Set(),
      ids: new Set(),
      sum: undefined,
      asksLeft: moreAsks,
      timer,
    });
    this.#send(recorderId);
    return true;
  }

  /** Whether an answer with this number belongs to the catalogue that is just being asked for. */
  isAsked(recorderId: string, sequence: number | undefined): boolean {
    return sequence !== undefined && this.#rounds.get(recorderId)?.sequences.has(sequence) === true;
  }

  /** A part came. One that nobody asked for belongs to no round, and says nothing of what it leaves out. */
  came(recorderId: string, sequence: number | undefined, { items, sum }: CataloguePart): void {
    const round = this.#rounds.get(recorderId);
    if (round === undefined || !this.isAsked(recorderId, sequence)) return;
    if (sum !== undefined) round.sum = sum;
    for (const { deviceId } of items) if (round.ids.size < maxIds) round.ids.add(deviceId);
    if (round.sum !== undefined && round.sum > 0 && round.ids.size >= round.sum) {
      this.#end(recorderId);
      this.#options.onEnded(recorderId, round.ids, true);
    } else round.timer.refresh();
  }

  /** The recorder is not let in any more; if it comes back, it is asked at once. */
  forget(recorderId: string): void {
    this.#end(recorderId);
    this.#askedAtMs.delete(recorderId);
  }

  close(): void {
    for (const recorderId of [...this.#rounds.keys()]) this.#end(recorderId);
  }

  #silent(recorderId: string): void {
    const round = this.#rounds.get(recorderId);
    if (round === undefined) return;
    const isShort = round.sum === undefined ? round.ids.size === 0 : round.ids.size < round.sum;
    if (isShort && round.asksLeft > 0) {
      round.asksLeft -= 1;
      round.timer = setTimeout(() => this.#silent(recorderId), silenceMs);
      return this.#send(recorderId);
    }
    this.#end(recorderId);
    this.#options.onEnded(recorderId, round.ids, false);
  }

  #send(recorderId: string): void {
    this.#sequence = (this.#sequence + 1) % 1_000_000;
    this.#rounds.get(recorderId)?.sequences.add(this.#sequence);
    this.#options.ask(recorderId, this.#sequence);
  }

  #end(recorderId: string): void {
    clearTimeout(this.#rounds.get(recorderId)?.timer);
    this.#rounds.delete(recorderId);
  }
}
