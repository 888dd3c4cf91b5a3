import type { MemberDuty, MemberStatus, StatusRefusal } from '../../../src-shared/squads/memberStatus.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import { ageMs, type Moment } from './moment.ts';
import type { Place } from './positionRate.ts';

export interface WaitingStatus {
  changeId: string;
  status: MemberStatus;
  at: Moment;
}

export interface WaitingPosition {
  place: Place;
  at: Moment;
}

/** The entries that a phone has not sent yet. */
export interface Waiting {
  statuses: readonly WaitingStatus[];
  positions: readonly WaitingPosition[];
}

export interface OutboxPorts {
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  moment(): Moment;
  newId(): string;
  delay(delayMs: number): Promise<void>;
  /** Called whenever the waiting entries have changed. */
  onWaiting(waiting: Waiting): void;
  onDuty(duty: MemberDuty): void;
  /** The hub did not apply a change. */
  onRefused(status: MemberStatus, refusal: StatusRefusal | undefined): void;
}

const storageKey = 'mingchu.fieldOutbox';
/** The wait after a request that failed. Milliseconds. */
const againMs = 1_000;
/** The most entries of one request. */
const statusesAtOnce = 50;
const positionsAtOnce = 100;
/** About half an hour on the move. Beyond it every second position is removed, so that the trail keeps its shape. */
const mostPositions = 400;

/**
 * Keeps status changes and positions until the hub has them, over lost networks and reloaded pages. Statuses go in their
 * order, each with an id by which the hub applies it once however often it is sent.
 */
export class Outbox {
  readonly #ports: OutboxPorts;
  #waiting: Waiting;
  #isConnected = false;
  #isSending = false;
  /** Something was added, or the connection came back, since the last attempt to send. */
  #hasNews = false;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
    this.#waiting = readWaiting(ports.storage);
  }

  get waiting(): Waiting {
    return this.#waiting;
  }

  addStatus(status: MemberStatus): void {
    const change = { changeId: this.#ports.newId(), status, at: this.#ports.moment() };
    this.#set({ ...this.#waiting, statuses: [...this.#waiting.statuses, change].slice(-statusesAtOnce) });
    void this.#send();
  }

  addPosition(place: Place): void {
    const positions = [...this.#waiting.positions, { place, at: this.#ports.moment() }];
    this.#set({ ...this.#waiting, positions: boundPositions(positions) });
    void this.#send();
  }

  /** The member stopped sharing the position, so the positions that wait are not sent either. */
  forgetPositions(): void {
    this.#set({ ...this.#waiting, positions: [] });
  }

  /** Another member may sign in on this phone next. */
  forgetAll(): void {
    this.#set({ statuses: [], positions: [] });
  }

  connected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    void this.#send();
  }

  async #send(): Promise<void> {
    this.#hasNews = true;
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#isConnected && this.#hasNews) {
      this.#hasNews = false;
      const outcome = await this.#sendNext();
      if (outcome === 'failed') await this.#ports.delay(againMs);
      if (outcome !== 'empty') this.#hasNews = true;
    }
    this.#isSending = false;
  }

  /** Sends one request. */
  async #sendNext(): Promise<'sent' | 'failed' | 'empty'> {
    const now = this.#ports.moment();
    const { statuses, positions } = this.#waiting;
    if (statuses.length > 0) return this.#sendStatuses(statuses.slice(0, statusesAtOnce), now);
    if (positions.length === 0) return 'empty';
    const batch = positions.slice(0, positionsAtOnce);
    const answer = await this.#ports.request('squads:reportPositions', {
      positions: batch.map(({ place, at }) => ({ ...place, ageMs: ageMs(at, now) })),
    });
    // An entry that the hub always refuses must not block the entries behind it.
    if (!answer.ok && answer.code !== 'bad_request') return 'failed';
    const sent = new Set(batch);
    this.#set({
      ...this.#waiting,
      positions: this.#waiting.positions.filter((position) => !sent.has(position)),
    });
    return 'sent';
  }

  async #sendStatuses(batch: readonly WaitingStatus[], now: Moment): Promise<'sent' | 'failed'> {
    const answer = await this.#ports.request('squads:reportStatuses', {
      changes: batch.map(({ changeId, status, at }) => ({ changeId, status, ageMs: ageMs(at, now) })),
    });
    if (!answer.ok && answer.code !== 'bad_request') return 'failed';
    const sent = new Set(batch.map(({ changeId }) => changeId));
    this.#set({
      ...this.#waiting,
      statuses: this.#waiting.statuses.filter(({ changeId }) => !sent.has(changeId)),
    });
    if (!answer.ok) {
      for (const { status } of batch) this.#ports.onRefused(status, undefined);
      return 'sent';
    }
    this.#ports.onDuty(answer.data.duty);
    for (const { changeId, applied, refusal } of answer.data.results) {
      const change = batch.find((candidate) => candidate.changeId === changeId);
      if (!applied && change !== undefined) this.#ports.onRefused(change.status, refusal);
    }
    return 'sent';
  }

  #set(waiting: Waiting): void {
    this.#waiting = waiting;
    try {
      const isEmpty = waiting.statuses.length === 0 && waiting.positions.length === 0;
      if (isEmpty) this.#ports.storage.removeItem(storageKey);
      else this.#ports.storage.setItem(storageKey, JSON.stringify(waiting));
    } catch {
      // The storage is full or forbidden, so the entries wait in this page only.
    }
    this.#ports.onWaiting(waiting);
  }
}

/** Removes every second position of the older half. */
function boundPositions(positions: WaitingPosition[]): WaitingPosition[] {
  if (positions.length <= mostPositions) return positions;
  const half = mostPositions / 2;
  return positions.filter((_, index) => index >= half || index % 2 === 0);
}

function readWaiting(storage: OutboxPorts['storage']): Waiting {
  try {
    const kept = JSON.parse(storage.getItem(storageKey) ?? '{}') as Partial<Waiting>;
    return {
      statuses: Array.isArray(kept.statuses) ? kept.statuses : [],
      positions: Array.isArray(kept.positions) ? kept.positions : [],
    };
  } catch {
    return { statuses: [], positions: [] };
  }
}
