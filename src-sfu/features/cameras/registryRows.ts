import {
  districts,
  siteTypes,
  type District,
  type SiteType,
} from '../../../src-shared/cameras/cameras.protocol.ts';
import { foldId } from '../../../src-shared/cameras/plainText.ts';
import { districtWords, siteTypeWords, type Words } from '../../../src-shared/cameras/siteWords.ts';
import type { CoordinateSystem } from '../../base/coordinates.ts';
import type { CellFault } from './cellCheck.ts';
import { plainCell, restoreCell } from './cellText.ts';
import { headerOf, type ColumnField } from './registryColumns.ts';

/** What is wrong with a cell. */
export interface CellProblem extends Partial<Pick<CellFault, 'code' | 'value'>> {
  field: ColumnField;
  message: string;
}

/** A row as a record in the import's shape, to be checked by its schema, and what no record can say of it. */
export interface RowReading {
  record: object;
  problems: CellProblem[];
}

/** A row's cells by what they hold; a column that is not there reads as empty. */
type CellOf = (field: ColumnField) => string;

/** Cells that describe a site rather than a camera. */
export const siteFields = [
  'siteName',
  'siteNameEn',
  'siteType',
  'district',
  'address',
  'phone',
  'latitude',
  'longitude',
  'position',
  'system',
] as const satisfies ColumnField[];

const fieldByPath: Record<'sites' | 'cameras', Record<string, ColumnField>> = {
  sites: {
    externalId: 'siteId',
    name: 'siteName',
    nameEn: 'siteNameEn',
    type: 'siteType',
    district: 'district',
    address: 'address',
    phone: 'phone',
    'position.latitude': 'latitude',
    'position.longitude': 'longitude',
    'position.system': 'system',
  },
  cameras: {
    externalId: 'cameraId',
    siteExternalId: 'siteId',
    name: 'cameraName',
    nameEn: 'cameraNameEn',
    'streams.main.url': 'mainUrl',
    'streams.sub.url': 'subUrl',
    username: 'username',
    password: 'password',
    allowBasic: 'allowBasic',
  },
};

const coordinateSystems: Record<string, CoordinateSystem> = {
  wgs84: 'wgs84',
  gps: 'wgs84',
  gcj02: 'gcj02',
  高德: 'gcj02',
  腾讯: 'gcj02',
  火星: 'gcj02',
  bd09: 'bd09',
  bd09ll: 'bd09',
  百度: 'bd09',
};

const typeByWord = byWord(siteTypes, siteTypeWords);
const districtByWord = byWord(districts, districtWords);

/** The field a record's property is read from. */
export function fieldOfPath(table: 'sites' | 'cameras', path: string): ColumnField | undefined {
  return fieldByPath[table][path];
}

/** A row of a table of sites. */
export function siteOfRow(cellOf: CellOf): RowReading {
  const problems: RowReading['problems'] = [];
  const type = typeByWord.get(folded(cellOf('siteType')));
  if (type === undefined) {
    const known = siteTypes.map((siteType) => siteTypeWords[siteType].zh[0]).join(', ');
    problems.push({ field: 'siteType', message: notOneOf(cellOf('siteType'), known) });
  }
  const district = districtByWord.get(folded(cellOf('district')));
  if (district === undefined) {
    problems.push({ field: 'district', message: notOneOf(cellOf('district'), districts.join(', ')) });
  }
  const position = readPosition(cellOf, problems);
  const record = {
    externalId: foldId(plainCell(cellOf('siteId'))),
    name: plainCell(cellOf('siteName')),
    ...optional('nameEn', plainCell(cellOf('siteNameEn'))),
    type: type ?? siteTypes[0],
    district: district ?? districts[0],
    address: plainCell(cellOf('address')),
    ...optional('phone', plainCell(cellOf('phone'))),
    ...(position === undefined ? {} : { position }),
  };
  return { record, problems };
}

/** A row of a table of cameras. */
export function cameraOfRow(cellOf: CellOf): RowReading {
  const sub = plainCell(cellOf('subUrl'));
  const record = {
    externalId: foldId(plainCell(cellOf('cameraId'))),
    siteExternalId: foldId(plainCell(cellOf('siteId'))),
    name: plainCell(cellOf('cameraName')),
    ...optional('nameEn', plainCell(cellOf('cameraNameEn'))),
    streams: { main: { url: plainCell(cellOf('mainUrl')) }, ...(sub === '' ? {} : { sub: { url: sub } }) },
    ...optional('username', restoreCell(cellOf('username'))),
    // Passwords are never exported, so that an apostrophe here is one that somebody typed.
    ...optional('password', cellOf('password')),
    ...readAllowBasic(cellOf),
  };
  return { record, problems: [] };
}

/** Any other word than a yes or a no is left for the schema to complain of. */
function readAllowBasic(cellOf: CellOf): { allowBasic?: unknown } {
  const word = folded(cellOf('allowBasic'));
  if (word === '') return {};
  if (['是', 'yes', 'y', 'true', '1'].includes(word)) return { allowBasic: true };
  return { allowBasic: ['否', 'no', 'n', 'false', '0'].includes(word) ? false : word };
}

/** What a schema's complaint means to somebody with a spreadsheet in front of them. */
export function messageOf(
  issue: { path: PropertyKey[]; message: string; code?: string | undefined; maximum?: unknown },
  record: object,
): string {
  const value = issue.path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
    record,
  );
  if (value === '') return 'is empty, and must be given';
  if (issue.code === 'too_big' && typeof value === 'string') {
    return `is ${value.length} characters long, at most ${String(issue.maximum)} fit`;
  }
  return issue.message;
}

/** Both coordinates in one cell, `113.90,29.72`: in China no longitude can be a latitude, so that their order is plain. */
function splitPosition(cell: string): { latitude: string; longitude: string } | undefined {
  const parts = cell
    .normalize('NFKC')
    .replace(/[()[\]°]/g, '')
    .split(/[,;、\s]+/)
    .filter((part) => part !== '');
  const [first, second] = parts;
  if (parts.length !== 2 || first === undefined || second === undefined) return undefined;
  const isSwapped = Number(first) > Number(second);
  return isSwapped ? { longitude: first, latitude: second } : { latitude: first, longitude: second };
}

/** The latitude and longitude of a row, from their own columns or from one of both. */
function readPosition(ownCellOf: CellOf, problems: RowReading['problems']) {
  const both = plainCell(ownCellOf('position'));
  const split = both === '' ? undefined : splitPosition(both);
  if (both !== '' && split === undefined) {
    const message = `"${both}" is not a longitude and a latitude, such as 113.90,29.72`;
    problems.push({ field: 'position', message });
    return undefined;
  }
  const cellOf: CellOf = (field) =>
    split !== undefined && (field === 'latitude' || field === 'longitude') ? split[field] : ownCellOf(field);
  const given = (['latitude', 'longitude'] as const).map((field) => {
    const text = plainCell(cellOf(field)).normalize('NFKC').replace(/°$/, '');
    const isNumber = /^[+-]?\d{1,3}(\.\d+)?$/.test(text);
    if (text !== '' && !isNumber) problems.push({ field, message: `"${text}" is not a number of degrees` });
    return { field, text, value: isNumber ? Number(text) : undefined };
  });
  const [latitude, longitude] = given;
  if (given.every(({ text }) => text === '')) return undefined;
  for (const { field, text } of given) {
    if (text === '') problems.push({ field, message: 'is empty, while the other coordinate is given' });
  }
  const systemText = plainCell(cellOf('system'));
  const system = coordinateSystems[folded(systemText)];
  if (system === undefined) {
    const known = 'WGS84, GCJ02, BD09; which of them matters by up to a kilometre';
    const isAbsent = systemText === '';
    const message = isAbsent
      ? `the coordinate system (${headerOf('system')}) is not given: ${known}`
      : notOneOf(systemText, known);
    problems.push({ field: 'system', message });
  }
  if (latitude?.value === undefined || longitude?.value === undefined) return undefined;
  return { latitude: latitude.value, longitude: longitude.value, system: system ?? 'wgs84' };
}

function notOneOf(cell: string, known: string): string {
  const text = plainCell(cell);
  return text === '' ? `is empty, and must be one of: ${known}` : `"${text}" is not one of: ${known}`;
}

function optional<Name extends string>(name: Name, value: string): Partial<Record<Name, string>> {
  return value === '' ? {} : ({ [name]: value } as Record<Name, string>);
}

function byWord<Value extends SiteType | District>(
  values: readonly Value[],
  words: Record<Value, Words>,
): Map<string, Value> {
  return new Map(
    values.flatMap((value) =>
      [value, ...words[value].zh, ...words[value].en].map((word) => [folded(word), value] as const),
    ),
  );
}

function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
