import {
  boardPeriods,
  type BoardFigures,
  type BoardPeriod,
  type BoardStep,
} from '../../../src-shared/board/board.protocol.ts';
import type { Scope } from '../../../src-shared/session/principal.ts';
import type { BoardRepository, OrderTargets } from './board.repository.ts';
import { dayStarts } from './calendar.ts';

/** The same figures are answered for so long. Milliseconds. */
export const boardCacheMs = 10_000;
/** Parts of the city that are kept at the same time; more of them only means that figures are computed more often. */
const maxKept = 64;

export interface BoardService {
  /** The figures of a part of the city. Those who ask at the same time get the answer of one computation. */
  read(period: BoardPeriod, scope: Scope): Promise<BoardFigures>;
}

export interface BoardServiceOptions {
  repository: BoardRepository;
  /** The targets as they are set now: those for all orders and for alerts of class 1, and every rule of orders. */
  targets(): { generalMs: Readonly<Record<BoardStep, number>>; ofOrders: readonly OrderTargets[] };
  /** Repeat offenders of a part of the city, the worst first. */
  offenders(scope: Scope): Promise<BoardFigures['offenders']>;
  /** Cards that sites of these districts have now; left out where nothing keeps cards. */
  cards?: (scope: Scope) => NonNullable<BoardFigures['cards']>;
  /** Between the hub's own time and the date that people see. */
  clock: { toShownMs(ownMs: number): number; fromShownMs(shownMs: number): number };
  nowMs(): number;
}

export function createBoardService(options: BoardServiceOptions): BoardService {
  const { repository, cards, clock, nowMs } = options;
  const kept = new Map<string, { atMs: number; figures: Promise<BoardFigures> }>();

  async function compute(period: BoardPeriod, scope: Scope): Promise<BoardFigures> {
    const atMs = nowMs();
    const dayStartsMs = dayStarts(period, clock.toShownMs(atMs)).map(clock.fromShownMs);
    const fromMs = dayStartsMs[0] ?? atMs;
    const { generalMs, ofOrders } = options.targets();
    const [figures, offenders] = await Promise.all([
      repository.readFigures({ fromMs, nowMs: atMs, dayStartsMs, scope, orderTargets: ofOrders }),
      options.offenders(scope),
    ]);
    return {
      ...figures,
      offenders,
      period,
      fromMs,
      computedAtMs: atMs,
      targetsMs: { ...generalMs },
      ...(cards === undefined ? {} : { cards: cards(scope) }),
    };
  }

  return {
    read(period, scope) {
      const key = `${boardPeriods.indexOf(period)} ${scopeKey(scope)}`;
      const known = kept.get(key);
      const atMs = nowMs();
      if (known !== undefined && atMs - known.atMs < boardCacheMs) return known.figures;
      const figures = compute(period, scope);
      kept.delete(key);
      kept.set(key, { atMs, figures });
      // What failed is asked for again by the next reader.
      figures.catch(() => {
        if (kept.get(key)?.figures === figures) kept.delete(key);
      });
      for (const oldest of kept.keys()) {
        if (kept.size <= maxKept) break;
        kept.delete(oldest);
      }
      return figures;
    },
  };
}

function scopeKey({ districts, squads }: Scope): string {
  const sorted = (ids: 'all' | readonly string[]): unknown => (ids === 'all' ? ids : [...ids].sort());
  return JSON.stringify([sorted(districts), sorted(squads)]);
}
