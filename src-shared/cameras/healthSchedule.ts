/**
 * Which camera the hub probes next. Deterministic: no clock and no randomness of its own, the same calls give the same
 * probes.
 *
 * Each camera is due nine tenths of the interval after its last probe, so that the last tenth is left for waiting in line
 * and for the probe itself; the one that is due longest goes first. A failed one is due again soon, then less and less
 * soon, but always within the interval. What comes all at once, a new registry or a restart, is spread over the interval
 * from its second probe on by a number made from the camera's id.
 */

/** What the probes may cost. */
export interface ProbeLimits {
  /** Every camera is probed at least so often. */
  intervalMs: number;
  /** Probes at the same time. */
  maxRunning: number;
  /** Probes begun within any second. */
  maxPerSecond: number;
  /**
   * Probes at the same time at cameras behind one address, a recorder's for example. 0 takes two, or as many as that
   * address needs for all its cameras to have their turn.
   */
  maxRunningPerHost: number;
}

export interface ScheduledCamera {
  cameraId: string;
  /** The address it is reached at; cameras of one recorder share it. */
  host: string;
  /** From before a restart. */
  lastProbeAtMs?: number | undefined;
  isFailing?: boolean;
}

/** `refused`: it was reached, but asking again soon would do harm (a wrong password) or be of no use (its codec). */
export type ProbeOutcome = 'seen' | 'failed' | 'refused';

const dueShare = 0.9;
const firstRetryMs = 15_000;
/** After a restart, cameras known to be out of order are tried within this time. */
const failingSpreadMs = 60_000;
/** Reckoned for one probe where nothing is set for a host. */
const usualProbeMs = 3_000;
const leastPerHost = 2;

interface Entry {
  cameraId: string;
  host: string;
  dueAtMs: number;
  lastProbeAtMs: number | undefined;
  failures: number;
  isRunning: boolean;
  isSpread: boolean;
}

/** The schedule of all cameras. Each method takes the present time; one that steps back is followed. */
export class HealthSchedule {
  readonly #limits: ProbeLimits;
  readonly #entries = new Map<string, Entry>();
  readonly #hosts = new Map<string, { cameras: number; running: number }>();
  /** When the last probes began, as many as may within a second. */
  #starts: number[] = [];
  #running = 0;
  #lastNowMs = Number.NEGATIVE_INFINITY;

  constructor(limits: ProbeLimits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running;
  }

  /** The cameras there are now. Known ones keep their turn; probes those that went away are forgotten. */
  setCameras(cameras: readonly ScheduledCamera[], nowMs: number): void {
    this.#followClock(nowMs);
    const before = new Map(this.#entries);
    this.#entries.clear();
    this.#hosts.clear();
    this.#running = 0;
    for (const camera of cameras) {
      const known = before.get(camera.cameraId);
      const entry = known ?? this.#newEntry(camera, nowMs);
      entry.host = camera.host;
      this.#entries.set(camera.cameraId, entry);
      const host = this.#hosts.get(camera.host) ?? { cameras: 0, running: 0 };
      host.cameras += 1;
      if (entry.isRunning) {
        host.running += 1;
        this.#running += 1;
      }
      this.#hosts.set(camera.host, host);
    }
  }

  /** The camera to probe now; its probe counts as running until `ended`. Undefined when none is due or may begin. */
  next(nowMs: number): string | undefined {
    this.#followClock(nowMs);
    const { maxRunning, maxPerSecond } = this.#limits;
    if (this.#running >= maxRunning) return undefined;
    const earliest = this.#starts[this.#starts.length - maxPerSecond];
    if (earliest !== undefined && nowMs - earliest < 1_000) return undefined;
    let chosen: Entry | undefined;
    for (const entry of this.#entries.values()) {
      if (entry.isRunning || entry.dueAtMs > nowMs) continue;
      if (chosen !== undefined && entry.dueAtMs >= chosen.dueAtMs) continue;
      if (this.#isHostBusy(entry.host)) continue;
      chosen = entry;
    }
    if (chosen === undefined) return undefined;
    chosen.isRunning = true;
    this.#running += 1;
    const host = this.#hosts.get(chosen.host);
    if (host !== undefined) host.running += 1;
    this.#starts.push(nowMs);
    if (this.#starts.length > maxPerSecond) this.#starts.shift();
    return chosen.cameraId;
  }

  /** A running probe is over; it says nothing of the camera unless `found` is called as well. */
  ended(cameraId: string): void {
    const entry = this.#entries.get(cameraId);
    if (entry?.isRunning !== true) return;
    entry.isRunning = false;
    this.#running -= 1;
    const host = this.#hosts.get(entry.host);
    if (host !== undefined) host.running -= 1;
  }

  /** A camera was seen, or was not, by a probe or because somebody watches: its next probe is reckoned from now. */
  found(cameraId: string, outcome: ProbeOutcome, nowMs: number): void {
    this.#followClock(nowMs);
    const entry = this.#entries.get(cameraId);
    if (entry === undefined) return;
    const periodMs = this.#periodMs;
    entry.lastProbeAtMs = nowMs;
    entry.failures = outcome === 'failed' ? entry.failures + 1 : 0;
    if (outcome === 'failed') {
      entry.dueAtMs = nowMs + Math.min(periodMs, firstRetryMs * 2 ** Math.min(entry.failures - 1, 10));
    } else if (entry.isSpread) {
      // One that had to wait keeps its place in the round: a crowd must not stay together for ever.
      entry.dueAtMs =
        entry.dueAtMs < nowMs ? Math.max(entry.dueAtMs + periodMs, nowMs + periodMs / 2) : nowMs + periodMs;
    } else {
      entry.isSpread = true;
      // A new registry keeps the limits busy: its second probes have to stand in line for longer than later ones.
      entry.dueAtMs = nowMs + periodMs * (0.1 + 0.75 * fractionOf(cameraId));
    }
  }

  /** Asks for a probe the next opportunity: the camera's address changed. */
  probeSoon(cameraId: string, nowMs: number): void {
    const entry = this.#entries.get(cameraId);
    if (entry !== undefined) entry.dueAtMs = Math.min(entry.dueAtMs, nowMs);
  }

  /** The age of the oldest last probe; undefined while a camera was never probed, or when there is none. */
  oldestProbeAtMs(): number | undefined {
    let oldest: number | undefined;
    for (const { lastProbeAtMs } of this.#entries.values()) {
      if (lastProbeAtMs === undefined) return undefined;
      if (oldest === undefined || lastProbeAtMs < oldest) oldest = lastProbeAtMs;
    }
    return oldest;
  }

  get #periodMs(): number {
    return this.#limits.intervalMs * dueShare;
  }

  #newEntry({ cameraId, host, lastProbeAtMs, isFailing = false }: ScheduledCamera, nowMs: number): Entry {
    const entry: Entry = {
      cameraId,
      host,
      dueAtMs: nowMs,
      lastProbeAtMs,
      failures: 0,
      isRunning: false,
      isSpread: lastProbeAtMs !== undefined,
    };
    if (lastProbeAtMs === undefined) return entry;
    // A last probe in the future is one of before the clock was set.
    const dueAtMs = Math.min(lastProbeAtMs, nowMs) + this.#periodMs;
    const spreadMs = isFailing ? Math.min(failingSpreadMs, this.#periodMs) : this.#periodMs;
    entry.dueAtMs = dueAtMs > nowMs && !isFailing ? dueAtMs : nowMs + spreadMs * fractionOf(cameraId);
    return entry;
  }

  #isHostBusy(name: string): boolean {
    const host = this.#hosts.get(name);
    if (host === undefined) return false;
    const set = this.#limits.maxRunningPerHost;
    const limit =
      set > 0 ? set : Math.max(leastPerHost, Math.ceil((host.cameras * usualProbeMs) / this.#periodMs));
    return host.running >= limit;
  }

  /** When the clock was set back, everything kept moves with it. */
  #followClock(nowMs: number): void {
    const stepMs = nowMs - this.#lastNowMs;
    this.#lastNowMs = nowMs;
    if (stepMs >= 0) return;
    this.#starts = this.#starts.map((atMs) => atMs + stepMs);
    for (const entry of this.#entries.values()) {
      entry.dueAtMs += stepMs;
      if (entry.lastProbeAtMs !== undefined) entry.lastProbeAtMs += stepMs;
    }
  }
}

/** 0…1 made from a text (FNV-1a), the same for the same text. */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  // The last characters would hardly reach the upper bits otherwise.
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return (hash >>> 0) / 0x1_0000_0000;
}
