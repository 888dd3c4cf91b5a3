import { networkOf } from '../../base/networks.ts';

/** So many in a time. Milliseconds. */
interface Limit {
  count: number;
  spanMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * Reports that are taken. Behind one address may be a household, and many phones of a mobile network: someone who is refused reads when
 * to try again and whom to call.
 */
export const reportLimits = {
  /** Forms of one address that are read, wrong ones too. */
  forms: { count: 20, spanMs: 10 * minuteMs },
  ofAddress: { count: 5, spanMs: 10 * minuteMs },
  ofAddressInDay: { count: 30, spanMs: 24 * hourMs },
  ofSite: { count: 30, spanMs: hourMs },
  inAll: { count: 300, spanMs: hourMs },
} as const satisfies Record<string, Limit>;

/** Addresses and sites that are counted at one time; the one that was first seen longest ago makes room. */
const maxCounted = 20_000;

export type OverLimit = {
  problem: 'too_many_from_here' | 'too_many_of_site' | 'too_many';
  retryAfterSeconds: number;
};

/** Counts reports by address, by site and in all. */
export interface CitizenLimits {
  /** Counts a form that is about to be read; undefined when it may be. */
  form(address: string): OverLimit | undefined;
  /** Whether a report would be too many; nothing is counted. */
  check(address: string, siteId: string): OverLimit | undefined;
  /** Counts a report, unless it is one too many. */
  take(address: string, siteId: string): OverLimit | undefined;
}

export function createCitizenLimits(nowMs: () => number): CitizenLimits {
  const forms = createCounter(reportLimits.forms, nowMs);
  const addresses = createCounter(reportLimits.ofAddress, nowMs);
  const addressDays = createCounter(reportLimits.ofAddressInDay, nowMs);
  const sites = createCounter(reportLimits.ofSite, nowMs);
  const all = createCounter(reportLimits.inAll, nowMs);
  const over = (problem: OverLimit['problem'], waitMs: number): OverLimit | undefined =>
    waitMs === 0 ? undefined : { problem, retryAfterSeconds: Math.ceil(waitMs / 1_000) };
  const check: CitizenLimits['check'] = (address, siteId) => {
    const from = networkOf(address);
    return (
      over('too_many_from_here', Math.max(addresses.waitMs(from), addressDays.waitMs(from))) ??
      over('too_many_of_site', sites.waitMs(siteId)) ??
      over('too_many', all.waitMs(''))
    );
  };
  return {
    form(address) {
      const from = networkOf(address);
      const refused = over('too_many_from_here', forms.waitMs(from));
      if (refused === undefined) forms.count(from);
      return refused;
    },
    check,
    take(address, siteId) {
      const refused = check(address, siteId);
      if (refused !== undefined) return refused;
      const from = networkOf(address);
      addresses.count(from);
      addressDays.count(from);
      sites.count(siteId);
      all.count('');
      return undefined;
    },
  };
}

/** Counts by key, each from its first count on for the span of the limit. */
function createCounter({ count: most, spanMs }: Limit, nowMs: () => number) {
  const entries = new Map<string, { count: number; untilMs: number }>();
  const current = (key: string): { count: number; untilMs: number } | undefined => {
    const entry = entries.get(key);
    if (entry === undefined || entry.untilMs > nowMs()) return entry;
    entries.delete(key);
    return undefined;
  };
  return {
    /** How long until one more is within the limit; 0: it is now. */
    waitMs(key: string): number {
      const entry = current(key);
      return entry === undefined || entry.count < most ? 0 : entry.untilMs - nowMs();
    },
    count(key: string): void {
      const entry = current(key);
      if (entry !== undefined) {
        entry.count += 1;
        return;
      }
      const [first] = entries.keys();
      if (entries.size >= maxCounted && first !== undefined) entries.delete(first);
      entries.set(key, { count: 1, untilMs: nowMs() + spanMs });
    },
  };
}
