/** What a table says of sites and cameras about the public, and how it is written into one. */
import {
  inspectionResults,
  roomKinds,
  safetyGrades,
  type InspectionResult,
  type RoomKind,
} from '../../../src-shared/public/publication.ts';
import type { PublicationImport, PublicCameraImport } from '../../../src-shared/public/publicationImport.ts';
import { maxHeadPercent } from '../../../src-shared/public/softening.ts';
import type { Words } from '../../../src-shared/cameras/siteWords.ts';
import { plainCell } from './cellText.ts';
import { publicFields, type ColumnField } from './registryColumns.ts';

/** Results of inspections as people write them, the first word of each being the one that is written. */
export const inspectionWords: Record<InspectionResult, Words> = {
  passed: { zh: ['合格', '通过'], en: ['passed', 'pass'] },
  corrected: { zh: ['整改后合格', '整改合格', '基本合格'], en: ['passed after correction', 'corrected'] },
  failed: { zh: ['不合格', '未通过'], en: ['failed', 'fail'] },
};

/** What a camera looks at, as people write it, the first word of each being the one that is written. */
export const roomWords: Record<RoomKind, Words> = {
  kitchen: { zh: ['烹饪区', '烹饪间', '后厨', '厨房', '热厨', '灶台'], en: ['cooking area', 'kitchen'] },
  preparation: {
    zh: ['备餐间', '备餐区', '切配间', '切配区', '凉菜间', '专间'],
    en: ['serving preparation', 'preparation'],
  },
  storage: { zh: ['库房', '仓库', '储藏间', '食品库'], en: ['storeroom', 'storage'] },
  washing: { zh: ['洗消间', '洗消区', '清洗区', '餐具清洗消毒区'], en: ['washing area', 'washing'] },
  dining: { zh: ['就餐区', '餐厅', '大厅', '堂食区'], en: ['dining area', 'dining'] },
  changing_room: { zh: ['更衣室', '更衣间', '换衣间', '试衣间'], en: ['changing room', 'locker room'] },
  dormitory: { zh: ['宿舍', '员工宿舍', '寝室'], en: ['dormitory'] },
};

/**
 * What a row says about the public; nothing where all of its cells are empty. A word that means nothing is left as it is, and the
 * schema reports it.
 */
export function publicationOfRow(cellOf: (field: ColumnField) => string): { publication?: object } {
  const texts = publicFields.map((field) => [field, plainCell(cellOf(field)).normalize('NFKC')] as const);
  const cells = Object.fromEntries(texts.filter(([, text]) => text !== '')) as Partial<
    Record<(typeof publicFields)[number], string>
  >;
  if (Object.keys(cells).length === 0) return {};
  const { publicHours, agreedOn, inspectedOn, grade, inspection, ...others } = cells;
  return {
    publication: {
      ...others,
      ...(publicHours === undefined ? {} : { hours: publicHours.replaceAll(/\s*[-–—~至到]+\s*/gu, '-') }),
      ...(agreedOn === undefined ? {} : { agreedOn: readDate(agreedOn) }),
      ...(inspectedOn === undefined ? {} : { inspectedOn: readDate(inspectedOn) }),
      ...(grade === undefined ? {} : { grade: readGrade(grade) }),
      ...(inspection === undefined ? {} : { inspection: readInspection(inspection) }),
    },
  };
}

/** The same, as cells. */
export function cellsOfPublication(
  publication: PublicationImport | undefined,
): Partial<Record<ColumnField, string>> {
  if (publication === undefined) return {};
  const { hours, inspection, ...others } = publication;
  return {
    ...(others as Partial<Record<ColumnField, string>>),
    ...(hours === undefined ? {} : { publicHours: hours }),
    ...(inspection === undefined ? {} : { inspection: inspectionWords[inspection].zh[0] }),
  };
}

/** What a row says of a camera about the public; nothing where both cells are empty. What means nothing is left as it is. */
export function publicCameraOfRow(cellOf: (field: ColumnField) => string): {
  publication?: { room?: string; headPercent?: string | number };
} {
  const [room, head] = (['room', 'headPercent'] as const).map((field) =>
    plainCell(cellOf(field)).normalize('NFKC'),
  ) as [string, string];
  if (room === '' && head === '') return {};
  return {
    publication: {
      ...(room === '' ? {} : { room: readRoom(room) }),
      ...(head === '' ? {} : { headPercent: readPercent(head) }),
    },
  };
}

/** The same, as cells. */
export function cellsOfPublicCamera(
  publication: PublicCameraImport | undefined,
): Partial<Record<ColumnField, string>> {
  const { room, headPercent } = publication ?? {};
  return {
    ...(room === undefined ? {} : { room: roomWords[room].zh[0] }),
    ...(headPercent === undefined ? {} : { headPercent: String(headPercent) }),
  };
}

function readRoom(text: string): string {
  const folded = foldWord(text);
  return (
    roomKinds.find((room) => {
      const { zh, en } = roomWords[room];
      return [room, ...zh, ...en].some((word) => foldWord(word) === folded);
    }) ?? text
  );
}

/** Case, spaces and punctuation do not matter: `Locker-room` is `locker room`. */
function foldWord(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** `7.5`, `7.5%`, and the `0.075` that a spreadsheet program makes of it, are 7.5. */
function readPercent(text: string): string | number {
  const digits = /^(\d{1,3}(?:\.\d{1,9})?)\s*%?$/.exec(text)?.[1];
  if (digits === undefined) return text;
  const number = Number(digits);
  const isShare = !text.endsWith('%') && number > 0 && number <= maxHeadPercent / 100;
  return isShare ? Number((number * 100).toFixed(6)) : number;
}

/** `2026/3/1`, `2026.3.1`, `2026年3月1日` and what a spreadsheet program makes of them are `2026-03-01`. */
function readDate(text: string): string {
  const parts = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0{1,2}:00(?::00)?)?$/u.exec(
    text,
  );
  if (parts === null) return text;
  const [, year, month = '', day = ''] = parts;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function readGrade(text: string): string {
  const letter = text.toUpperCase().replace(/\s*(?:级|級|GRADE)\s*/u, '');
  return safetyGrades.find((grade) => grade === letter) ?? text;
}

function readInspection(text: string): string {
  const folded = text.toLowerCase();
  return (
    inspectionResults.find((result) => {
      const { zh, en } = inspectionWords[result];
      return result === folded || [...zh, ...en].includes(folded);
    }) ?? text
  );
}
