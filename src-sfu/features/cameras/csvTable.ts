import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CsvError, parse } from 'csv-parse';
import { registryFault, type RegistryFault } from '../../../src-shared/cameras/registryFault.ts';

/** One record of a table; `line` is where it begins, counted from 1. */
export interface CsvRow {
  line: number;
  cells: string[];
}

/** Where a text stops being a table, as a sentence and as a code. */
interface TableFault extends RegistryFault {
  message: string;
}

/** The rows up to the first place where the text stops being a table. */
export interface CsvTable {
  rows: CsvRow[];
  fault?: TableFault & { line: number };
}

/** A camera's row is at most about 6 KiB; a longer one is a quotation mark that never closes. */
const maxRowBytes = 16 * 1024;
/**
 * Characters of one line: a row of content, and as many empty columns as a spreadsheet program has. The parser counts no empty cells and
 * would take a line of millions of them.
 */
const maxLineLength = 4 * maxRowBytes;
/** Text parsed at a time; between two, the hub's other work gets its turn. */
const chunkLength = 64 * 1024;
/** Lines among which the headers are looked for. */
const headerLines = 10;

const rest = 'the lines from here on were not read';
const lineTooLong: TableFault = {
  message: `this line is longer than ${maxRowBytes} bytes, or a quotation mark in it never closes; ${rest}`,
  ...registryFault('lineTooLong', { limit: maxRowBytes }),
};

class RowLimitError extends Error {
  override name = 'RowLimitError';
}

/** A cell `="00123"` that was not put in quotation marks as a whole: how people keep zeros in a spreadsheet program. */
const bareFormula = /(^|[,;\t\n])[=＝]"((?:[^"\n]|"")*)"(?=[,;\t\n]|$)/g;

/**
 * Parses text as RFC 4180 has it, separated by comma, tab or semicolon (the one a line `sep=` names, else the one that
 * separates most headers, as `isHeader` knows them, else the one the first lines have most of), with any line ending. Empty
 * lines are passed over. `maxRecords` does not count the first line.
 */
export async function parseCsv(
  text: string,
  maxRecords: number,
  isHeader: (cell: string) => boolean,
): Promise<CsvTable> {
  const unified = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  await nextTurn();
  const named = /^\s*"?sep=([,;\t|])"?[ ,;\t]*(?:\n|$)/i.exec(unified);
  const lines = named === null ? unified : unified.slice(named[0].length);
  const options = {
    delimiter: named?.[1] ?? delimiterOf(lines, isHeader),
    linesBefore: named === null ? 0 : named[0].split('\n').length - 1,
    maxRecords,
  };
  const table = await parseLines(lines, options);
  if (table.fault === undefined || !/[=＝]"/.test(lines)) return table;
  await nextTurn();
  // Only in a text that is no table as it stands: elsewhere the same characters may be within a cell.
  const quoted = lines.replace(bareFormula, '$1"$2"');
  return quoted === lines ? table : parseLines(quoted, options);
}

async function parseLines(
  lines: string,
  { delimiter, linesBefore, maxRecords }: { delimiter: string; linesBefore: number; maxRecords: number },
): Promise<CsvTable> {
  const rows: CsvRow[] = [];
  let nextLine = linesBefore + 1;
  const long = firstLongLine(lines);
  await nextTurn();
  const readable = long === undefined ? lines : lines.slice(0, long.start);
  const parser = parse({
    delimiter,
    record_delimiter: '\n',
    relax_column_count: true,
    skip_empty_lines: false,
    max_record_size: maxRowBytes,
    on_record(cells: string[], context) {
      const isEmpty = cells.every((cell) => cell.trim() === '');
      if (!isEmpty && rows.length > maxRecords) throw new RowLimitError();
      if (!isEmpty) rows.push({ line: nextLine, cells });
      nextLine = linesBefore + context.lines + 1;
      return null;
    },
  });
  parser.resume();
  try {
    await pipeline(Readable.from(chunksOf(readable)), parser);
    return long === undefined
      ? { rows }
      : { rows, fault: { line: linesBefore + long.number, ...lineTooLong } };
  } catch (error) {
    const fault = faultOf(error, maxRecords);
    if (fault === undefined) throw error;
    return { rows, fault: { line: nextLine, ...fault } };
  }
}

/** The first line that no row can be: where it starts, and its number from 1. */
function firstLongLine(text: string): { start: number; number: number } | undefined {
  let start = 0;
  for (let number = 1; start < text.length; number += 1) {
    const end = text.indexOf('\n', start);
    const length = (end === -1 ? text.length : end) - start;
    if (length > maxLineLength) return { start, number };
    if (end === -1) return undefined;
    start = end + 1;
  }
  return undefined;
}

async function* chunksOf(text: string): AsyncGenerator<string> {
  let start = 0;
  while (start < text.length) {
    const last = text.charCodeAt(start + chunkLength - 1);
    const splitsPair = last >= 0xd800 && last < 0xdc00;
    const end = start + chunkLength + (splitsPair ? 1 : 0);
    yield text.slice(start, end);
    start = end;
    await nextTurn();
  }
}

/**
 * The mark that separates most known headers in one of the first lines: cells may be full of another mark. Without known
 * headers, the mark those lines have most of outside quotation marks (a header may have line breaks, a title no columns).
 */
function delimiterOf(text: string, isHeader: (cell: string) => boolean): string {
  const start = text.slice(0, maxRowBytes).trimStart();
  const linesAsWritten = start.split('\n', headerLines);
  const linesWithoutQuoted = start.replace(/"(?:[^"]|"")*"/g, '').split('\n', headerLines);
  const marks = [',', '\t', ';'].map((mark) => ({
    mark,
    headers: Math.max(...linesAsWritten.map((line) => line.split(mark).filter(isHeader).length)),
    count: Math.max(...linesWithoutQuoted.map((line) => line.split(mark).length)),
  }));
  return marks.reduce((best, next) =>
    (next.headers - best.headers || next.count - best.count) > 0 ? next : best,
  ).mark;
}

function faultOf(error: unknown, maxRecords: number): TableFault | undefined {
  if (error instanceof RowLimitError) {
    return {
      message: `a table may hold at most ${maxRecords} records; split it`,
      ...registryFault('tooManyRecords', { limit: maxRecords }),
    };
  }
  if (!(error instanceof CsvError)) return undefined;
  const rest = 'the lines after it were not checked';
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return {
        message: `a quotation mark opens in this line and never closes; ${rest}`,
        ...registryFault('quoteNeverCloses'),
      };
    case 'INVALID_OPENING_QUOTE':
      return {
        message: `a quotation mark stands in the middle of a cell: double it and put the cell in quotation marks; ${rest}`,
        ...registryFault('quoteInsideCell'),
      };
    case 'CSV_INVALID_CLOSING_QUOTE':
      return {
        message: `text follows the quotation mark that closes a cell: double the marks inside a cell; ${rest}`,
        ...registryFault('textAfterQuote'),
      };
    case 'CSV_MAX_RECORD_SIZE':
      return lineTooLong;
    default:
      return {
        message: `this line cannot be read (${error.message}); ${rest}`,
        ...registryFault('unreadableLine'),
      };
  }
}
