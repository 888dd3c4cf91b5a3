import { registryFault } from '../../../src-shared/cameras/registryFault.ts';
import type { RegistryProblem } from '../../../src-shared/cameras/registryReport.ts';
import { faultOf } from './cellCheck.ts';
import { isGarbled } from './garbledText.ts';

/** What a column of a registry table holds. */
export type ColumnField =
  | 'siteId'
  | 'siteName'
  | 'siteNameEn'
  | 'siteType'
  | 'district'
  | 'address'
  | 'phone'
  | 'latitude'
  | 'longitude'
  | 'position'
  | 'system'
  | 'agreedOn'
  | 'recordedBy'
  | 'publicHours'
  | 'certificate'
  | 'grade'
  | 'inspectedOn'
  | 'inspection'
  | 'cameraId'
  | 'cameraName'
  | 'cameraNameEn'
  | 'room'
  | 'headPercent'
  | 'mainUrl'
  | 'subUrl'
  | 'username'
  | 'password'
  | 'allowBasic';

/** A table of sites, of cameras, or of both with a row for each camera and its site. */
export type TableKind = 'sites' | 'cameras' | 'combined';

/** Where a table's columns stand. */
export interface TableHeader {
  kind: TableKind;
  /** Cells of the first line. */
  width: number;
  /** Position and header of each known column. */
  columns: Map<ColumnField, { index: number; header: string }>;
  /** Headers that mean nothing here. */
  ignored: string[];
  /** What is missing or stands twice. */
  problems: (Pick<RegistryProblem, 'code' | 'value' | 'parameters'> & { column: string; message: string })[];
}

/** Headers by field: the first is written on export; all are read, whatever their case, spaces and punctuation. */
const headers: Record<ColumnField, readonly [string, ...string[]]> = {
  siteId: ['单位编号', '单位编码', '单位代码', 'site id', 'site external id', 'site code', 'site'],
  siteName: ['单位名称', '餐饮单位', '单位', 'site name'],
  siteNameEn: ['单位英文名', '单位英文名称', 'site name en', 'site name (English)'],
  siteType: ['类型', '单位类型', '单位类别', '业态', 'type', 'site type'],
  district: ['区县', '所在区县', '区域', '县市区', 'district'],
  address: ['地址', '单位地址', '详细地址', 'address', 'site address'],
  phone: ['电话', '联系电话', '手机', 'phone', 'telephone'],
  latitude: ['纬度', 'latitude', 'lat'],
  longitude: ['经度', 'longitude', 'lng', 'lon'],
  position: [
    '经纬度',
    '坐标',
    '位置坐标',
    '经纬度坐标',
    'coordinates',
    'longitude and latitude',
    'lng lat',
    'position',
  ],
  system: ['坐标系', '坐标系统', 'coordinate system', 'system', 'crs'],
  agreedOn: ['公开同意书日期', '同意书日期', '公开同意日期', 'consent date', 'date of the consent'],
  recordedBy: ['同意登记人', '登记人', 'consent recorded by', 'recorded by'],
  publicHours: ['公开时段', '公开时间', 'public hours'],
  certificate: [
    '食品经营许可证',
    '许可证编号',
    '许可证号',
    '食品经营许可证编号',
    'food business licence',
    'licence',
  ],
  grade: ['量化分级', '量化等级', '食品安全等级', 'grade', 'safety grade'],
  inspectedOn: ['最近检查日期', '检查日期', 'last inspection', 'inspected on'],
  inspection: ['检查结果', 'inspection result', 'result'],
  cameraId: ['摄像头编号', '摄像头编码', '摄像机编号', '设备编号', 'camera id', 'camera external id'],
  cameraName: ['摄像头名称', '摄像机名称', '点位名称', 'camera name', 'camera'],
  cameraNameEn: ['摄像头英文名', '摄像头英文名称', 'camera name en', 'camera name (English)'],
  room: ['拍摄场所', '拍摄位置', '摄像头场所', 'room', 'camera room', 'what the camera shows'],
  headPercent: [
    '人头宽度（%）',
    '人头宽度占画面宽度',
    '人头宽度占比',
    '人头占比',
    'head width (%)',
    'width of a head',
    'head percent',
    'head size',
  ],
  mainUrl: ['主码流', '主码流地址', 'main stream', 'main', 'main url', 'main stream url'],
  subUrl: ['子码流', '子码流地址', '辅码流', '辅码流地址', 'sub stream', 'sub', 'sub url', 'sub stream url'],
  username: ['用户名', '账号', 'username', 'user'],
  password: ['密码', 'password'],
  allowBasic: ['允许明文密码', 'allow basic'],
};

/** Headers that mean the site in a table of sites and the camera in a table of cameras. */
const generalHeaders: Record<string, { sites: ColumnField; cameras: ColumnField }> = {
  编号: { sites: 'siteId', cameras: 'cameraId' },
  id: { sites: 'siteId', cameras: 'cameraId' },
  externalid: { sites: 'siteId', cameras: 'cameraId' },
  名称: { sites: 'siteName', cameras: 'cameraName' },
  name: { sites: 'siteName', cameras: 'cameraName' },
  英文名: { sites: 'siteNameEn', cameras: 'cameraNameEn' },
  英文名称: { sites: 'siteNameEn', cameras: 'cameraNameEn' },
  nameen: { sites: 'siteNameEn', cameras: 'cameraNameEn' },
};

/** Headers that mean a field of the site where no other column does; in a table of cameras alone they mean nothing. */
const generalSiteHeaders: Record<string, ColumnField> = { 场所类型: 'siteType' };

/** What the public may see of a site. */
export const publicFields = [
  'agreedOn',
  'recordedBy',
  'publicHours',
  'certificate',
  'grade',
  'inspectedOn',
  'inspection',
] as const satisfies ColumnField[];

/** Columns a table of this kind has on export, in order. */
export const exportedFields: Record<TableKind, readonly ColumnField[]> = {
  sites: [
    'siteId',
    'siteName',
    'siteNameEn',
    'siteType',
    'district',
    'address',
    'phone',
    'latitude',
    'longitude',
    'system',
    ...publicFields,
  ],
  cameras: [
    'cameraId',
    'siteId',
    'cameraName',
    'cameraNameEn',
    'room',
    'headPercent',
    'mainUrl',
    'subUrl',
    'username',
  ],
  combined: [
    'siteId',
    'siteName',
    'siteNameEn',
    'siteType',
    'district',
    'address',
    'phone',
    'latitude',
    'longitude',
    'system',
    ...publicFields,
    'cameraId',
    'cameraName',
    'cameraNameEn',
    'room',
    'headPercent',
    'mainUrl',
    'subUrl',
    'username',
  ],
};

const requiredFields: Record<TableKind, readonly ColumnField[]> = {
  sites: ['siteId', 'siteName', 'siteType', 'district'],
  cameras: ['cameraId', 'siteId', 'cameraName', 'mainUrl'],
  combined: ['siteId', 'siteName', 'siteType', 'district', 'cameraId', 'cameraName', 'mainUrl'],
};

const fieldByHeader = new Map(
  Object.entries(headers).flatMap(([field, names]) =>
    names.map((name) => [folded(name), field as ColumnField] as const),
  ),
);

/** The header a field is written under. */
export function headerOf(field: ColumnField, language: 'zh-CN' | 'en' = 'zh-CN'): string {
  const english = headers[field].find((name) => /^[a-z]/i.test(name));
  return language === 'en' ? (english ?? field) : headers[field][0];
}

/** How many of the first rows may be a title, who filled it in and such, above the line of headers. */
const maxTitleRows = 10;

/** The row that names the columns: the first with two known ones; the first of all where none has. */
export function findHeaderRow(rows: readonly { cells: string[] }[]): number {
  const found = rows.slice(0, maxTitleRows).findIndex(({ cells }) => {
    return cells.filter(isKnownHeader).length >= 2;
  });
  return Math.max(0, found);
}

/** Whether a cell, with or without its quotation marks, names a column in some kind of table. */
export function isKnownHeader(cell: string): boolean {
  const isGeneral = [generalHeaders, generalSiteHeaders].some((names) => Object.hasOwn(names, folded(cell)));
  return isGeneral || fieldOf(cell) !== undefined;
}

/** Finds out what each column of a table holds, and so what kind of table it is. */
export function readHeader(cells: string[]): TableHeader {
  const named = cells.map((cell, index) => ({ index, header: cell.trim(), field: fieldOf(cell) }));
  const fields = new Set(named.map(({ field }) => field));
  const hasCameras = fields.has('cameraId') || fields.has('cameraName') || fields.has('mainUrl');
  const hasSites = fields.has('siteType') || fields.has('district');
  const kind = !hasCameras ? 'sites' : hasSites ? 'combined' : 'cameras';

  const header: TableHeader = { kind, width: cells.length, columns: new Map(), ignored: [], problems: [] };
  for (const { index, header: name, field: ownField } of named) {
    const general = generalHeaders[folded(name)];
    const ofSite = kind === 'cameras' ? undefined : generalSiteHeaders[folded(name)];
    const field =
      ownField ??
      (kind === 'combined' ? undefined : general?.[kind]) ??
      (ofSite === undefined || fields.has(ofSite) ? undefined : ofSite);
    const before = field === undefined ? undefined : header.columns.get(field);
    if (field === undefined) {
      if (name !== '') header.ignored.push(name);
    } else if (before === undefined) {
      header.columns.set(field, { index, header: name });
    } else {
      header.problems.push({
        column: name,
        message: `says the same as the column "${before.header}"`,
        ...registryFault('sameColumn', { column: before.header }),
      });
    }
  }
  if (header.columns.size === 0 && isGarbled(cells.join(''))) {
    return { ...header, problems: [{ column: '', ...faultOf('garbledText', cells.join(' ')) }] };
  }
  if (header.columns.size === 0) {
    const wide = cells.length === 1 && /[，、；|]/.exec(cells[0] ?? '')?.[0];
    const message = wide
      ? `the columns are separated by "${wide}": separate them by commas, semicolons or tabs, or send a workbook (.xlsx)`
      : `the first line names no known column; ${headers.siteId[0]} (site id) is one of them`;
    const fault = wide ? registryFault('separatedBy', { mark: wide }) : registryFault('noKnownColumn');
    return { ...header, problems: [{ column: '', message, ...fault }] };
  }
  for (const field of requiredFields[kind]) {
    if (header.columns.has(field)) continue;
    const message = `this column (${headerOf(field, 'en')}) is missing`;
    header.problems.push({ column: headers[field][0], message, ...registryFault('missingColumn') });
  }
  return header;
}

function fieldOf(cell: string): ColumnField | undefined {
  const withoutHint = cell.replace(/[(（[【].*$/s, '');
  return fieldByHeader.get(folded(cell)) ?? fieldByHeader.get(folded(withoutHint));
}

/** Case, width, spaces and punctuation do not matter. */
function folded(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
