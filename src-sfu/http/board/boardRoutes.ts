import { createHash } from 'node:crypto';
import { stringify } from 'csv-stringify/sync';
import type { FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import { boardPeriods } from '../../../src-shared/board/board.protocol.ts';
import { nowhere } from '../../../src-shared/session/principal.ts';
import type { BoardService } from '../../features/board/board.service.ts';
import {
  boardTableNames,
  boardTables,
  type BoardNames,
  type BoardTable,
} from '../../features/board/boardTables.ts';
import { neutraliseCell } from '../../features/cameras/cellText.ts';
import { encodeText } from '../../features/cameras/textEncoding.ts';
import { writeWorkbook } from '../../features/cameras/workbook.ts';
import type { RecordExport } from '../exportLog.ts';
import type { Admit } from '../httpServer.ts';

const querySchema = z.strictObject({
  period: z.enum(boardPeriods).default('today'),
  format: z.enum(['csv', 'xlsx']).default('csv'),
  /** Of a CSV; a workbook has all of them. */
  table: z.enum(boardTableNames).default('groups'),
  language: z.enum(['zh-CN', 'en']).default('zh-CN'),
  encoding: z.enum(['utf-8', 'gb18030']).default('utf-8'),
});

/** The type of a workbook (ECMA-376, part 1, 11.2). */
const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export interface BoardRoutesOptions {
  board: BoardService;
  names: BoardNames;
  admit: Admit;
  recordExport: RecordExport;
}

/** `GET /api/v1/board/export?period=week&format=xlsx`: the figures that the asker's board shows, as tables. */
export function createBoardRoutes({
  board,
  names,
  admit,
  recordExport,
}: BoardRoutesOptions): FastifyPluginCallback {
  return (http, _options, done) => {
    const exports = { onRequest: admit('board:export', undefined, 'step_up') };
    http.get('/api/v1/board/export', exports, async (request, reply) => {
      const parsed = querySchema.safeParse(request.query);
      if (!parsed.success) {
        const message = parsed.error.issues
          .map(({ path, message: text }) => `${path.join('.')}: ${text}`)
          .join('; ');
        return reply.code(400).send({ error: { code: 'malformed_query', message: `${message}.` } });
      }
      const { period, format, table, language, encoding } = parsed.data;
      const figures = await board.read(period, request.principal?.scope ?? nowhere);
      const tables = boardTables(figures, language, names);
      const bytes = format === 'xlsx' ? await workbookOf(tables) : csvOf(tables, table, encoding);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await recordExport(request, {
        action: 'board:export',
        detail: { period, format, ...(format === 'csv' ? { table } : {}), sha256 },
      });
      reply.header('content-type', format === 'xlsx' ? workbookType : `text/csv; charset=${encoding}`);
      reply.header('content-disposition', `attachment; filename="board-${period}.${format}"`);
      reply.header('cache-control', 'no-store').header('x-content-sha256', sha256);
      return reply.send(Buffer.from(bytes));
    });
    done();
  };
}

function csvOf(tables: readonly BoardTable[], name: string, encoding: 'utf-8' | 'gb18030'): Uint8Array {
  const rows = tables.find((one) => one.name === name)?.rows ?? [];
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell : neutraliseCell(cell))),
  );
  return encodeText(stringify(cells, { record_delimiter: '\r\n' }), encoding);
}

/** Text is neutralised here too: a program that saves the workbook as CSV makes formulas of it again. */
function workbookOf(tables: readonly BoardTable[]): Promise<Uint8Array> {
  return writeWorkbook(
    tables.map(({ title, rows }) => ({
      name: title,
      columns: (rows[0] ?? []).map((_cell, index) => ({ width: index < 2 ? 24 : 14 })),
      rows: rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell : neutraliseCell(cell)))),
      freezePane: { rows: 1 },
    })),
  );
}
