import type { BoardFigures, BoardStep } from '../../../src-shared/board/board.protocol.ts';
import type { Scope } from '../../../src-shared/session/principal.ts';

/** What is asked of the store. Times are of the hub's own clock. */
export interface BoardQuestion {
  fromMs: number;
  nowMs: number;
  /** The beginnings of the days of the period, the oldest first. */
  dayStartsMs: readonly number[];
  scope: Scope;
  targetsMs: Readonly<Record<BoardStep, number>>;
}

/** The part of the figures that the store computes. */
export type StoredFigures = Omit<
  BoardFigures,
  'period' | 'fromMs' | 'computedAtMs' | 'targetsMs' | 'cards' | 'offenders'
>;

export interface BoardRepository {
  readFigures(question: BoardQuestion): Promise<StoredFigures>;
}
