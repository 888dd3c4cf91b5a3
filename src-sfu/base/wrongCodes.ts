import { networkOf, widerNetworkOf } from './networks.ts';
import { startTimer } from './timers.ts';

/** Wrong codes in a minute, of one network and of all: from then on codes are checked one after the other. */
const wrongCodesAMinute = 10;
const wrongCodesOfAllAMinute = 100;
/** One code is checked in so long while somebody guesses: of a code of 40 bits that lives for 10 min, 6,000 of 10^12. Milliseconds. */
const checkEveryMs = 100;
/** Those that wait, one of each connection: more than there are connections of strangers at one time. */
const maxWaitingCodes = 64;
/** Networks whose wrong codes are counted at one time. */
const maxNetworks = 10_000;

/**
 * Slows who guesses codes, by the network they came from. Many phones may share one, so nobody is shut out: codes are checked in the order
 * in which they came, at last after `checkEveryMs` for each connection that waits. Where more wait than there is room for, the newest of
 * the provider's customer with most gives way, so that whoever floods keeps out itself.
 */
export interface WrongCodes {
  /** Whether so many wrong codes came from there that it is slowed. */
  isGuessing(from: string): boolean;
  note(from: string): void;
  /**
   * Waits until a code from there may be checked. False: it may not, because another code of the same `sender` waits, because the sender
   * is gone, or because more wait than there is room for.
   */
  turn(from: string, sender: string): Promise<boolean>;
  /** The sender's connection is over: what it waits for is no more, and takes nobody's place. */
  gone(sender: string): void;
}

interface Waiting {
  /** What a provider gives to one customer. */
  customer: string;
  answer(isTurn: boolean): void;
}

export function createWrongCodes(nowMs: () => number): WrongCodes {
  const wrong = new Map<string, { count: number; untilMs: number }>();
  const ofAll = new Map<string, { count: number; untilMs: number }>();
  /** By sender, in the order in which they came. */
  const waiting = new Map<string, Waiting>();
  let isPaced = false;
  const countOf = (counts: typeof wrong, key: string): number => {
    const entry = counts.get(key);
    return entry !== undefined && entry.untilMs > nowMs() ? entry.count : 0;
  };
  const add = (counts: typeof wrong, key: string): void => {
    const entry = counts.get(key);
    if (entry !== undefined && entry.untilMs > nowMs()) entry.count += 1;
    else counts.set(key, { count: 1, untilMs: nowMs() + 60_000 });
  };
  const isGuessing = (from: string): boolean => countOf(wrong, networkOf(from)) >= wrongCodesAMinute;

  const end = (sender: string, isTurn: boolean): void => {
    const one = waiting.get(sender);
    waiting.delete(sender);
    one?.answer(isTurn);
  };
  const makeRoom = (): void => {
    if (waiting.size <= maxWaitingCodes) return;
    const byCustomer = Map.groupBy(waiting, ([, { customer }]) => customer);
    // Of customers with as many, the one that came last.
    const most = [...byCustomer.values()].reduce((longest, own) =>
      own.length >= longest.length ? own : longest,
    );
    const newest = most.at(-1);
    if (newest !== undefined) end(newest[0], false);
  };
  /** One turn in each `checkEveryMs`, as long as somebody waits. */
  const pace = (): void => {
    if (isPaced || waiting.size === 0) return;
    isPaced = true;
    startTimer(() => {
      isPaced = false;
      const [first] = waiting.keys();
      if (first !== undefined) end(first, true);
      pace();
    }, checkEveryMs);
  };
  return {
    isGuessing,
    note(from) {
      const network = networkOf(from);
      if (wrong.size >= maxNetworks && !wrong.has(network)) wrong.clear();
      add(wrong, network);
      add(ofAll, '');
    },
    async turn(from, sender) {
      if (!isGuessing(from) && countOf(ofAll, '') < wrongCodesOfAllAMinute) return true;
      if (waiting.has(sender)) return false;
      return new Promise((answer) => {
        waiting.set(sender, { customer: widerNetworkOf(networkOf(from)), answer });
        makeRoom();
        pace();
      });
    },
    gone: (sender) => end(sender, false),
  };
}
