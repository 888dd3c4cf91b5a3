import { setImmediate as nextTurn } from 'node:timers/promises';
import { maxImportRecords } from '../../../src-shared/cameras/registryImport.ts';
import { registryFault } from '../../../src-shared/cameras/registryFault.ts';
import type { RegistryProblem } from '../../../src-shared/cameras/registryReport.ts';
import { parseCsv } from './csvTable.ts';
import { isKnownHeader } from './registryColumns.ts';
import { decodeText } from './textEncoding.ts';
import { looksLikeWorkbook, readWorkbook, type WorkbookRow } from './workbook.ts';

/** A table as it came in: text or a workbook, whatever its name says. */
export interface CsvFile {
  /** For the report, such as `sites.csv`. */
  name: string;
  bytes: Uint8Array;
}

const noRecords = { message: 'there are no records in this table', ...registryFault('noRecords') };

type ReportBroken = (problem: RegistryProblem) => void;

/** What kind of table is expected. */
export interface TableLimits {
  /** Whether a cell, with or without its quotation marks, names a column. */
  isHeader(cell: string): boolean;
  /** Rows below the headers at most. */
  maxRecords: number;
}

const registryLimits: TableLimits = { isHeader: isKnownHeader, maxRecords: maxImportRecords.cameras };

/** The rows of a table, with its header; what keeps the table from being read as a whole is reported. */
export function rowsOfTable(
  file: CsvFile,
  reportBroken: ReportBroken,
  limits: TableLimits = registryLimits,
): Promise<WorkbookRow[]> {
  const read = looksLikeWorkbook(file.bytes) ? rowsOfWorkbook : rowsOfText;
  return read(file, reportBroken, limits);
}

async function rowsOfText(
  { name, bytes }: CsvFile,
  reportBroken: ReportBroken,
  { maxRecords, isHeader }: TableLimits,
): Promise<WorkbookRow[]> {
  const decoded = decodeText(bytes);
  if (!decoded.ok) {
    const { message, fault, line } = decoded;
    const at = line === undefined ? {} : { line };
    reportBroken({ path: name, file: name, message, ...fault, ...at });
    return [];
  }
  // Each of the two goes through the whole text, of up to 32 MiB.
  await nextTurn();
  const { rows, fault } = await parseCsv(decoded.text, maxRecords, isHeader);
  if (fault !== undefined) {
    reportBroken({ path: `${name}:${fault.line}`, file: name, ...fault });
  } else if (rows.length < 2) {
    reportBroken({ path: name, file: name, ...noRecords });
  }
  return rows;
}

async function rowsOfWorkbook(
  { name, bytes }: CsvFile,
  reportBroken: ReportBroken,
  { maxRecords: most }: TableLimits,
): Promise<WorkbookRow[]> {
  const sheet = await readWorkbook(bytes, most + 1);
  if (!sheet.ok) {
    reportBroken({ path: name, file: name, ...sheet.fault });
    return [];
  }
  const { rows } = sheet;
  if (rows.length > most + 1) {
    const message = `a table may hold at most ${most} records; split it`;
    const fault = registryFault('tooManyRecords', { limit: most });
    reportBroken({ path: name, file: name, message, ...fault });
    return [];
  }
  if (rows.length < 2) reportBroken({ path: name, file: name, ...noRecords });
  return rows;
}
