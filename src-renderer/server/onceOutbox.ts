import type { z } from 'zod';
import type { Ack } from '../../src-shared/protocol/define.ts';

/** What the hub says about each of some reports; one that it left out is sent again. */
export interface ReportAnswers<Refusal> {
  results: readonly { reportId: string; applied: boolean; refusal?: Refusal | undefined }[];
}

export interface OnceOutboxPorts<Report extends { reportId: string }, Refusal> {
  /** Sends some reports, in their order. */
  send(batch: readonly Report[]): Promise<Ack<ReportAnswers<Refusal>>>;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  storageKey: string;
  /** What of the kept is still a report. */
  schema: z.ZodType<Report>;
  delay(delayMs: number): Promise<void>;
  /** Whether it is of who is signed in now: what others left on this phone is kept, and neither shown nor sent. Left out: all are. */
  isMine?(report: Report): boolean;
  /** Called whenever something else of who is signed in waits than before. */
  onWaiting(waiting: readonly Report[]): void;
  /** The hub did not apply a report; `unreadable` when it could not even read it. */
  onRefused(report: Report, refusal: Refusal | 'unreadable'): void;
}

/** After a request that came to nothing. */
const againMs = 1_000;
/** As many as one request may carry. */
const reportsAtOnce = 50;

/**
 * Keeps reports until the hub has answered each, over lost networks and reloaded pages. They go in their order, each with an id by
 * which the hub applies it once however often it is sent. None is ever dropped.
 */
export class OnceOutbox<Report extends { reportId: string }, Refusal> {
  readonly #ports: OnceOutboxPorts<Report, Refusal>;
  #waiting: readonly Report[];
  #isConnected = false;
  #isSending = false;
  #isAside = false;
  /** One at a time after a request that the hub could not read, so that only what it cannot read is given up. */
  #atOnce = reportsAtOnce;

  constructor(ports: OnceOutboxPorts<Report, Refusal>) {
    this.#ports = ports;
    this.#waiting = readWaiting(ports);
  }

  /** Of who is signed in. */
  get waiting(): readonly Report[] {
    const { isMine } = this.#ports;
    return isMine === undefined ? this.#waiting : this.#waiting.filter(isMine);
  }

  /** Somebody else is signed in, or nobody. */
  ownerChanged(): void {
    this.#ports.onWaiting(this.waiting);
    void this.#send();
  }

  put(report: Report): void {
    this.#set([...this.#waiting, report]);
    void this.#send();
  }

  /** Somebody else may sign in on this phone next. */
  forgetAll(): void {
    this.#set([]);
  }

  /** Drops all that are not as wanted. */
  protected keepOnly(isWanted: (report: Report) => boolean): void {
    if (!this.#waiting.every(isWanted)) this.#set(this.#waiting.filter(isWanted));
  }

  connected(isConnected: boolean): void {
    this.#isConnected = isConnected && !this.#isAside;
    void this.#send();
  }

  /** Another page of this phone sends what is kept: this one must not write over it. */
  setAside(): void {
    this.#isAside = true;
    this.#isConnected = false;
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#isConnected && this.waiting.length > 0) {
      if (!(await this.#sendNext())) await this.#ports.delay(againMs);
    }
    this.#isSending = false;
  }

  /** Sends one request; whether it was answered. */
  async #sendNext(): Promise<boolean> {
    const batch = this.waiting.slice(0, this.#atOnce);
    const answer = await this.#ports.send(batch);
    if (this.#isAside) return false;
    if (!answer.ok) {
      if (answer.code !== 'bad_request') return false;
      // A report that the hub will never accept must not hold up those that it would accept.
      if (batch.length > 1) this.#atOnce = 1;
      else this.#answered(batch, new Map([[batch[0]?.reportId ?? '', 'unreadable']]));
      return true;
    }
    const { results } = answer.data;
    const refusals = new Map<string, Refusal | 'unreadable' | undefined>();
    for (const { reportId, applied, refusal } of results) {
      refusals.set(reportId, applied ? undefined : (refusal ?? 'unreadable'));
    }
    // What the hub left out of its answer is sent again.
    this.#answered(
      batch.filter(({ reportId }) => refusals.has(reportId)),
      refusals,
    );
    return results.length > 0;
  }

  #answered(
    batch: readonly Report[],
    refusals: ReadonlyMap<string, Refusal | 'unreadable' | undefined>,
  ): void {
    const answered = new Set(batch.map(({ reportId }) => reportId));
    this.#set(this.#waiting.filter(({ reportId }) => !answered.has(reportId)));
    if (this.waiting.length === 0) this.#atOnce = reportsAtOnce;
    for (const report of batch) {
      const refusal = refusals.get(report.reportId);
      if (refusal !== undefined) this.#ports.onRefused(report, refusal);
    }
  }

  #set(waiting: readonly Report[]): void {
    this.#waiting = waiting;
    const { storageKey } = this.#ports;
    const storage = this.#isAside ? undefined : this.#ports.storage;
    try {
      if (waiting.length === 0) storage?.removeItem(storageKey);
      else storage?.setItem(storageKey, JSON.stringify(waiting));
    } catch {
      // A full or forbidden storage: they wait in this page at least.
    }
    this.#ports.onWaiting(this.waiting);
  }
}

/** What was kept; a damaged report is left out, and those beside it are kept. */
function readWaiting<Report extends { reportId: string }>({
  storage,
  storageKey,
  schema,
}: Pick<OnceOutboxPorts<Report, never>, 'storage' | 'storageKey' | 'schema'>): readonly Report[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(storageKey) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.flatMap((one) => {
      const read = schema.safeParse(one);
      return read.success ? [read.data] : [];
    });
  } catch {
    return [];
  }
}
