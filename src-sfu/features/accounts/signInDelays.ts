import { networkOf, widerNetworkOf } from '../../base/networks.ts';

/** Who tries to sign in. */
export interface Attempt {
  /** The sign-in name as it is compared; undefined for a code of one use, which names nobody. */
  signInKey: string | undefined;
  address: string;
  /** The browser has signed in with this account before, and shows the proof of it. */
  knownDevice?: string | undefined;
  /**
   * The browser has signed in with this other account before, and shows the proof of it: it is counted by that account, not by its address.
   * Not by the browser: whoever has an account can have as many browsers as wanted.
   */
  knownFor?: string | undefined;
}

/** What is to be done with an attempt. */
export type Admission =
  /** Judge it after this time, unless `displaced` aborts: then refuse it. `end` is called once with its outcome. */
  | { delayMs: number; displaced: AbortSignal; end(isRight: boolean): void }
  /** Refuse it: too many of the same wait already. */
  | { retryAfterMs: number };

/**
 * Slows guessing, and locks nobody out. Each wrong attempt makes the next one of the same account from the same network wait longer, and
 * a little those of the same network, of the same account, and of everybody. An attempt waits at most 20 s and is judged then.
 *
 * A browser that has signed in with the account before has counts of its own, so that somebody who guesses elsewhere does not delay it
 * at all (OWASP: "Slow down online guessing attacks with device cookies"). One that has signed in with another account is counted by that
 * account as if it were a network: a guesser with an account has one of them, however many browsers it signs in with. For all others the
 * places are few enough to slow a guesser and many enough for the rightful: one network has four places at an account, and an account has
 * 400. Where more wait than there is room for:
 * - In one network nobody can be distinguished from another: whoever comes is as likely as those before to be the one who is judged
 *   when the time of the place is over, so that no timing of a guesser keeps others out.
 * - Of several networks the one with most gives way, counted first by the wider network that a provider gives to one customer; then
 *   one that was wrong before. A network cannot displace others that have as little behind them as itself.
 */
export interface SignInDelays {
  begin(attempt: Attempt): Admission;
}

interface Limit {
  /** So many wrong attempts cost nothing. */
  free: number;
  /** The wait after the first one beyond; it doubles with each further one. */
  firstMs: number;
  /** The longest wait for what was wrong before. */
  longestMs: number;
  /** Attempts that may wait at one time. */
  places: number;
  /** Beyond `free`, one attempt is judged in so long: who waits behind many waits so much longer, up to `longestWaitMs`. */
  paceMs: number;
}

/** No attempt waits longer. */
export const longestWaitMs = 20_000;

const limits = {
  device: { free: 5, firstMs: 500, longestMs: longestWaitMs, places: 2, paceMs: 0 },
  pair: { free: 4, firstMs: 500, longestMs: longestWaitMs, places: 4, paceMs: 0 },
  network: { free: 20, firstMs: 100, longestMs: 8_000, places: 10, paceMs: 0 },
  account: { free: 30, firstMs: 100, longestMs: 4_000, places: 400, paceMs: 200 },
  // Argon2 takes 45 ms of its one thread: more than 20 attempts in a second would wait there instead.
  everybody: { free: 200, firstMs: 100, longestMs: 2_000, places: 400, paceMs: 50 },
} satisfies Record<string, Limit>;

/** Wrong attempts count half after this time. */
const halfLifeMs = 10 * 60_000;
const maxCounts = 20_000;
/** A refused attempt may come again after this time: sooner than a place is judged, so that it takes part again. */
const retryAfterMs = 1_000;

interface Waiting {
  network: string;
  wider: string;
  /** From then on it is judged, and nobody takes its place. */
  dueMs: number;
  /** How many wanted this place, it included. */
  rivals: number;
  /** The wrong attempts of its network at its account. */
  record: Count;
  displace(): void;
}

interface Count {
  wrong: number;
  atMs: number;
  waiting: Set<Waiting>;
}

/** One count that an attempt belongs to. `isOwn`: all who wait in it are of one network or browser, or of browsers known for one account. */
interface Used {
  count: Count;
  limit: Limit;
  isOwn: boolean;
}

export function createSignInDelays({
  nowMs,
  random = Math.random,
}: {
  nowMs(): number;
  /** From 0 to below 1. */
  random?: () => number;
}): SignInDelays {
  const counts = new Map<string, Count>();

  const read = (key: string): Count => {
    const present = counts.get(key);
    const now = nowMs();
    const count = present ?? { wrong: 0, atMs: now, waiting: new Set() };
    count.wrong *= 0.5 ** (Math.max(0, now - count.atMs) / halfLifeMs);
    count.atMs = now;
    // The newest last, so that the oldest goes first when there are too many.
    counts.delete(key);
    counts.set(key, count);
    if (counts.size > maxCounts) {
      for (const [old, { waiting }] of counts) {
        if (waiting.size > 0) continue;
        counts.delete(old);
        break;
      }
    }
    return count;
  };
  const own = (key: string, limit: Limit): Used => ({ count: read(key), limit, isOwn: true });
  const shared = (key: string, limit: Limit): Used => ({ count: read(key), limit, isOwn: false });

  return {
    begin({ signInKey, address, knownDevice, knownFor }) {
      const network = knownFor === undefined ? networkOf(address) : `account ${knownFor}`;
      const used =
        signInKey !== undefined && knownDevice !== undefined
          ? [own(`device ${knownDevice} ${signInKey}`, limits.device)]
          : [
              own(`pair ${network} ${signInKey ?? ''}`, limits.pair),
              own(`network ${network}`, limits.network),
              ...(signInKey === undefined ? [] : [shared(`account ${signInKey}`, limits.account)]),
              shared('everybody', limits.everybody),
            ];
      const record = used[0]?.count ?? read('nobody');
      const now = nowMs();
      let delayMs = Math.max(...used.map(delayOf));

      const leaving: Waiting[] = [];
      let inherited: Waiting | undefined;
      for (const { count, limit, isOwn } of used) {
        const left = [...count.waiting].filter((one) => !leaving.includes(one));
        if (left.length < limit.places) continue;
        const contested = left.filter(({ dueMs }) => dueMs > now);
        if (!isOwn) {
          const givesWay = whoGivesWay(left, contested, { network, wider: widerNetworkOf(network), record });
          if (givesWay === undefined) return { retryAfterMs: Math.max(retryAfterMs, delayMs) };
          leaving.push(givesWay);
          continue;
        }
        const place = contested[Math.floor(random() * contested.length)];
        if (place === undefined) return { retryAfterMs };
        place.rivals += 1;
        if (random() * place.rivals >= 1) return { retryAfterMs };
        leaving.push(place);
        // The place keeps its time: otherwise whoever comes often would keep it from ever being judged.
        inherited ??= place;
      }
      for (const one of leaving) one.displace();
      if (inherited !== undefined) {
        const leftMs = inherited.dueMs - now;
        // The time of another account's place says nothing of this one: its own wrong attempts are waited for as well.
        delayMs = inherited.record === record ? leftMs : Math.max(leftMs, delayMs);
      }

      const abort = new AbortController();
      const self: Waiting = {
        network,
        wider: widerNetworkOf(network),
        dueMs: now + delayMs,
        rivals: inherited?.rivals ?? 1,
        record,
        displace() {
          for (const { count } of used) count.waiting.delete(self);
          abort.abort();
        },
      };
      // It counts from now on, so that many at the same time do not all see the count of before.
      for (const { count } of used) {
        count.waiting.add(self);
        count.wrong += 1;
      }
      let isOver = false;
      return {
        delayMs,
        displaced: abort.signal,
        end(isRight) {
          if (isOver) return;
          isOver = true;
          for (const { count } of used) {
            count.waiting.delete(self);
            if (isRight) count.wrong = Math.max(0, count.wrong - 1);
          }
          if (isRight) record.wrong = 0;
        },
      };
    },
  };
}

/**
 * Of several networks: the newest that still waits of the widest network with most, if that are more than the newcomer's would have; if all
 * have as many, one that was wrong before, where the newcomer was less often.
 */
function whoGivesWay(
  waiting: readonly Waiting[],
  contested: readonly Waiting[],
  newcomer: Pick<Waiting, 'network' | 'wider' | 'record'>,
): Waiting | undefined {
  const byWider = Map.groupBy(waiting, ({ wider }) => wider);
  const most = longestOf(byWider);
  if (most.length > (byWider.get(newcomer.wider)?.length ?? 0) + 1) {
    const contestedOfMost = contested.filter(({ wider }) => wider === most[0]?.wider);
    return longestOf(Map.groupBy(contestedOfMost, ({ network }) => network)).at(-1);
  }
  return contested
    .filter(({ record }) => record.wrong > newcomer.record.wrong + 1)
    .reduce<Waiting | undefined>(
      (worst, one) => (worst === undefined || one.record.wrong > worst.record.wrong ? one : worst),
      undefined,
    );
}

function longestOf(groups: ReadonlyMap<string, Waiting[]>): Waiting[] {
  return [...groups.values()].reduce((longest, some) => (some.length > longest.length ? some : longest), []);
}

function delayOf({ count, limit }: Used): number {
  const beyond = Math.floor(count.wrong) - limit.free;
  if (beyond < 0) return 0;
  const forWrong = Math.min(limit.longestMs, limit.firstMs * 2 ** beyond);
  return Math.max(forWrong, Math.min(longestWaitMs, limit.paceMs * count.waiting.size));
}
