import type { TroubleBoard } from './troubleBoard.ts';

/** The file system of the data folder, as far as it is watched. */
export interface DiskState {
  freeBytes: number;
  totalBytes: number;
  isReadOnly: boolean;
}

const mebibyte = 1024 * 1024;
/** Less than both of these is little: the hub writes some hundred MiB a day, and large disks keep percents free for longer. */
const lowBytes = 1024 * mebibyte;
const lowShare = 0.05;
/** With less a write may fail at any time: one commit and its log need up to some MiB. */
const fullBytes = 4 * mebibyte;

/** Says on the board that the disk fills, is full, or cannot be written. */
export async function lookAtDisk(board: TroubleBoard, read: () => Promise<DiskState>): Promise<void> {
  // A folder that is gone is noticed by the store.
  const state = await read().catch(() => undefined);
  if (state === undefined) return;
  const { freeBytes, totalBytes, isReadOnly } = state;
  const isFull = freeBytes < fullBytes;
  const isLow = !isFull && freeBytes < lowBytes && freeBytes < totalBytes * lowShare;
  if (isReadOnly) board.put('disk_read_only');
  else board.remove('disk_read_only');
  if (isFull && !isReadOnly) board.put('disk_full');
  else board.remove('disk_full');
  if (isLow && !isReadOnly) board.put('disk_low', { freeMebibytes: Math.floor(freeBytes / mebibyte) });
  else board.remove('disk_low');
}
