import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import { isEmergencyEnded } from '../../../src-shared/squads/emergency.ts';
import type { Emergency } from '../../../src-shared/squads/squads.protocol.ts';

/** When members work: positions are kept of these times only. */
export interface WorkPeriods {
  orderChanged(order: Order): void;
  emergencyChanged(emergency: Emergency): void;
  /** Whether the member, who is in this squad, worked at that time; for positions that came late too. */
  worked(memberId: string, squadId: string, atMs: number): boolean;
}

interface WorkPeriod {
  fromMs: number;
  /** Absent while it goes on. */
  toMs?: number;
}

/** A phone that was without the network sends its positions later; so long it is known when its member worked. Milliseconds. */
const rememberedMs = 24 * 3_600_000;
/** From when a squad accepts an order until it is cleared. */
const working: readonly Order['state'][] = ['accepted', 'en_route', 'on_scene'];

/** Remembers who works on which order, and which squads have an open SOS. */
export function createWorkPeriods(nowMs: () => number): WorkPeriods {
  /** By what is worked on, and then by who works on it: `member:…` or `squad:…`. */
  const periods = new Map<string, Map<string, WorkPeriod[]>>();

  function set(thing: string, workers: readonly string[]): void {
    const atMs = nowMs();
    const known = periods.get(thing) ?? new Map<string, WorkPeriod[]>();
    for (const [worker, list] of known) {
      const last = list.at(-1);
      if (last !== undefined && last.toMs === undefined && !workers.includes(worker)) last.toMs = atMs;
    }
    for (const worker of workers) {
      const list = known.get(worker) ?? [];
      const last = list.at(-1);
      if (last === undefined || last.toMs !== undefined) list.push({ fromMs: atMs });
      known.set(worker, list);
    }
    if (known.size > 0) periods.set(thing, known);
    forgetOld(atMs);
  }

  function forgetOld(atMs: number): void {
    for (const [thing, known] of periods) {
      const lists = [...known.values()].flat();
      if (lists.every(({ toMs }) => toMs !== undefined && atMs - toMs > rememberedMs)) periods.delete(thing);
    }
  }

  return {
    orderChanged({ orderId, state, memberIds }) {
      set(`order:${orderId}`, working.includes(state) ? memberIds.map((id) => `member:${id}`) : []);
    },
    emergencyChanged({ emergencyId, memberId, squadId, progress }) {
      const workers = isEmergencyEnded(progress) ? [] : [`member:${memberId}`, `squad:${squadId}`];
      set(`emergency:${emergencyId}`, workers);
    },
    worked(memberId, squadId, atMs) {
      for (const known of periods.values()) {
        for (const worker of [`member:${memberId}`, `squad:${squadId}`]) {
          const isWithin = known
            .get(worker)
            ?.some(({ fromMs, toMs }) => atMs >= fromMs && (toMs === undefined || atMs <= toMs));
          if (isWithin === true) return true;
        }
      }
      return false;
    },
  };
}
