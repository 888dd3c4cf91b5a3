import {
  districts,
  siteTypes,
  type District,
  type SiteType,
} from '../../../src-shared/cameras/cameras.protocol.ts';
import { foldId } from '../../../src-shared/cameras/plainText.ts';
import { districtWords, siteTypeWords, type Words } from '../../../src-shared/cameras/siteWords.ts';
import type { CoordinateSystem } from '../../base/coordinates.ts';
import { plainCell, restoreCell } from './cellText.ts';
import { publicationOfRow, publicCameraOfRow, roomWords } from './publicationCells.ts';
import { headerOf, publicFields, type ColumnField } from './registryColumns.ts';
import { registryFault, type RegistryFault } from '../../../src-shared/cameras/registryFault.ts';
import type { z } from 'zod';

/** What is wrong with a cell. */
export interface CellProblem extends RegistryFault {
  field: ColumnField;
  message: string;
  /** What stands in the cell, where the cell check found the fault. */
  value?: string;
}

/** A row as a record in the import's shape, to be checked by its schema, and what no record can say of it. */
export interface RowReading {
  record: object;
  problems: CellProblem[];
  /** Whether the cell check found something, which is never the meaning of an empty cell. */
  hasFaults?: boolean;
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
  ...publicFields,
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
    'publication.agreedOn': 'agreedOn',
    'publication.recordedBy': 'recordedBy',
    'publication.hours': 'publicHours',
    'publication.certificate': 'certificate',
    'publication.grade': 'grade',
    'publication.inspectedOn': 'inspectedOn',
    'publication.inspection': 'inspection',
  },
  cameras: {
    externalId: 'cameraId',
    siteExternalId: 'siteId',
    name: 'cameraName',
    nameEn: 'cameraNameEn',
    'publication.room': 'room',
    'publication.headPercent': 'headPercent',
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
    problems.push({ field: 'siteType', ...notOneOf(cellOf('siteType'), known) });
  }
  const district = districtByWord.get(folded(cellOf('district')));
  if (district === undefined) {
    problems.push({ field: 'district', ...notOneOf(cellOf('district'), districts.join(', ')) });
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
    ...publicationOfRow(cellOf),
  };
  return { record, problems };
}

/** A row of a table of cameras. */
export function cameraOfRow(cellOf: CellOf): RowReading {
  const sub = plainCell(cellOf('subUrl'));
  const { publication } = publicCameraOfRow(cellOf);
  const isKnownRoom = publication?.room === undefined || Object.hasOwn(roomWords, publication.room);
  const knownRooms = Object.values(roomWords).map(({ zh }) => zh[0]);
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
    ...(publication === undefined ? {} : { publication }),
  };
  return {
    record,
    problems: isKnownRoom ? [] : [{ field: 'room', ...notOneOf(cellOf('room'), knownRooms.join(', ')) }],
  };
}

/** A word that is neither yes nor no is left as it is, and the schema reports it. */
function readAllowBasic(cellOf: CellOf): { allowBasic?: unknown } {
  const word = folded(cellOf('allowBasic'));
  if (word === '') return {};
  if (['是', 'yes', 'y', 'true', '1'].includes(word)) return { allowBasic: true };
  return { allowBasic: ['否', 'no', 'n', 'false', '0'].includes(word) ? false : word };
}

/** A problem that the schema found, in words for somebody who edits a spreadsheet. */
export function wordsOf(issue: z.core.$ZodIssue, record: object): RegistryFault & { message: string } {
  const value = issue.path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
    record,
  );
  if (value === '') return { message: 'is empty, and must be given', ...registryFault('required') };
  if (issue.code === 'too_big' && typeof value === 'string') {
    const limit = Number(issue.maximum);
    const message = `is ${value.length} characters long, at most ${limit} fit`;
    return { message, ...registryFault('tooLong', { length: value.length, limit }) };
  }
  return { message: issue.message, ...faultOfIssue(issue, value) };
}

/** The code of a problem that the schema found in a value. */
export function faultOfIssue(issue: z.core.$ZodIssue, value: unknown): RegistryFault {
  switch (issue.code) {
    case 'custom': {
      const given = issue.params?.['registryFault'] as RegistryFault | undefined;
      return given ?? registryFault('wrongType');
    }
    case 'too_big':
      if (typeof value === 'string') {
        return registryFault('tooLong', { length: value.length, limit: Number(issue.maximum) });
      }
      return registryFault('tooManyRecords', { limit: Number(issue.maximum) });
    case 'too_small':
      return registryFault('required');
    case 'invalid_value': {
      const known = issue.values.map(String).join(', ');
      if (value === undefined) return registryFault('requiredOneOf', { known });
      return typeof value === 'string'
        ? registryFault('notOneOf', { value: value.slice(0, 40), known })
        : registryFault('wrongType');
    }
    default:
      return value === undefined ? registryFault('required') : registryFault('wrongType');
  }
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
    problems.push({ field: 'position', message, ...registryFault('notPosition', { value: both }) });
    return undefined;
  }
  const cellOf: CellOf = (field) =>
    split !== undefined && (field === 'latitude' || field === 'longitude') ? split[field] : ownCellOf(field);
  const given = (['latitude', 'longitude'] as const).map((field) => {
    const text = plainCell(cellOf(field)).normalize('NFKC').replace(/°$/, '');
    const isNumber = /^[+-]?\d{1,3}(\.\d+)?$/.test(text);
    if (text !== '' && !isNumber) {
      const message = `"${text}" is not a number of degrees`;
      problems.push({ field, message, ...registryFault('notDegrees', { value: text }) });
    }
    return { field, text, value: isNumber ? Number(text) : undefined };
  });
  const [latitude, longitude] = given;
  if (given.every(({ text }) => text === '')) return undefined;
  for (const { field, text } of given) {
    if (text !== '') continue;
    const message = 'is empty, while the other coordinate is given';
    problems.push({ field, message, ...registryFault('otherCoordinateMissing') });
  }
  const systemText = plainCell(cellOf('system'));
  const system = coordinateSystems[folded(systemText)];
  if (system === undefined) {
    const known = 'WGS84, GCJ02, BD09; which of them matters by up to a kilometre';
    const isAbsent = systemText === '';
    const message = `the coordinate system (${headerOf('system')}) is not given: ${known}`;
    problems.push(
      isAbsent
        ? { field: 'system', message, ...registryFault('systemMissing') }
        : { field: 'system', ...notOneOf(systemText, known, 'WGS84, GCJ02, BD09') },
    );
  }
  if (latitude?.value === undefined || longitude?.value === undefined) return undefined;
  return { latitude: latitude.value, longitude: longitude.value, system: system ?? 'wgs84' };
}

/** `words` are the known words alone, where `known` says more in English. */
function notOneOf(cell: string, known: string, words = known): RegistryFault & { message: string } {
  const text = plainCell(cell);
  if (text === '') {
    const message = `is empty, and must be one of: ${known}`;
    return { message, ...registryFault('requiredOneOf', { known: words }) };
  }
  const message = `"${text}" is not one of: ${known}`;
  return { message, ...registryFault('notOneOf', { value: text, known: words }) };
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
