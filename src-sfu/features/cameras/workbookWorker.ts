/** The thread that unpacks and reads one workbook, or writes one (workbook.ts). */
import { parentPort, workerData } from 'node:worker_threads';
import { EncryptedFileError } from 'hucre';
import { readXlsx, writeXlsx, type Cell, type CellValue, type MergeRange } from 'hucre/xlsx';
import { faultOf, type CellFault } from './cellCheck.ts';
import type { ReadTask, WorkbookReading, WorkbookRow, WorkbookTask } from './workbook.ts';
import { measureZip, ZipBrokenError, ZipTooLargeError } from './zipParts.ts';

/** Whole numbers from here on have more digits than a spreadsheet program keeps: it keeps 15. */
const firstInexact = 1e15;

const task = workerData as WorkbookTask;
// Without a handler, what the library throws while writing is the worker's `error`.
void (task.type === 'read' ? read(task) : writeXlsx({ sheets: task.sheets })).then((result) =>
  parentPort?.postMessage(result),
);

async function read(task: ReadTask): Promise<WorkbookReading> {
  try {
    const names = measureZip(task.bytes, task.maxUnpackedBytes);
    const otherKind = kindOf(names);
    if (otherKind !== undefined) return { ok: false, fault: otherKind };
    return await readSheet(task);
  } catch (error) {
    if (error instanceof ZipTooLargeError) return broken('workbookTooLarge', error);
    if (error instanceof EncryptedFileError) return broken('encryptedWorkbook', error);
    if (error instanceof ZipBrokenError) return broken('brokenWorkbook', error);
    return broken('brokenWorkbook', error as Error);
  }
}

function broken(code: CellFault['code'], error: Error): WorkbookReading {
  return { ok: false, fault: faultOf(code, error.message) };
}

/** What an archive is when it is no workbook of the kind that is read. */
function kindOf(names: readonly string[]): CellFault | undefined {
  if (names.includes('xl/workbook.xml')) return undefined;
  if (names.includes('xl/workbook.bin')) return faultOf('binaryWorkbook');
  if (names.includes('content.xml') && names.includes('META-INF/manifest.xml'))
    return faultOf('openDocument');
  // Some programs put the workbook elsewhere and say where in the relations of the package.
  return names.some((name) => /^(xl\/|.*workbook.*\.xml$)/i.test(name)) ? undefined : faultOf('otherArchive');
}

async function readSheet({ bytes, maxRows }: ReadTask): Promise<WorkbookReading> {
  let found = false;
  const { sheets } = await readXlsx(bytes, {
    readStyles: true,
    maxRows: maxRows + 1,
    sheets: ({ hidden, veryHidden }) => {
      const isFirst = !found && !hidden && !veryHidden;
      found ||= isFirst;
      return isFirst;
    },
  });
  const [sheet] = sheets;
  const rows: WorkbookRow[] = [];
  const values = withMerged(sheet?.rows ?? [], sheet?.merges ?? []);
  values.forEach((cells, rowIndex) => {
    const faults = new Map<number, CellFault>();
    const texts = cells.map((value, column) => {
      const { text, fault } = textOf(value, sheet?.cells?.get(`${rowIndex},${column}`));
      if (fault !== undefined) faults.set(column, fault);
      return text;
    });
    if (texts.every((text) => text.trim() === '')) return;
    rows.push({ line: rowIndex + 1, cells: texts, ...(faults.size === 0 ? {} : { faults }) });
  });
  return rows.length === 0 ? { ok: false, fault: faultOf('emptyWorkbook') } : { ok: true, rows };
}

/** A cell merged over several rows says its value in each of them. */
function withMerged(rows: CellValue[][], merges: readonly MergeRange[]): CellValue[][] {
  for (const { startRow, endRow, startCol } of merges) {
    const value = rows[startRow]?.[startCol] ?? null;
    if (value === null) continue;
    for (let row = startRow + 1; row <= endRow && row < rows.length; row += 1) {
      const cells = rows[row];
      if (cells !== undefined && (cells[startCol] ?? null) === null) cells[startCol] = value;
    }
  }
  return rows;
}

/** A cell as the person who made it sees it. */
function textOf(value: CellValue | undefined, cell: Cell | undefined): { text: string; fault?: CellFault } {
  if (value === null || value === undefined) {
    const { formula } = cell ?? {};
    return formula === undefined
      ? { text: '' }
      : { text: `=${formula}`, fault: faultOf('formula', `=${formula}`) };
  }
  if (value instanceof Date) {
    const text = Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, 10);
    return { text, fault: faultOf('dateCell', text) };
  }
  if (typeof value === 'boolean') return { text: value ? 'TRUE' : 'FALSE' };
  if (typeof value === 'string') return { text: value };
  if (Math.abs(value) >= firstInexact) {
    const text = value.toExponential(5).toUpperCase();
    return { text, fault: faultOf('shortenedNumber', text) };
  }
  // A format of zeros, such as 00000, is how numbers are shown with their leading zeros.
  const zeros = /^0+$/.exec(cell?.style?.numFmt ?? '')?.[0].length ?? 0;
  const text = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(15)));
  return { text: Number.isInteger(value) ? text.padStart(zeros, '0') : text };
}
