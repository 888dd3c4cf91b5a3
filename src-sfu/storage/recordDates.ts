import { isStamp, mapStamps } from '../../src-shared/time/stamps.ts';

/**
 * Between the hub's own time and the dates of records; the same while nobody has set the date. Records have the date of the
 * system, though the hub works with its own time: dates are mapped on their way in and out, in columns and in JSON documents.
 */
export interface RecordDates {
  hasStepped(): boolean;
  toRecordMs(ownMs: number): number;
  toOwnMs(recordMs: number): number;
}

/** Parameters of a statement as they are stored. Nothing is touched until the date was set for the first time. */
export function inwardDates(parameters: readonly unknown[], dates: RecordDates): readonly unknown[] {
  return dates.hasStepped() ? parameters.map((one) => mapped(one, dates.toRecordMs)) : parameters;
}

/** Stored rows as the hub reads them. */
export function outwardDates(rows: unknown[], dates: RecordDates): unknown[] {
  if (!dates.hasStepped()) return rows;
  return rows.map((row) => {
    if (row === null || typeof row !== 'object') return row;
    return Object.fromEntries(
      Object.entries(row).map(([name, one]: [string, unknown]) => [name, mapped(one, dates.toOwnMs)]),
    );
  });
}

/** A date, or a document with dates in it; everything else as it is. */
function mapped(value: unknown, map: (ms: number) => number): unknown {
  if (isStamp(value)) return map(value);
  if (typeof value !== 'string' || !/^[{[]/.test(value) || !value.includes('Ms"')) return value;
  try {
    return JSON.stringify(mapStamps(JSON.parse(value) as unknown, map));
  } catch {
    return value;
  }
}
