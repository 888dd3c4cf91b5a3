/** The cell check over a row of a registry table. */
import { checkCell, type CellUse } from './cellCheck.ts';
import type { ColumnField, TableHeader } from './registryColumns.ts';
import type { CellProblem, RowReading } from './registryRows.ts';
import type { WorkbookRow } from './workbook.ts';

/** What the cell check finds in a row, column by column. */
export function faultsOf(
  row: WorkbookRow,
  header: TableHeader,
  cellOf: (field: ColumnField) => string,
): CellProblem[] {
  return [...header.columns].flatMap(([field, { index }]) => {
    const use = useOf(field);
    const found = row.faults?.get(index);
    // A date is what these cells are for.
    const ofCell = use === 'date' && found?.code === 'dateCell' ? undefined : found;
    const fault = ofCell ?? checkCell(cellOf(field), use);
    return fault === undefined ? [] : [{ field, ...fault }];
  });
}

/** A fault that the cell check found comes before other faults of the same cell. */
export function withFaults({ record, problems }: RowReading, faults: CellProblem[]): RowReading {
  const faulty = new Set(faults.map(({ field }) => field));
  return {
    record,
    problems: [...faults, ...problems.filter(({ field }) => !faulty.has(field))],
    hasFaults: faults.length > 0,
  };
}

/** Which checks apply to the cells of a field. */
export function useOf(field: ColumnField): CellUse {
  switch (field) {
    case 'siteId':
    case 'cameraId':
      return 'id';
    case 'agreedOn':
    case 'inspectedOn':
      return 'date';
    case 'mainUrl':
    case 'subUrl':
      return 'url';
    case 'username':
    case 'password':
      return 'secret';
    default:
      return 'text';
  }
}
