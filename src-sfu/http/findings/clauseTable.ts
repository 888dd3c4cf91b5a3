import { stringify } from 'csv-stringify/sync';
import { registryFault, type RegistryFault } from '../../../src-shared/cameras/registryFault.ts';
import type { RegistryProblem } from '../../../src-shared/cameras/registryReport.ts';
import { clauseSchema, maxClauses, type Clause } from '../../../src-shared/findings/clauses.ts';
import { checkCell, unwrapCell, type CellUse } from '../../features/cameras/cellCheck.ts';
import { neutraliseCell, plainCell } from '../../features/cameras/cellText.ts';
import { wordsOf } from '../../features/cameras/registryRows.ts';
import { rowsOfTable, type CsvFile } from '../../features/cameras/registryTableRows.ts';
import { writeWorkbook, type WorkbookRow } from '../../features/cameras/workbook.ts';

const fields = ['number', 'title', 'titleEn', 'class', 'isRetired'] as const;
type Field = (typeof fields)[number];

/** The headers by which a column is known; the first is written. */
const headers: Record<Field, readonly string[]> = {
  number: ['条款号', '条款编号', '条款', '编号', 'number', 'clause'],
  title: ['标题', '条款内容', '内容', '名称', 'title'],
  titleEn: ['英文标题', '英文', 'title_en', 'english title'],
  class: ['类别', '分类', '等级', 'class'],
  isRetired: ['停用', '是否停用', 'retired'],
};
const required: readonly Field[] = ['number', 'title'];
const classWords: Record<string, 1 | 2 | 3> = { 1: 1, 2: 2, 3: 3, 一: 1, 二: 2, 三: 3 };
const retiredWords: Record<string, boolean> = {
  是: true,
  yes: true,
  true: true,
  停用: true,
  否: false,
  no: false,
  false: false,
  在用: false,
};
/** Rows above the headers, such as a title. */
const maxTitleRows = 10;
const maxProblems = 100;
/** A converted number, such as `33-1` that became a date, is found by the rules for ids. */
const useOf = (field: Field): CellUse => (field === 'number' ? 'id' : 'text');

/** Case, width, spaces and punctuation do not matter. */
const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
const fieldByHeader = new Map(
  fields.flatMap((field) => headers[field].map((name) => [folded(name), field] as const)),
);
const fieldOf = (cell: string): Field | undefined => fieldByHeader.get(folded(cell));

/** What a table of clauses holds. With a problem nothing of it may be taken over. */
export interface ClauseTable {
  clauses: Clause[];
  problems: RegistryProblem[];
  problemCount: number;
  ignoredColumns: string[];
}

/**
 * Reads a table of clauses: CSV or a workbook, by the rules of the registry’s tables. What a column that is not there would say is taken from
 * the clause as it is; an empty cell says that there is none. Nothing is thrown for its content.
 */
export async function readClauseTable(
  file: CsvFile,
  before: (number: string) => Clause | undefined,
): Promise<ClauseTable> {
  const table: ClauseTable = { clauses: [], problems: [], problemCount: 0, ignoredColumns: [] };
  const report = (problem: RegistryProblem): void => {
    table.problemCount += 1;
    if (table.problems.length < maxProblems) table.problems.push(problem);
  };
  const limits = { isHeader: (cell: string) => fieldOf(cell) !== undefined, maxRecords: maxClauses };
  const rows = await rowsOfTable(file, report, limits);
  const found = rows
    .slice(0, maxTitleRows)
    .findIndex(({ cells }) => cells.filter(limits.isHeader).length >= 2);
  const headerAt = Math.max(0, found);
  const head = rows[headerAt];
  if (head === undefined) return table;
  const at = (
    line: number,
    fault: RegistryFault & { message: string; value?: string },
    column?: string,
  ): void =>
    report({
      path: [file.name, line, ...(column === undefined ? [] : [column])].join(':'),
      file: file.name,
      line,
      ...fault,
      ...(column === undefined ? {} : { column }),
    });

  const columns = new Map<Field, { index: number; header: string }>();
  for (const [index, cell] of head.cells.entries()) {
    const header = cell.trim();
    const field = fieldOf(cell);
    const same = field === undefined ? undefined : columns.get(field);
    if (field === undefined) {
      if (header !== '') table.ignoredColumns.push(header);
    } else if (same === undefined) {
      columns.set(field, { index, header });
    } else {
      const message = `says the same as the column "${same.header}"`;
      at(head.line, { message, ...registryFault('sameColumn', { column: same.header }) }, header);
    }
  }
  for (const field of required) {
    if (columns.has(field)) continue;
    at(
      head.line,
      { message: 'this column is missing', ...registryFault('missingColumn') },
      headers[field][0],
    );
  }
  if (table.problemCount > 0) return table;

  const firstLines = new Map<string, number>();
  for (const row of rows.slice(headerAt + 1)) readRow(row);
  return table;

  function readRow(row: WorkbookRow): void {
    const width = head?.cells.length ?? 0;
    if (row.cells.slice(width).some((cell) => cell.trim() !== '')) {
      const message = `this line has ${row.cells.length} cells, the line of headers only ${width}`;
      at(row.line, {
        message,
        ...registryFault('tooManyCells', { cells: row.cells.length, headers: width }),
      });
      return;
    }
    let isGood = true;
    const fault = (field: Field, found: RegistryFault & { message: string; value?: string }): void => {
      isGood = false;
      at(row.line, found, columns.get(field)?.header);
    };
    const cells = new Map<Field, string>();
    for (const [field, { index }] of columns) {
      const cell = unwrapCell(row.cells[index] ?? '', useOf(field));
      const wrong = row.faults?.get(index) ?? checkCell(cell, useOf(field));
      if (wrong === undefined) cells.set(field, plainCell(cell));
      else fault(field, wrong);
    }
    const number = cells.get('number') ?? '';
    const kept = before(number);
    const chosen = <Value>(field: Field, words: Record<string, Value>, keptValue: Value | undefined) => {
      const cell = cells.get(field);
      if (cell === undefined) return columns.has(field) ? undefined : keptValue;
      const word = folded(cell).replace(/类$|级$/, '');
      if (word === '') return undefined;
      const value = Object.hasOwn(words, word) ? words[word] : undefined;
      if (value === undefined) {
        const known = Object.keys(words).join(', ');
        const message = `"${cell}" is not one of ${known}`;
        fault(field, { message, ...registryFault('notOneOf', { value: cell.slice(0, 40), known }) });
      }
      return value;
    };
    const record = {
      number,
      title: cells.get('title') ?? '',
      titleEn: columns.has('titleEn') ? emptyToNone(cells.get('titleEn')) : kept?.titleEn,
      class: chosen('class', classWords, kept?.class),
      isRetired: chosen('isRetired', retiredWords, kept?.isRetired) === true ? true : undefined,
    };
    const parsed = clauseSchema.safeParse(record);
    for (const issue of parsed.error?.issues ?? []) {
      const field = fields.find((one) => one === issue.path[0]) ?? 'number';
      // What the cell check found comes first.
      if (cells.has(field)) fault(field, wordsOf(issue, record));
    }
    const firstLine = firstLines.get(number);
    if (number !== '' && firstLine !== undefined) {
      const message = `"${number}" stands already in line ${firstLine} of ${file.name}`;
      const parameters = { value: number, line: firstLine, file: file.name };
      fault('number', { message, ...registryFault('standsAlready', parameters) });
    } else if (number !== '') {
      firstLines.set(number, row.line);
    }
    if (isGood && parsed.success) table.clauses.push(parsed.data);
  }
}

function emptyToNone(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function rowsOf(clauses: readonly Clause[]): string[][] {
  return clauses.map(({ number, title, titleEn, class: clauseClass, isRetired }) => [
    number,
    title,
    titleEn ?? '',
    clauseClass === undefined ? '' : String(clauseClass),
    isRetired === true ? '是' : '',
  ]);
}

/** Clauses as CSV with Chinese headers, safe to open in a spreadsheet program. */
export function writeClausesCsv(clauses: readonly Clause[]): string {
  const rows = rowsOf(clauses).map((row) => row.map(neutraliseCell));
  return stringify([fields.map((field) => headers[field][0]), ...rows], { record_delimiter: '\r\n' });
}

/** Clauses as a workbook; every cell is text. */
export function writeClausesWorkbook(clauses: readonly Clause[]): Promise<Uint8Array> {
  // The import removes one apostrophe before text that looks like a formula, so text that begins with one gets another.
  const storable = (text: string): string => (text.startsWith("'") ? neutraliseCell(text) : text);
  return writeWorkbook([
    {
      name: '条款',
      columns: fields.map((field) => ({
        width: field === 'title' || field === 'titleEn' ? 48 : 18,
        numFmt: '@',
      })),
      rows: [
        fields.map((field) => headers[field][0] ?? ''),
        ...rowsOf(clauses).map((row) => row.map(storable)),
      ],
      freezePane: { rows: 1 },
    },
  ]);
}
