/** The registry as a workbook (.xlsx), and an empty one to fill in. */
import type { ColumnDef, DataValidation } from 'hucre/xlsx';
import { districts, siteTypes } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { RegistryImport } from '../../../src-shared/cameras/registryImport.ts';
import { districtWords, siteTypeWords } from '../../../src-shared/cameras/siteWords.ts';
import { inspectionResults, roomKinds, safetyGrades } from '../../../src-shared/public/publication.ts';
import { neutraliseCell } from './cellText.ts';
import { inspectionWords, roomWords } from './publicationCells.ts';
import { exportedFields, headerOf, type ColumnField, type TableKind } from './registryColumns.ts';
import { tableRows } from './registryCsvExport.ts';
import { writeWorkbook } from './workbook.ts';

export type WorkbookLanguage = 'zh-CN' | 'en';

/** Rows of the template that have drop-down lists. */
const templateRows = 5_000;
const wideFields: ReadonlySet<ColumnField> = new Set([
  'siteName',
  'siteNameEn',
  'address',
  'mainUrl',
  'subUrl',
]);

/** A table of the registry; without passwords. Every cell is text, so that nothing is taken for a number or a formula. */
export function writeRegistryWorkbook(registry: RegistryImport, kind: TableKind): Promise<Uint8Array> {
  const fields = exportedFields[kind];
  const rows = tableRows(registry, kind).map((row) => fields.map((field) => row[field] ?? ''));
  return writeWorkbook([sheetOf(fields, 'zh-CN', '台账', rows)]);
}

/** A workbook with the columns of a table of both, lists to choose type, district and coordinate system from, and a guide. */
export function writeRegistryTemplate(language: WorkbookLanguage): Promise<Uint8Array> {
  const fields: ColumnField[] = [...exportedFields.combined, 'password'];
  const name = language === 'en' ? 'Registry' : '台账';
  return writeWorkbook([
    sheetOf(fields, language, name, []),
    {
      name: language === 'en' ? 'Guide' : '填写说明',
      columns: [{ width: 110 }],
      rows: guides[language].map((line) => [line]),
    },
  ]);
}

function sheetOf(fields: readonly ColumnField[], language: WorkbookLanguage, name: string, rows: string[][]) {
  return {
    name,
    columns: fields.map((field): ColumnDef => ({ width: wideFields.has(field) ? 32 : 14, numFmt: '@' })),
    rows: [fields.map((field) => headerOf(field, language)), ...rows.map((row) => row.map(storable))],
    freezePane: { rows: 1 },
    dataValidations: listsOf(fields, language, Math.max(templateRows, rows.length + 1_000)),
  };
}

/** The import removes one apostrophe before text that looks like a formula, so text that begins with an apostrophe gets another. */
function storable(text: string): string {
  return text.startsWith("'") ? neutraliseCell(text) : text;
}

function listsOf(
  fields: readonly ColumnField[],
  language: WorkbookLanguage,
  lastRow: number,
): DataValidation[] {
  const isEnglish = language === 'en';
  const lists: Partial<Record<ColumnField, string[]>> = {
    siteType: siteTypes.map((type) => siteTypeWords[type][isEnglish ? 'en' : 'zh'][0]!),
    district: districts.map((district) => (isEnglish ? districtWords[district].en[0]! : district)),
    system: ['WGS84', 'GCJ02', 'BD09'],
    grade: [...safetyGrades],
    inspection: inspectionResults.map((result) => inspectionWords[result][isEnglish ? 'en' : 'zh'][0]!),
    room: roomKinds.map((room) => roomWords[room][isEnglish ? 'en' : 'zh'][0]!),
  };
  return fields.flatMap((field, index): DataValidation[] => {
    const values = lists[field];
    if (values === undefined) return [];
    const letter = String.fromCharCode('A'.charCodeAt(0) + index);
    return [
      {
        type: 'list',
        values,
        allowBlank: true,
        showErrorMessage: true,
        errorStyle: 'stop',
        errorTitle: headerOf(field, language),
        errorMessage: isEnglish ? 'Choose one of the list.' : '请从列表中选择。',
        range: `${letter}2:${letter}${lastRow}`,
      },
    ];
  });
}

const guides: Record<WorkbookLanguage, string[]> = {
  'zh-CN': [
    '每个摄像头一行。同一单位的几个摄像头，单位各列可以只在第一行填写，单位编号每行都要填写。',
    '必填：单位编号、单位名称、类型、区县、摄像头编号、摄像头名称、主码流。没有摄像头的单位，摄像头各列留空。',
    '类型、区县、坐标系从下拉列表中选择。填写经纬度时必须同时选择坐标系。',
    '公开同意书日期是单位书面同意向公众公开画面的日期，写成 2026-03-01；留空不改变已登记的内容，撤回同意只在指挥台办理。公开时段写成 06:30-20:00，留空为原有时段。',
    '拍摄场所从下拉列表中选择：更衣室、宿舍的画面一律不公开。人头宽度是人头宽度占画面宽度的百分比，写 1 到 25 的数字，一般为 7.5；人头越大，公开画面缩得越小。留空不改变已登记的内容；表格不会让公开画面变得更清楚，这只在指挥台更改。',
    '主码流、子码流是 rtsp:// 开头的地址，不含空格和全角字符。用户名和密码单独填写。',
    '各列已设为文本格式，编号前面的 0 会保留。从别处粘贴时请选择“只粘贴文本”。',
    '只读取第一张工作表。密码只用于导入，不会导出。',
  ],
  en: [
    'One row for each camera. For several cameras of one site, fill in the site columns in its first row only; the site id in each row.',
    'Required: site id, site name, type, district, camera id, camera name, main stream. For a site without cameras leave the camera columns empty.',
    'Choose type, district and coordinate system from the lists. A latitude and longitude need their coordinate system.',
    'The consent date is that of the document by which the site agreed to be shown to the public, written as 2026-03-01. Empty cells about the public change nothing; a consent is withdrawn at the desk only. Public hours are written as 06:30-20:00.',
    'Choose the room from the list: changing rooms and dormitories are never public. The head width is that of a head in % of the picture’s width, a number from 1 to 25, usually 7.5: the larger a head, the smaller the public’s picture. Empty cells change nothing; a table never makes the public’s picture clearer, which is done at the desk only.',
    'Streams are addresses that begin with rtsp://, without spaces and wide characters. User name and password have columns of their own.',
    'All columns are formatted as text, so that leading zeros stay. Paste from elsewhere as text only.',
    'Only the first sheet is read. Passwords are imported and never exported.',
  ],
};
