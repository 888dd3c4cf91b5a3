import type { SqliteDatabase } from 'kysely';
import { isStamp, mapStamps } from '../../src-shared/time/stamps.ts';

/** Between the hub's own time and the dates of records; the same while nobody has set the date. */
export interface RecordDates {
  hasStepped(): boolean;
  toRecordMs(ownMs: number): number;
  toOwnMs(recordMs: number): number;
}

/**
 * A database whose records have the date of the system, though the hub works with its own time: dates are mapped on their way
 * in and out, in columns and in JSON documents. Nothing is touched until the date was set for the first time.
 */
export function withRecordDates(database: SqliteDatabase, dates: RecordDates): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      const inward = (parameters: readonly unknown[]): readonly unknown[] =>
        dates.hasStepped() ? parameters.map((one) => mapped(one, dates.toRecordMs)) : parameters;
      const outward = (row: unknown): unknown => {
        if (row === null || typeof row !== 'object') return row;
        return Object.fromEntries(
          Object.entries(row).map(([name, one]: [string, unknown]) => [name, mapped(one, dates.toOwnMs)]),
        );
      };
      return {
        reader: statement.reader,
        all(parameters) {
          const rows = statement.all(inward(parameters));
          return dates.hasStepped() ? rows.map(outward) : rows;
        },
        run: (parameters) => statement.run(inward(parameters)),
        *iterate(parameters) {
          const rows = statement.iterate(inward(parameters));
          for (const row of rows) yield dates.hasStepped() ? outward(row) : row;
        },
      };
    },
  };
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
