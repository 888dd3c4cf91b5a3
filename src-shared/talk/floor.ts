/**
 * The floor machine (domain.md, 3GPP TS 24.380): who may speak in one talk group. Run by the hub alone. Pure: the clock
 * comes in with each event, messages come out, and deadlines that have passed are handled before the event.
 * Late, repeated and reordered messages do no harm: every press has a number and every grant an epoch, and both only grow.
 */
import {
  type FloorEvent,
  type FloorLimits,
  type FloorMessage,
  type FloorPriority,
  type FloorRefusal,
  type FloorState,
  type FloorTransition,
  type FloorWaiter,
  type RevokeCause,
  floorLimits,
} from './floorState.ts';

const rank: Record<FloorPriority, number> = { normal: 0, lead: 1, override: 2, emergency: 3 };

/** A floor nobody has; `epoch` is the last one ever granted in the group. */
export function newFloor(epoch = 0): FloorState {
  return { epoch, queue: [], present: {} };
}

/** 3GPP's name of what the floor does. */
export function floorPhase({ holder }: FloorState): 'idle' | 'taken' | 'pending_revoke' {
  if (holder === undefined) return 'idle';
  return holder.revoked === undefined ? 'taken' : 'pending_revoke';
}

/** When something happens by itself next. */
export function nextFloorDeadline(
  { holder }: FloorState,
  limits: FloorLimits = floorLimits,
): number | undefined {
  if (holder === undefined) return undefined;
  if (holder.revoked !== undefined) return holder.revoked.untilMs;
  const warnAtMs =
    holder.isWarned || holder.priority === 'emergency' ? Infinity : holder.endsAtMs - limits.warningMs;
  return Math.min(holder.endsAtMs, warnAtMs, holder.keyUpByMs ?? Infinity);
}

/** The next state. Deadlines that passed come first, in their order. */
export function transitionFloor(
  before: FloorState,
  event: FloorEvent,
  nowMs: number,
  limits: FloorLimits = floorLimits,
): FloorTransition {
  const floor = new Floor(before, nowMs, limits);
  if (event.type === 'stoodStill') floor.stoodStill(event.forMs);
  floor.passDeadlines();
  const reason = floor.take(event);
  const { state, messages } = floor;
  return reason === undefined ? { ok: true, state, messages } : { ok: false, reason, state, messages };
}

/** One step's work on a copy. */
class Floor {
  readonly state: FloorState;
  readonly messages: FloorMessage[] = [];
  readonly #nowMs: number;
  readonly #limits: FloorLimits;

  constructor(before: FloorState, nowMs: number, limits: FloorLimits) {
    this.state = { ...before, queue: [...before.queue], present: { ...before.present } };
    this.#nowMs = nowMs;
    this.#limits = limits;
  }

  /** A talker who must key up first is given that time once more. */
  stoodStill(forMs: number): void {
    const { holder } = this.state;
    if (holder?.keyUpByMs === undefined) return;
    this.state.holder = { ...holder, keyUpByMs: holder.keyUpByMs + Math.max(0, forMs) };
  }

  passDeadlines(): void {
    for (;;) {
      const { holder } = this.state;
      if (holder === undefined) return;
      const dueMs = nextFloorDeadline(this.state, this.#limits);
      if (dueMs === undefined || dueMs > this.#nowMs) return;
      if (holder.revoked !== undefined) this.#end(holder.revoked.cause);
      else if (holder.keyUpByMs !== undefined && holder.keyUpByMs <= this.#nowMs)
        this.#revoke('not_keyed', 0);
      else if (holder.endsAtMs <= this.#nowMs) {
        this.#revoke('limit', holder.priority === 'emergency' ? 0 : this.#limits.graceMs);
      } else {
        this.state.holder = { ...holder, isWarned: true };
        this.messages.push({ type: 'warned', holder: this.state.holder });
      }
    }
  }

  take(event: FloorEvent): FloorRefusal | undefined {
    const { state } = this;
    switch (event.type) {
      case 'deadlineReached':
      case 'stoodStill':
        return undefined;
      case 'joined':
        if (isPresent(state, event.participantId)) return 'already';
        state.present[event.participantId] = 0;
        return undefined;
      case 'left':
        return this.#leave(event.participantId);
      case 'requested':
        return this.#request(event);
      case 'released':
        return this.#release(event.participantId, event.press);
      case 'keyed': {
        const { holder } = state;
        if (holder?.epoch !== event.epoch || holder.participantId !== event.participantId) return 'old_epoch';
        const { keyUpByMs: _done, ...keyed } = holder;
        state.holder = keyed;
        return undefined;
      }
      case 'revoked':
        if (state.holder?.epoch !== event.epoch) return 'old_epoch';
        if (state.holder.revoked !== undefined) return 'already';
        this.#revoke(event.cause, this.#limits.graceMs);
        return undefined;
      case 'lost':
        if (state.holder?.epoch !== event.epoch) return 'old_epoch';
        this.#revoke('lost', 0);
        return undefined;
      case 'removed':
        if (state.holder?.epoch !== event.epoch) return 'old_epoch';
        this.#revoke('group_left', 0);
        return undefined;
    }
  }

  #request(event: Extract<FloorEvent, { type: 'requested' }>): FloorRefusal | undefined {
    const { state } = this;
    const { participantId, press, priority } = event;
    const deny = (cause: 'queue_full' | 'old_press' | 'not_in_group'): FloorRefusal => {
      this.messages.push({ type: 'denied', participantId, press, cause });
      return cause;
    };
    if (!isPresent(state, participantId)) return deny('not_in_group');
    if (press <= (state.present[participantId] ?? 0)) return deny('old_press');
    const known = this.#pressOf(participantId);
    if (known === press) return 'already';
    if (known !== undefined && known > press) return deny('old_press');
    const waiter: FloorWaiter = { participantId, press, priority };
    const wasHolding = state.holder?.participantId === participantId;
    // A newer press says that the older one is over, whose release was lost; SOS goes on without a pause.
    const raises = wasHolding && event.preempts && rank[priority] > rank[state.holder?.priority ?? 'normal'];
    if (raises) this.#insert(waiter);
    if (known !== undefined) this.#finish(participantId, press - 1);
    if (raises) return undefined;
    const { holder } = state;
    const isFull = state.queue.length >= this.#limits.maxQueue && priority !== 'emergency';
    if (holder !== undefined && isFull) {
      state.present[participantId] = press;
      return deny('queue_full');
    }
    this.#insert(waiter);
    if (holder === undefined) this.#grantNext(participantId);
    else if (event.preempts && rank[priority] > rank[holder.priority]) {
      if (priority === 'emergency') this.#revoke('emergency', 0, participantId);
      else if (holder.revoked === undefined) this.#revoke('overridden', this.#limits.graceMs);
      this.#tellQueue();
    } else this.#tellQueue();
    return undefined;
  }

  #release(participantId: string, press: number): FloorRefusal | undefined {
    if (!isPresent(this.state, participantId)) return 'not_in_group';
    if (press <= (this.state.present[participantId] ?? 0)) return 'already';
    this.#finish(participantId, press);
    return undefined;
  }

  #leave(participantId: string): FloorRefusal | undefined {
    const { state } = this;
    if (!isPresent(state, participantId)) return 'not_in_group';
    const { [participantId]: _gone, ...present } = state.present;
    state.present = present;
    if (this.#unqueue(participantId, Infinity)) this.#tellQueue();
    if (state.holder?.participantId === participantId) this.#end('lost');
    return undefined;
  }

  /** Every press up to this one is over: the floor that it held or waited for is released. */
  #finish(participantId: string, press: number): void {
    const { state } = this;
    state.present[participantId] = Math.max(press, state.present[participantId] ?? 0);
    if (this.#unqueue(participantId, press)) this.#tellQueue();
    const { holder } = state;
    if (holder?.participantId === participantId && holder.press <= press) this.#end('released');
  }

  #revoke(cause: RevokeCause, graceMs: number, next?: string): void {
    const { holder } = this.state;
    if (holder === undefined) return;
    // A limit that passed while nobody looked counts from when it was reached.
    const fromMs = cause === 'limit' ? holder.endsAtMs : this.#nowMs;
    const revoked = { cause, untilMs: fromMs + graceMs };
    this.state.holder = { ...holder, revoked };
    this.messages.push({ type: 'revoked', holder: this.state.holder, ...revoked });
    if (graceMs === 0) this.#end(cause, next);
  }

  #end(cause: RevokeCause | 'released', next?: string): void {
    const { state } = this;
    const { holder } = state;
    if (holder === undefined) return;
    delete state.holder;
    if (isPresent(state, holder.participantId)) {
      const over = state.present[holder.participantId] ?? 0;
      state.present[holder.participantId] = Math.max(over, holder.press);
    }
    this.messages.push({ type: 'ended', holder, cause });
    this.#grantNext(next);
  }

  /** `expected` has its key down at this very moment; others may have released theirs unnoticed. */
  #grantNext(expected?: string): void {
    const { state } = this;
    const waiter = state.queue.shift();
    if (waiter === undefined) {
      this.messages.push({ type: 'idle', epoch: state.epoch });
      return;
    }
    state.epoch += 1;
    const isEmergency = waiter.priority === 'emergency';
    const lastsMs = isEmergency ? this.#limits.emergencyMs : this.#limits.talkMs;
    const isDown = isEmergency || waiter.participantId === expected;
    state.holder = {
      ...waiter,
      epoch: state.epoch,
      grantedAtMs: this.#nowMs,
      endsAtMs: this.#nowMs + lastsMs,
      isWarned: false,
      ...(isDown ? {} : { keyUpByMs: this.#nowMs + this.#limits.keyUpMs }),
    };
    this.messages.push({ type: 'granted', holder: state.holder }, { type: 'taken', holder: state.holder });
    this.#tellQueue();
  }

  #insert(waiter: FloorWaiter): void {
    const { queue } = this.state;
    const later = queue.findIndex(({ priority }) => rank[priority] < rank[waiter.priority]);
    queue.splice(later === -1 ? queue.length : later, 0, waiter);
  }

  #unqueue(participantId: string, press: number): boolean {
    const { state } = this;
    const size = state.queue.length;
    state.queue = state.queue.filter(
      (waiter) => waiter.participantId !== participantId || waiter.press > press,
    );
    return state.queue.length < size;
  }

  #pressOf(participantId: string): number | undefined {
    const { holder, queue } = this.state;
    if (holder?.participantId === participantId) return holder.press;
    return queue.find((waiter) => waiter.participantId === participantId)?.press;
  }

  #tellQueue(): void {
    const { queue } = this.state;
    for (const [index, { participantId, press }] of queue.entries()) {
      this.messages.push({ type: 'queued', participantId, press, position: index + 1, size: queue.length });
    }
  }
}

function isPresent({ present }: FloorState, participantId: string): boolean {
  return Object.hasOwn(present, participantId);
}
