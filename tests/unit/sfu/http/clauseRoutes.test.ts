import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClausesService } from '../../../../src-sfu/features/findings/clauses.service.ts';
import { createClauseRoutes } from '../../../../src-sfu/http/findings/clauseRoutes.ts';
import { writeClausesWorkbook } from '../../../../src-sfu/http/findings/clauseTable.ts';
import { exampleClauses, type Clause } from '../../../../src-shared/findings/clauses.ts';

let http: FastifyInstance;
let clauses: ReturnType<typeof createClausesService>;
let saved: { clauses: readonly Clause[]; action: string }[];

beforeEach(async () => {
  saved = [];
  clauses = createClausesService({
    repository: {
      load: () => Promise.resolve([]),
      save(changed, { action }) {
        saved.push({ clauses: changed, action });
        return Promise.resolve();
      },
    },
    nowMs: () => 0,
  });
  await clauses.load();
  http = Fastify();
  await http.register(createClauseRoutes({ clauses, admit: () => () => Promise.resolve() }));
});
afterEach(() => http.close());

async function send(
  table: string | Uint8Array,
  query = '',
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await http.inject({
    method: 'POST',
    url: `/api/v1/clauses/import${query}`,
    headers: {
      'content-type':
        typeof table === 'string'
          ? 'text/csv'
          : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    },
    payload: Buffer.from(table),
  });
  return { status: answer.statusCode, body: answer.json() };
}

const numbers = (): string[] => clauses.list({ all: true }).map(({ number }) => number);

describe('clauses from a table', () => {
  it('are added and changed, and what the table does not name stays', async () => {
    const table =
      '条款号,标题,类别\r\n示例-04,示例：垃圾桶无盖,三类\r\n条例 12,台账不全,2\r\n食品安全法 53,进货查验,二\r\n';
    expect(await send(table, '?dryRun=true')).toEqual({
      status: 200,
      body: { dryRun: true, added: 1, changed: 1, unchanged: 1, ignoredColumns: [] },
    });
    expect(saved).toEqual([]);
    expect((await send(table)).body).toMatchObject({ dryRun: false, added: 1, changed: 1, unchanged: 1 });
    expect(saved).toHaveLength(1);
    expect(saved[0]?.action).toBe('findings:importClauses');
    expect(numbers()).toHaveLength(exampleClauses.length + 1);
    const changed = clauses.list({ all: true }).find(({ number }) => number === '示例-04');
    // The column of English titles is not in the table: the title stays.
    expect(changed).toEqual({
      number: '示例-04',
      title: '示例：垃圾桶无盖',
      titleEn: 'Example: a bin stands open',
      class: 3,
    });
    expect((await send(table)).body).toMatchObject({ added: 0, changed: 0, unchanged: 3 });
    expect(saved).toHaveLength(1);
  });

  it('are exported and come back as they were, as CSV and as a workbook', async () => {
    await clauses.save([{ number: '=1+1', title: "'引号", isRetired: true }], 'test');
    const before = clauses.list({ all: true });
    for (const format of ['csv', 'xlsx']) {
      const file = await http.inject({ method: 'GET', url: `/api/v1/clauses/export?format=${format}` });
      expect(file.statusCode).toBe(200);
      const back = await send(format === 'csv' ? file.body : new Uint8Array(file.rawPayload), '?dryRun=true');
      expect(back.body).toMatchObject({ added: 0, changed: 0, unchanged: before.length });
    }
  });

  it.each([
    ['a title that is missing', '条款号,标题\r\nA-1,\r\n', 2, '标题', 'required'],
    ['a number that is missing', '条款号,标题\r\n,甲\r\n', 2, '条款号', 'required'],
    ['a number that became a date', '条款号,标题\r\n2026-12-01,甲\r\n', 2, '条款号', 'dateCell'],
    ['an error of a spreadsheet program', '条款号,标题\r\nA-1,#REF!\r\n', 2, '标题', 'spreadsheetError'],
    ['a class that does not exist', '条款号,标题,类别\r\nA-1,甲,4\r\n', 2, '类别', 'notOneOf'],
    ['a word of every object', '条款号,标题,类别\r\nA-1,甲,constructor\r\n', 2, '类别', 'notOneOf'],
    ['a number that stands twice', '条款号,标题\r\nA-1,甲\r\nA-1,乙\r\n', 3, '条款号', 'standsAlready'],
    ['a title that is too long', `条款号,标题\r\nA-1,${'长'.repeat(201)}\r\n`, 2, '标题', 'tooLong'],
    ['too many cells', '条款号,标题\r\nA-1,甲,乙\r\n', 2, undefined, 'tooManyCells'],
    ['a column that is missing', '条款号,类别\r\nA-1,1\r\n', 1, '标题', 'missingColumn'],
    ['two columns of the same', '条款号,标题,内容\r\nA-1,甲,乙\r\n', 1, '内容', 'sameColumn'],
  ])('with %s change nothing, and the place is named', async (_name, table, line, column, code) => {
    const { status, body } = await send(`${table}好-1,好条款\r\n`);
    expect(status).toBe(422);
    const { problems } = body['error'] as { problems: object[] };
    expect(problems).toContainEqual(
      expect.objectContaining({ file: 'table.csv', line, code, ...(column === undefined ? {} : { column }) }),
    );
    expect(saved).toEqual([]);
    expect(numbers()).not.toContain('好-1');
  });

  it.each([
    ['nothing', ''],
    ['headers alone', '条款号,标题\r\n'],
    ['a PDF', '%PDF-1.7 x'],
    ['an archive that is no workbook', 'PK\u0003\u0004 x'],
  ])('that are %s are refused as a whole', async (_name, table) => {
    const { status, body } = await send(table);
    expect(status).toBe(422);
    expect(body['error']).toMatchObject({ code: 'not_importable', problemCount: 1 });
    expect(saved).toEqual([]);
  });

  it('in a workbook with more of them than there can be are refused', async () => {
    const many = Array.from({ length: 2_001 }, (_one, index) => ({ number: `A-${index}`, title: '甲' }));
    const { status, body } = await send(await writeClausesWorkbook(many));
    expect(status).toBe(422);
    expect(body['error']).toMatchObject({ problems: [{ code: 'tooManyRecords' }] });
    const most = await send(await writeClausesWorkbook(many.slice(0, 2_000)));
    expect(most.status).not.toBe(200);
    expect(saved).toEqual([]);
  });
});
