import { z } from 'zod';
import {
  findingContentSchema,
  type FindingContent,
} from '../../../../src-shared/findings/findings.protocol.ts';
import type { Ack } from '../../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../../src-shared/protocol/index.ts';
import { placeSchema, squadsIdSchema } from '../../../../src-shared/squads/squads.protocol.ts';
import { ageMs, type Moment } from '../moment.ts';
import type { Place } from '../positionRate.ts';

const keptFindingSchema = z.object({
  findingId: squadsIdSchema,
  /** Who found it: another may sign in on this phone before it is sent. What an earlier version kept has none. */
  memberId: squadsIdSchema.optional(),
  orderId: squadsIdSchema,
  content: findingContentSchema,
  at: z.object({ wallMs: z.number(), runningMs: z.number(), pageId: z.string() }),
  place: placeSchema.optional(),
});
/** What a member found, and the hub has not answered yet. */
export type WaitingFinding = z.output<typeof keptFindingSchema>;

/** Why the hub did not write a finding; `unreadable` when it could not even read it. */
export type FindingRefusal =
  NonNullable<OutputOf<'findings:report'>['results'][number]['refusal']> | 'unreadable';

export interface FindingOutboxPorts {
  request(
    name: 'findings:report',
    input: InputOf<'findings:report'>,
  ): Promise<Ack<OutputOf<'findings:report'>>>;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Who is signed in; empty: nobody. */
  memberId(): string;
  moment(): Moment;
  newId(): string;
  delay(delayMs: number): Promise<void>;
  onWaiting(waiting: readonly WaitingFinding[]): void;
  /** The hub wrote it, under this number. */
  onWritten(finding: WaitingFinding, number: string): void;
  onRefused(finding: WaitingFinding, refusal: FindingRefusal): void;
}

const storageKey = 'mingchu.fieldFindings';
/** After a request that came to nothing. */
const againMs = 1_000;

/**
 * Keeps what a member found until the hub has answered each, over lost networks and reloaded pages. They go one at a time, each with
 * an id by which the hub writes it once however often it is sent. None is ever dropped: what a member who signed out has found waits
 * until that member is back.
 */
export class FindingOutbox {
  readonly #ports: FindingOutboxPorts;
  #waiting: readonly WaitingFinding[];
  #isConnected = false;
  #isSending = false;
  #isAside = false;

  constructor(ports: FindingOutboxPorts) {
    this.#ports = ports;
    this.#waiting = readWaiting(ports.storage);
  }

  /** Of who is signed in. */
  get waiting(): readonly WaitingFinding[] {
    const own = this.#ports.memberId();
    return this.#waiting.filter(({ memberId = own }) => memberId === own);
  }

  /** `findingId`: where its photographs are kept under it already. */
  add(
    orderId: string,
    content: FindingContent,
    place?: Place,
    findingId: string = this.#ports.newId(),
  ): void {
    const { moment, memberId } = this.#ports;
    const placed = place === undefined ? {} : { place };
    const own = memberId() === '' ? {} : { memberId: memberId() };
    const found = { findingId, ...own, orderId, content, at: moment(), ...placed };
    this.#set([...this.#waiting, found]);
    void this.#send();
  }

  /** Somebody else is signed in, or nobody. */
  ownerChanged(): void {
    this.#ports.onWaiting(this.waiting);
    void this.#send();
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
    for (let [next] = this.waiting; this.#isConnected && next !== undefined; [next] = this.waiting) {
      if (!(await this.#sendOne(next))) await this.#ports.delay(againMs);
    }
    this.#isSending = false;
  }

  /** Sends one; whether it was answered for good. */
  async #sendOne(finding: WaitingFinding): Promise<boolean> {
    const { findingId, orderId, content, at, place } = finding;
    const report = {
      findingId,
      orderId,
      content,
      ageMs: ageMs(at, this.#ports.moment()),
      ...(place === undefined ? {} : { place }),
    };
    const answer = await this.#ports.request('findings:report', { reports: [report] });
    if (this.#isAside) return false;
    if (!answer.ok) {
      if (answer.code !== 'bad_request') return false;
      // What the hub will never take must not stand before what it would.
      this.#answered(findingId);
      this.#ports.onRefused(finding, 'unreadable');
      return true;
    }
    const result = answer.data.results.find((one) => one.findingId === findingId);
    // There is no room for it now: it is kept and sent again.
    if (result === undefined || result.refusal === 'too_many_open') return false;
    this.#answered(findingId);
    if (result.refusal === undefined) this.#ports.onWritten(finding, result.number ?? '');
    else this.#ports.onRefused(finding, result.refusal);
    return true;
  }

  #answered(findingId: string): void {
    this.#set(this.#waiting.filter((one) => one.findingId !== findingId));
  }

  #set(waiting: readonly WaitingFinding[]): void {
    this.#waiting = waiting;
    try {
      if (waiting.length === 0) this.#ports.storage.removeItem(storageKey);
      else this.#ports.storage.setItem(storageKey, JSON.stringify(waiting));
    } catch {
      // A full or forbidden storage: they wait in this page at least.
    }
    this.#ports.onWaiting(this.waiting);
  }
}

/** What was kept; a damaged one is left out, and those beside it are kept. */
function readWaiting(storage: FindingOutboxPorts['storage']): readonly WaitingFinding[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(storageKey) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.flatMap((one) => {
      const read = keptFindingSchema.safeParse(one);
      return read.success ? [read.data] : [];
    });
  } catch {
    return [];
  }
}
