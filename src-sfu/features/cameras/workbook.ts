/** Reads workbooks (.xlsx) as tables, in a thread of their own, after checking that the file really is a workbook. */
import { Worker } from 'node:worker_threads';
import type { WriteSheet } from 'hucre/xlsx';
import { faultOf, type CellFault } from './cellCheck.ts';
import type { CsvRow } from './csvTable.ts';

/** One row of a sheet; `faults` lists faults of cells that their text does not show, by their position. */
export interface WorkbookRow extends CsvRow {
  faults?: ReadonlyMap<number, CellFault>;
}

export type WorkbookReading = { ok: true; rows: WorkbookRow[] } | { ok: false; fault: CellFault };

/** What the thread is given: a workbook to read, or sheets to write. */
export type WorkbookTask = ReadTask | { type: 'write'; sheets: WriteSheet[] };

export interface ReadTask {
  type: 'read';
  bytes: Uint8Array;
  /** Most rows that are read; one more is read, so that too many are noticed. */
  maxRows: number;
  /** Most bytes of all parts together, unpacked. */
  maxUnpackedBytes: number;
}

/** 50,000 rows of 17 columns are about 60 MB of XML. */
const maxUnpackedBytes = 128 * 1024 * 1024;
/** A workbook of 50,000 rows takes about 4 s. */
const timeLimitMs = 60_000;
/** What the text and cells of such a workbook need, several times over. MiB. */
const memoryLimitMb = 1_024;

/** Whether bytes are a workbook or something that people take for one: a ZIP archive or an OLE2 container. */
export function looksLikeWorkbook(bytes: Uint8Array): boolean {
  return startsWith(bytes, [0x50, 0x4b, 0x03, 0x04]) || startsWith(bytes, ole2Signature);
}

/**
 * The first visible sheet. Nothing is thrown for its content, and nothing in it can stall or fill the hub: the thread has
 * limits of time, memory and unpacked size.
 */
export function readWorkbook(bytes: Uint8Array, maxRows: number): Promise<WorkbookReading> {
  if (startsWith(bytes, ole2Signature)) {
    // The container's directory names its streams in UTF-16.
    const isEncrypted = Buffer.from(bytes).includes(Buffer.from('EncryptedPackage', 'utf16le'));
    const fault = faultOf(isEncrypted ? 'encryptedWorkbook' : 'oldWorkbook');
    return Promise.resolve({ ok: false, fault });
  }
  const task: WorkbookTask = { type: 'read', bytes, maxRows, maxUnpackedBytes };
  return new Promise((resolve) => {
    const worker = startWorker(task);
    const end = (reading: WorkbookReading): void => {
      clearTimeout(timer);
      void worker.terminate();
      resolve(reading);
    };
    const timer = setTimeout(
      () => end({ ok: false, fault: faultOf('workbookTooLarge', `${timeLimitMs / 1_000} s`) }),
      timeLimitMs,
    );
    worker.once('message', (reading: WorkbookReading) => end(reading));
    worker.once('error', (error: NodeJS.ErrnoException) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      const fault = isMemory
        ? faultOf('workbookTooLarge', `${memoryLimitMb} MiB`)
        : faultOf('brokenWorkbook', error.message);
      end({ ok: false, fault });
    });
  });
}

/** Sheets as the bytes of a workbook, written by a thread: 50,000 rows take about 3 s. */
export function writeWorkbook(sheets: WriteSheet[]): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = startWorker({ type: 'write', sheets });
    worker.once('message', (bytes: Uint8Array) => {
      void worker.terminate();
      resolve(bytes);
    });
    worker.once('error', reject);
  });
}

function startWorker(task: WorkbookTask): Worker {
  return new Worker(new URL('./workbookWorker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
  });
}

const ole2Signature = [0xd0, 0xcf, 0x11, 0xe0];

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
