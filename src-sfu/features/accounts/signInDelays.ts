/** Who tries to sign in. */
export interface Attempt {
  /** The sign-in name as it is compared; undefined for a code of one use, which names nobody. */
  signInKey: string | undefined;
  address: string;
  /** The browser has signed in with this account before, and shows the proof of it. */
  knownDevice?: string | undefined;
}

/** What is to be done with an attempt. */
export type Admission =
  /** Judge it after this time, unless `displaced` aborts: then refuse it. `end` is called once with its outcome. */
  | { delayMs: number; displaced: AbortSignal; end(isRight: boolean): void }
  /** Refuse it: too many of the same wait already. */
  | { retryAfterMs: number };

/**
 * Slows guessing. Each wrong attempt makes the next one of the same account from the same address wait longer, and a little
 * those of the same address, of the same account, and of everybody. An attempt waits at most 20 s and is judged then: nobody is
 * ever locked out. A browser that has signed in with the account before has counts of its own, so that somebody who guesses
 * elsewhere does not delay it at all (OWASP: "Slow down online guessing attacks with device cookies"). Where more wait than there is
 * room for, the address with most of them gives way, so that one who floods the hub does not keep out others.
 */
export interface SignInDelays {
  begin(attempt: Attempt): Admission;
}

interface Limit {
  /** So many wrong attempts cost nothing. */
  free: number;
  /** The wait after the first one beyond; it doubles with each further one. */
  firstMs: number;
  longestMs: number;
  /** Attempts that may wait at one time. */
  maxWaiting: number;
}

const limits = {
  device: { free: 5, firstMs: 500, longestMs: 20_000, maxWaiting: 2 },
  pair: { free: 4, firstMs: 500, longestMs: 20_000, maxWaiting: 2 },
  address: { free: 20, firstMs: 100, longestMs: 8_000, maxWaiting: 10 },
  account: { free: 30, firstMs: 100, longestMs: 4_000, maxWaiting: 20 },
  everybody: { free: 200, firstMs: 100, longestMs: 2_000, maxWaiting: 200 },
} satisfies Record<string, Limit>;

/** Wrong attempts count half after this time. */
const halfLifeMs = 10 * 60_000;
const maxCounts = 20_000;

interface Waiting {
  from: string;
  displace(): void;
}

interface Count {
  wrong: number;
  atMs: number;
  waiting: Set<Waiting>;
}

export function createSignInDelays({ nowMs }: { nowMs(): number }): SignInDelays {
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

  return {
    begin({ signInKey, address, knownDevice }) {
      const from = networkOf(address);
      const used: [Count, Limit][] =
        signInKey !== undefined && knownDevice !== undefined
          ? [[read(`device ${knownDevice} ${signInKey}`), limits.device]]
          : [
              [read(`pair ${from} ${signInKey ?? ''}`), limits.pair],
              [read(`address ${from}`), limits.address],
              ...(signInKey === undefined
                ? []
                : [[read(`account ${signInKey}`), limits.account] satisfies [Count, Limit]]),
              [read('everybody'), limits.everybody],
            ];
      const delayMs = Math.max(...used.map(([count, limit]) => delayOf(count.wrong, limit)));
      const full = used.filter(([{ waiting }, { maxWaiting }]) => waiting.size >= maxWaiting);
      const givingWay = full.map(([count]) => whoGivesWay(count.waiting, from));
      if (givingWay.includes(undefined)) return { retryAfterMs: Math.max(1_000, delayMs) };
      for (const one of givingWay) one?.displace();

      const abort = new AbortController();
      const self: Waiting = {
        from,
        displace() {
          for (const [{ waiting }] of used) waiting.delete(self);
          abort.abort();
        },
      };
      // It counts from now on, so that many at the same time do not all see the count of before.
      for (const [count] of used) {
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
          for (const [count] of used) {
            count.waiting.delete(self);
            if (isRight) count.wrong = Math.max(0, count.wrong - 1);
          }
          const own = used[0]?.[0];
          if (isRight && own !== undefined) own.wrong = 0;
        },
      };
    },
  };
}

/** The newest attempt of the address that has most of them, if that are more than the newcomer's address would have. */
function whoGivesWay(waiting: ReadonlySet<Waiting>, newcomer: string): Waiting | undefined {
  const byAddress = new Map<string, Waiting[]>();
  for (const one of waiting) byAddress.set(one.from, [...(byAddress.get(one.from) ?? []), one]);
  const most = [...byAddress.values()].reduce<Waiting[]>(
    (longest, some) => (some.length > longest.length ? some : longest),
    [],
  );
  return most.length > (byAddress.get(newcomer)?.length ?? 0) + 1 ? most.at(-1) : undefined;
}

/** An address as it is counted: one machine can have all addresses of an IPv6 network of 64 bits (RFC 6177). */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  if (tail !== undefined)
    groups.push(...Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0'));
  return `${[...groups, ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

function delayOf(wrong: number, { free, firstMs, longestMs }: Limit): number {
  const beyond = Math.floor(wrong) - free;
  return beyond < 0 ? 0 : Math.min(longestMs, firstMs * 2 ** beyond);
}
