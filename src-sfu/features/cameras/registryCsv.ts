import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  cameraImportSchema,
  maxImportRecords,
  siteImportSchema,
  type RegistryImport,
} from '../../../src-shared/cameras/registryImport.ts';
import type { RegistryProblem } from '../../../src-shared/cameras/registryReport.ts';
import { unwrapCell } from './cellCheck.ts';
import { findHeaderRow, readHeader, type ColumnField, type TableHeader } from './registryColumns.ts';
import {
  cameraOfRow,
  fieldOfPath,
  wordsOf,
  siteFields,
  siteOfRow,
  type CellProblem,
  type RowReading,
} from './registryRows.ts';
import { faultsOf, useOf, withFaults } from './rowFaults.ts';
import { rowsOfTable, type CsvFile } from './registryTableRows.ts';
import type { WorkbookRow } from './workbook.ts';
import { registryFault } from '../../../src-shared/cameras/registryFault.ts';
import type { z } from 'zod';

/** What the tables hold and what is wrong with them. Records with a problem are left out. */
export interface RegistryTables {
  registry: RegistryImport;
  /** At most maxProblems; problemCount counts them all. */
  problems: RegistryProblem[];
  problemCount: number;
  /** Whether some lines were not read, so that references to them cannot be checked. */
  isBroken: boolean;
  /** Sites that are in the tables but have a problem: their cameras are not reported as faulty. */
  faultySiteIds: Set<string>;
  ignoredColumns: string[];
  /** Turns a problem's path into the document into its place in the tables. */
  locate(problem: RegistryProblem): RegistryProblem;
}

const maxProblems = 100;
/** Rows read at a time; between two, the hub's other work gets its turn. */
const rowsPerTurn = 500;

interface Place {
  file: string;
  line: number;
  header: TableHeader;
}

/** Reads tables that belong together into one registry. Nothing is thrown for their content. */
export async function readRegistryCsv(files: CsvFile[]): Promise<RegistryTables> {
  const reading = createReading();
  for (const file of files) await readFile(file, reading);
  const { registry, places } = reading;
  for (const table of ['sites', 'cameras'] as const) {
    const most = maxImportRecords[table];
    if (registry[table].length <= most) continue;
    const message = `at most ${most} ${table} may be imported at once`;
    reading.reportBroken({ path: table, message, ...registryFault('tooManyRecords', { limit: most }) });
  }
  return {
    registry,
    problems: [...reading.broken, ...reading.problems],
    problemCount: reading.problemCount(),
    isBroken: reading.broken.length > 0,
    faultySiteIds: reading.faultySiteIds,
    ignoredColumns: reading.ignoredColumns,
    locate(problem) {
      const [, table, index, path] = /^(sites|cameras)\.(\d+)\.(.+)$/.exec(problem.path) ?? [];
      if (table === undefined || path === undefined) return problem;
      const place = places[table as 'sites' | 'cameras'][Number(index)];
      if (place === undefined) return problem;
      return located(place, fieldOfPath(table as 'sites' | 'cameras', path), problem);
    },
  };
}

type Reading = ReturnType<typeof createReading>;

function createReading() {
  const problems: RegistryProblem[] = [];
  const broken: RegistryProblem[] = [];
  let problemCount = 0;
  return {
    registry: { sites: [], cameras: [] } as RegistryImport,
    places: { sites: [] as Place[], cameras: [] as Place[] },
    /** Where each site first stands, and what its cells say there. */
    firstSites: new Map<string, { place: Place; cells: Map<ColumnField, string> }>(),
    firstCameras: new Map<string, Place>(),
    faultySiteIds: new Set<string>(),
    ignoredColumns: [] as string[],
    problems,
    /** Problems of whole files. They come first, because they cause others. */
    broken,
    problemCount: () => problemCount,
    reportBroken(problem: RegistryProblem) {
      problemCount += 1;
      broken.push(problem);
    },
    report(problem: RegistryProblem) {
      problemCount += 1;
      if (problems.length < maxProblems) problems.push(problem);
    },
  };
}

async function readFile(file: CsvFile, reading: Reading): Promise<void> {
  const rows = await rowsOfTable(file, reading.reportBroken);
  const headerAt = findHeaderRow(rows);
  const first = rows[headerAt];
  const records = rows.slice(headerAt + 1);
  if (first === undefined) return;
  const header = readHeader(first.cells);
  const place = { file: file.name, line: first.line, header };
  for (const { column, ...words } of header.problems) {
    const named = column === '' ? {} : { column };
    reading.reportBroken({ ...located(place, undefined, words), ...named });
  }
  if (header.problems.length > 0) return;
  reading.ignoredColumns.push(...header.ignored);
  for (const [index, row] of records.entries()) {
    if (index % rowsPerTurn === rowsPerTurn - 1) await nextTurn();
    readRow(row, { ...place, line: row.line }, reading);
  }
}

const fieldsOfSite: ReadonlySet<ColumnField> = new Set(['siteId', ...siteFields]);
function readRow(row: WorkbookRow, place: Place, reading: Reading): void {
  const { header, file } = place;
  if (row.cells.slice(header.width).some((cell) => cell.trim() !== '')) {
    const message = `this line has ${row.cells.length} cells, the line of headers only ${header.width}: a cell with a comma in it must be in quotation marks`;
    const fault = registryFault('tooManyCells', { cells: row.cells.length, headers: header.width });
    reading.report({ path: `${file}:${place.line}`, file, line: place.line, message, ...fault });
    return;
  }
  // Spreadsheet programs leave empty cells at a line's end out: a missing cell is an empty one.
  const cellOf = (field: ColumnField): string => {
    const column = header.columns.get(field);
    return column === undefined ? '' : unwrapCell(row.cells[column.index] ?? '', useOf(field));
  };
  const faults = faultsOf(row, header, cellOf);
  const isOfSite = ({ field }: CellProblem): boolean => fieldsOfSite.has(field);
  const isSiteRead = header.kind !== 'cameras';
  if (isSiteRead) readSite(withFaults(siteOfRow(cellOf), faults.filter(isOfSite)), cellOf, place, reading);
  if (header.kind === 'sites') return;
  const isSiteOnly = ['cameraId', 'cameraName', 'mainUrl', 'subUrl'].every(
    (field) => cellOf(field as ColumnField).trim() === '',
  );
  if (header.kind === 'combined' && isSiteOnly) return;
  const own = faults.filter((fault) => !isSiteRead || !isOfSite(fault));
  readCamera(withFaults(cameraOfRow(cellOf), own), place, reading);
}

function readSite(
  site: RowReading,
  cellOf: (field: ColumnField) => string,
  place: Place,
  reading: Reading,
): void {
  const { externalId } = site.record as { externalId: string };
  const hasFaults = site.hasFaults === true;
  const first = externalId === '' ? undefined : reading.firstSites.get(externalId);
  if (first !== undefined && hasFaults) return reportRow('sites', site, [], place, reading);
  if (first !== undefined) {
    readSiteAgain(first, externalId, cellOf, place, reading);
    return;
  }
  const cells = new Map(siteFields.map((field) => [field, cellOf(field).trim()] as const));
  if (externalId !== '') reading.firstSites.set(externalId, { place, cells });
  const parsed = siteImportSchema.safeParse(site.record);
  if (parsed.success && site.problems.length === 0) {
    reading.registry.sites.push(parsed.data);
    reading.places.sites.push(place);
    return;
  }
  reading.faultySiteIds.add(externalId);
  reportRow('sites', site, parsed.error?.issues ?? [], place, reading);
}

/** In a combined table a site stands again with each of its cameras, and must say the same there or nothing. */
function readSiteAgain(
  first: { place: Place; cells: Map<ColumnField, string> },
  externalId: string,
  cellOf: (field: ColumnField) => string,
  place: Place,
  reading: Reading,
): void {
  const { line, file } = first.place;
  const before = `line ${line} of ${file}`;
  if (place.header.kind !== 'combined' || first.place.header !== place.header) {
    const message = `"${externalId}" stands already in ${before}`;
    const fault = registryFault('standsAlready', { value: externalId, line, file });
    reading.report(located(place, 'siteId', { message, ...fault }));
    return;
  }
  for (const field of siteFields) {
    const cell = cellOf(field).trim();
    const said = first.cells.get(field) ?? '';
    if (cell === '' || cell === said) continue;
    const message = `says "${cell}" of site "${externalId}", of which ${before} says "${said}"`;
    const parameters = { value: cell, site: externalId, line, file, before: said };
    reading.report(located(place, field, { message, ...registryFault('siteDiffers', parameters) }));
  }
}

function readCamera(camera: RowReading, place: Place, reading: Reading): void {
  const { externalId } = camera.record as { externalId: string };
  const isFaulty = camera.problems.some(({ field }) => field === 'cameraId');
  const first = externalId === '' || isFaulty ? undefined : reading.firstCameras.get(externalId);
  if (first !== undefined) {
    const message = `"${externalId}" stands already in line ${first.line} of ${first.file}`;
    const fault = registryFault('standsAlready', { value: externalId, line: first.line, file: first.file });
    reading.report(located(place, 'cameraId', { message, ...fault }));
    return;
  }
  if (externalId !== '') reading.firstCameras.set(externalId, place);
  const parsed = cameraImportSchema.safeParse(camera.record);
  if (parsed.success && camera.problems.length === 0) {
    reading.registry.cameras.push(parsed.data);
    reading.places.cameras.push(place);
    return;
  }
  reportRow('cameras', camera, parsed.error?.issues ?? [], place, reading);
}

function reportRow(
  table: 'sites' | 'cameras',
  { record, problems }: RowReading,
  issues: z.core.$ZodIssue[],
  place: Place,
  reading: Reading,
): void {
  const reported = new Set<ColumnField | undefined>();
  for (const { field, ...words } of problems) {
    reported.add(field);
    reading.report(located(place, field, words));
  }
  for (const issue of issues) {
    const field = fieldOfPath(table, issue.path.join('.'));
    if (reported.has(field)) continue;
    reported.add(field);
    reading.report(located(place, field, wordsOf(issue, record)));
  }
}

function located(
  { file, line, header }: Place,
  field: ColumnField | undefined,
  { message, code, value, parameters }: Pick<RegistryProblem, 'message' | 'code' | 'value' | 'parameters'>,
): RegistryProblem {
  const column = field === undefined ? undefined : header.columns.get(field)?.header;
  return {
    path: [file, line, ...(column === undefined ? [] : [column])].join(':'),
    message,
    code,
    ...(value === undefined ? {} : { value }),
    ...(parameters === undefined ? {} : { parameters }),
    file,
    line,
    ...(column === undefined ? {} : { column }),
  };
}
