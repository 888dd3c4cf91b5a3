import type { BoardFigures, BoardStep } from '../../../src-shared/board/board.protocol.ts';
import type { Scope } from '../../../src-shared/session/principal.ts';

/** What is asked of the store. Times are of the hub's own clock. */
export interface BoardQuestion {
  fromMs: number;
  nowMs: number;
  /** The beginnings of the days of the period, the oldest first. */
  dayStartsMs: readonly number[];
  scope: Scope;
  /** The targets of orders; one of them is for all. An alert has its own. */
  orderTargets: readonly OrderTargets[];
}

/** The steps of an order. */
export type OrderStepName = Exclude<BoardStep, 'acknowledge'>;

/**
 * Targets of orders with this kind, priority and kind of alert, milliseconds; what is left out stands for every one. The closest counts, as
 * for `orderTimesFor`.
 */
export interface OrderTargets {
  kind?: string | undefined;
  priority?: number | undefined;
  alertKindId?: string | undefined;
  targetsMs: Readonly<Record<OrderStepName, number>>;
}

/** The part of the figures that the store computes. */
export type StoredFigures = Omit<
  BoardFigures,
  'period' | 'fromMs' | 'computedAtMs' | 'targetsMs' | 'cards' | 'offenders'
>;

export interface BoardRepository {
  readFigures(question: BoardQuestion): Promise<StoredFigures>;
}
