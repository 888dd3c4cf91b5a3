/**
 * Decides which camera the hub probes next. It has no clock and no randomness of its own: the same calls give the same
 * probes.
 *
 * Each camera is due nine tenths of the interval after its last probe; the last tenth is left for waiting for a free place
 * and for the probe itself. The camera that has been due longest is probed first. A failed camera is probed again soon, then
 * less and less often, but always within the interval. After a new registry or a restart all cameras are due together: their
 * second probes are spread over the interval by a number that is computed from the camera's id.
 */

/** The limits of the probes. */
export interface ProbeLimits {
  /** Longest time between two probes of one camera, in milliseconds. */
  intervalMs: number;
  /** The largest number of probes at the same time. */
  maxRunning: number;
  /** The largest number of probes that begin within one second. */
  maxPerSecond: number;
  /**
   * The largest number of probes at the same time of cameras behind one address, such as a recorder. 0 means two, or as many as
   * this address needs so that each of its cameras is probed within the interval.
   */
  maxRunningPerHost: number;
}

export interface ScheduledCamera {
  cameraId: string;
  /** The network address of the camera; all cameras of one recorder have the same. */
  host: string;
  /** The last probe before the hub restarted. Unix milliseconds. */
  lastProbeAtMs?: number | undefined;
  isFailing?: boolean;
}

/** `refused`: the camera answered, but another probe soon would lock its account (wrong password) or change nothing (its codec). */
export type ProbeOutcome = 'seen' | 'failed' | 'refused';

const dueShare = 0.9;
const firstRetryMs = 15_000;
/** After a restart, cameras that were failing before it are probed within this time. */
const failingSpreadMs = 60_000;
/** The assumed duration of one probe, from which the limit of a host is computed when none is set. */
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

/** The schedule of all cameras. Each method receives the present time; when the time steps back, the schedule moves with it. */
export class HealthSchedule {
  readonly #limits: ProbeLimits;
  readonly #entries = new Map<string, Entry>();
  readonly #hosts = new Map<string, { cameras: number; running: number }>();
  /** When the last `maxPerSecond` probes began. */
  #starts: number[] = [];
  #running = 0;
  #lastNowMs = Number.NEGATIVE_INFINITY;

  constructor(limits: ProbeLimits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running;
  }

  /** Replaces the list of cameras. Known cameras keep their place; probes of removed cameras are forgotten. */
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

  /** The camera to probe now; its probe counts as running until `ended` is called. Undefined when no camera is due or the limits are reached. */
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

  /** A running probe has ended. Its result is reported separately by `found`. */
  ended(cameraId: string): void {
    const entry = this.#entries.get(cameraId);
    if (entry?.isRunning !== true) return;
    entry.isRunning = false;
    this.#running -= 1;
    const host = this.#hosts.get(entry.host);
    if (host !== undefined) host.running -= 1;
  }

  /** Reports what a probe or a viewer's stream found; the next probe of this camera is planned from now. */
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
      // A camera whose probe was late keeps its planned time, so that cameras which were late together spread out again.
      entry.dueAtMs =
        entry.dueAtMs < nowMs ? Math.max(entry.dueAtMs + periodMs, nowMs + periodMs / 2) : nowMs + periodMs;
    } else {
      entry.isSpread = true;
      // After a new registry the limits are used fully, so second probes wait longer for a free place than later ones.
      entry.dueAtMs = nowMs + periodMs * (0.1 + 0.75 * fractionOf(cameraId));
    }
  }

  /** Probes this camera as soon as the limits allow it, because its address has changed. */
  probeSoon(cameraId: string, nowMs: number): void {
    const entry = this.#entries.get(cameraId);
    if (entry !== undefined) entry.dueAtMs = Math.min(entry.dueAtMs, nowMs);
  }

  /** The time of the oldest last probe; undefined while some camera was never probed, or when there are no cameras. */
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
    // A last probe in the future was made before the clock was set back.
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

  /** Moves all stored times when the clock was set back. */
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

/** A number from 0 to 1 that is computed from a text (FNV-1a); the same text always gives the same number. */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  // Mixes the bits, because the last characters of the text hardly change the upper bits of FNV-1a.
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return (hash >>> 0) / 0x1_0000_0000;
}
