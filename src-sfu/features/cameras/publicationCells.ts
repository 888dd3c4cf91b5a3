/** What a table says of a site about the public, and how it is written into one. */
import {
  inspectionResults,
  safetyGrades,
  type InspectionResult,
} from '../../../src-shared/public/publication.ts';
import type { PublicationImport } from '../../../src-shared/public/publicationImport.ts';
import type { Words } from '../../../src-shared/cameras/siteWords.ts';
import { plainCell } from './cellText.ts';
import { publicFields, type ColumnField } from './registryColumns.ts';

/** Results of inspections as people write them, the first word of each being the one that is written. */
export const inspectionWords: Record<InspectionResult, Words> = {
  passed: { zh: ['合格', '通过'], en: ['passed', 'pass'] },
  corrected: { zh: ['整改后合格', '整改合格', '基本合格'], en: ['passed after correction', 'corrected'] },
  failed: { zh: ['不合格', '未通过'], en: ['failed', 'fail'] },
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
