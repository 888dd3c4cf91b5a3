import { ok } from '../../../src-shared/protocol/define.ts';
import { nowhere } from '../../../src-shared/session/principal.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { BoardService } from './board.service.ts';

/** Reads of the board, each for the part of the city that the reader works for. */
export function createBoardHandlers(board: BoardService): RequestHandlers<'board:readFigures'> {
  return {
    'board:readFigures': async ({ identity }, { period }) =>
      ok(await board.read(period, identity?.principal.scope ?? nowhere)),
  };
}
