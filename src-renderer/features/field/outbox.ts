import { z } from 'zod';
import {
  memberStatuses,
  type MemberDuty,
  type MemberStatus,
  type StatusRefusal,
} from '../../../src-shared/squads/memberStatus.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import { placeSchema, squadsIdSchema } from '../../../src-shared/squads/squads.protocol.ts';
import { OnceOutbox } from '../../server/onceOutbox.ts';
import { ageMs, type Moment } from './moment.ts';
import type { Place } from './positionRate.ts';

const momentSchema = z.object({ wallMs: z.number(), runningMs: z.number(), pageId: z.string() });
const waitingStatusSchema = z.object({
  /** The change's id, by which the hub applies it once. */
  reportId: squadsIdSchema,
  /** Whose it is: another may sign in on this phone before it is sent. What an earlier version kept has none. */
  memberId: squadsIdSchema.optional(),
  status: z.enum(memberStatuses),
  at: momentSchema,
});
export type WaitingStatus = z.output<typeof waitingStatusSchema>;
const waitingPositionSchema = z.object({ place: placeSchema, at: momentSchema });
export type WaitingPosition = z.output<typeof waitingPositionSchema>;

/** The entries that a phone has not sent yet. */
export interface Waiting {
  statuses: readonly WaitingStatus[];
  positions: readonly WaitingPosition[];
}

export interface OutboxPorts {
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Who is signed in; empty: nobody, or not known yet. */
  memberId(): string;
  moment(): Moment;
  newId(): string;
  delay(delayMs: number): Promise<void>;
  /** Called whenever the waiting entries have changed. */
  onWaiting(waiting: Waiting): void;
  onDuty(duty: MemberDuty): void;
  /** The hub did not apply a change; without a refusal when it could not read it. */
  onRefused(status: MemberStatus, refusal: StatusRefusal | undefined): void;
}

const positionsKey = 'mingchu.fieldOutbox';
const statusesKey = 'mingchu.fieldStatuses';
/** The wait after a request that failed. Milliseconds. */
const againMs = 1_000;
/** The most positions of one request. */
const mostAtOnce = 100;
/** About half an hour on the move. Beyond it every second position is removed, so that the trail keeps its shape. */
const mostPositions = 400;

/**
 * Keeps status changes and positions until the hub has them, over lost networks and reloaded pages. Statuses go in their
 * order, each with an id by which the hub applies it once however often it is sent; none is ever dropped: those of a member who signed out
 * wait until that member is back.
 */
export class Outbox {
  readonly #ports: OutboxPorts;
  readonly #statuses: OnceOutbox<WaitingStatus, StatusRefusal>;
  #positions: readonly WaitingPosition[];
  #isConnected = false;
  #isSending = false;
  #isAside = false;
  /** Fewer after a request that the hub could not read, so that only the position that it cannot read is given up. */
  #atOnce = mostAtOnce;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
    const kept = readKept(ports.storage);
    this.#positions = kept.positions;
    this.#statuses = createStatusOutbox(ports, () => this.#changed());
    // A version before kept both under one name.
    for (const status of kept.statuses) this.#statuses.put(status);
    if (kept.statuses.length > 0) this.#set(kept.positions);
  }

  get waiting(): Waiting {
    return { statuses: this.#statuses.waiting, positions: this.#positions };
  }

  addStatus(status: MemberStatus): void {
    const memberId = this.#ports.memberId();
    this.#statuses.put({
      reportId: this.#ports.newId(),
      ...(memberId === '' ? {} : { memberId }),
      status,
      at: this.#ports.moment(),
    });
  }

  addPosition(place: Place): void {
    this.#set(boundPositions([...this.#positions, { place, at: this.#ports.moment() }]));
    void this.#send();
  }

  /** The member stopped sharing the position or signed out, so the positions that wait are not sent either. */
  forgetPositions(): void {
    this.#set([]);
  }

  /** Somebody else is signed in, or nobody. */
  ownerChanged(): void {
    this.#statuses.ownerChanged();
  }

  connected(isConnected: boolean): void {
    this.#statuses.connected(isConnected);
    this.#isConnected = isConnected && !this.#isAside;
    void this.#send();
  }

  /** Another page of this phone sends the waiting entries: this page must not write over them. */
  setAside(): void {
    this.#statuses.setAside();
    this.#isAside = true;
    this.#isConnected = false;
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#isConnected && this.#positions.length > 0) {
      if (!(await this.#sendNext())) await this.#ports.delay(againMs);
    }
    this.#isSending = false;
  }

  /** Sends one request; whether it was answered. */
  async #sendNext(): Promise<boolean> {
    const now = this.#ports.moment();
    const batch = this.#positions.slice(0, this.#atOnce);
    const answer = await this.#ports.request('squads:reportPositions', {
      positions: batch.map(({ place, at }) => ({ ...place, ageMs: ageMs(at, now) })),
    });
    if (this.#isAside || (!answer.ok && answer.code !== 'bad_request')) return false;
    if (!answer.ok && batch.length > 1) {
      this.#atOnce = Math.ceil(batch.length / 2);
      return true;
    }
    this.#atOnce = mostAtOnce;
    const sent = new Set(batch);
    this.#set(this.#positions.filter((position) => !sent.has(position)));
    return true;
  }

  #set(positions: readonly WaitingPosition[]): void {
    this.#positions = positions;
    this.#changed();
    if (this.#isAside) return;
    try {
      if (positions.length === 0) this.#ports.storage.removeItem(positionsKey);
      else this.#ports.storage.setItem(positionsKey, JSON.stringify({ positions }));
    } catch {
      // The storage is full or forbidden, so the positions wait in this page only.
    }
  }

  #changed(): void {
    this.#ports.onWaiting(this.waiting);
  }
}

function createStatusOutbox(
  { request, storage, memberId, moment, delay, onDuty, onRefused }: OutboxPorts,
  onWaiting: () => void,
): OnceOutbox<WaitingStatus, StatusRefusal> {
  return new OnceOutbox({
    ...{ storage, delay, onWaiting },
    storageKey: statusesKey,
    schema: waitingStatusSchema,
    // Before it is known who is signed in, nobody's are sent: a status would count for whoever is.
    isMine: (one) => memberId() !== '' && (one.memberId ?? memberId()) === memberId(),
    async send(batch) {
      const now = moment();
      const answer = await request('squads:reportStatuses', {
        changes: batch.map(({ reportId, status, at }) => ({
          changeId: reportId,
          status,
          ageMs: ageMs(at, now),
        })),
      });
      if (!answer.ok) return answer;
      onDuty(answer.data.duty);
      const results = answer.data.results.map(({ changeId, ...result }) => ({
        reportId: changeId,
        ...result,
      }));
      return { ok: true, data: { results } };
    },
    onRefused: ({ status }, refusal) => onRefused(status, refusal === 'unreadable' ? undefined : refusal),
  });
}

/** Removes every second position of the older half. */
function boundPositions(positions: WaitingPosition[]): WaitingPosition[] {
  if (positions.length <= mostPositions) return positions;
  const half = mostPositions / 2;
  return positions.filter((_, index) => index >= half || index % 2 === 0);
}

const keptSchema = z.object({
  statuses: z.array(z.unknown()).catch([]),
  positions: z.array(z.unknown()).catch([]),
});
/** A status as a version before kept it. */
const formerStatusSchema = z
  .object({ changeId: squadsIdSchema, status: z.enum(memberStatuses), at: momentSchema })
  .transform(({ changeId, ...status }) => ({ reportId: changeId, ...status }));

/** The entries that were kept; a damaged entry is left out, and those beside it are kept. */
function readKept(storage: OutboxPorts['storage']): Waiting {
  try {
    const kept = keptSchema.parse(JSON.parse(storage.getItem(positionsKey) ?? '{}'));
    return {
      statuses: readableOf(kept.statuses, formerStatusSchema),
      positions: readableOf(kept.positions, waitingPositionSchema),
    };
  } catch {
    return { statuses: [], positions: [] };
  }
}

function readableOf<Entry>(kept: readonly unknown[], schema: z.ZodType<Entry>): readonly Entry[] {
  return kept.flatMap((entry) => {
    const read = schema.safeParse(entry);
    return read.success ? [read.data] : [];
  });
}
