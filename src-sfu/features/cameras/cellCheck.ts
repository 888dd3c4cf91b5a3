/** One check for every cell of every table: what spreadsheet programs turn cells into, and what to do about it there. */
import { hiddenCharacterIn, narrow, wideFormIn } from '../../../src-shared/cameras/plainText.ts';
import type { RegistryFaultCode } from '../../../src-shared/cameras/registryFault.ts';
import { isGarbled } from './garbledText.ts';

/** What is wrong with a cell. */
export interface CellFault {
  code: ValueFaultCode;
  /** What stands in the cell, or the character that is wrong. */
  value: string;
  /** What happened and what to do, in English. */
  message: string;
}

/** What a cell holds, as far as the check differs. */
export type CellUse = 'text' | 'id' | 'url' | 'secret' | 'date';

const retype = 'format the column as text and type it again';
/** For people who read English; surfaces have their own words by code. */
const messages = {
  spreadsheetError: (value) =>
    `"${value}" is an error of the spreadsheet program: correct the formula, then paste the column as values`,
  dateCell: (value) =>
    `"${value}" is a date that a spreadsheet program made of something like 3-1: ${retype}`,
  shortenedNumber: (value) => `"${value}" was shortened by a spreadsheet program: ${retype}`,
  damagedText: (value) =>
    `"${value}" has characters that were lost (U+FFFD): type it again and save the file as "CSV UTF-8" or .xlsx`,
  garbledText: (value) =>
    `"${value}" was read in a wrong encoding before: open the original file, and save it as "CSV UTF-8" or .xlsx`,
  lostCharacters: (value) =>
    `"${value}" has question marks where characters were lost: type it again and save the file as "CSV UTF-8" or .xlsx`,
  formula: (value) =>
    `"${value}" is a formula without its result: copy the column and paste it as values in the spreadsheet program`,
  hiddenInUrl: (value) =>
    `holds a character that nobody sees (${value}): delete the address and type it again`,
  wideInUrl: (value) =>
    `holds the wide character "${value}": type the address again with the input method switched to English`,
  oldWorkbook: () =>
    'this is a workbook of an old format (.xls or .et): open it, choose "Save as", and send it as .xlsx',
  encryptedWorkbook: () => 'this workbook is protected by a password: save it without one and send that file',
  binaryWorkbook: () => 'this is a binary workbook (.xlsb): open it, choose "Save as", and send it as .xlsx',
  openDocument: () => 'this is an OpenDocument file (.ods): open it, choose "Save as", and send it as .xlsx',
  otherArchive: () =>
    'this is a ZIP archive or another kind of document, not a workbook: send the .xlsx or .csv file',
  brokenWorkbook: (value) =>
    `this workbook is damaged (${value}): open it in the spreadsheet program, save it again as .xlsx and send that file`,
  workbookTooLarge: (value) =>
    `this workbook is too large when unpacked (${value}): delete other sheets and empty formatted rows, or split it`,
  emptyWorkbook: () => 'the first sheet of this workbook is empty: move the table to the first sheet',
} satisfies Partial<Record<RegistryFaultCode, (value: string) => string>>;

/** Faults that have no parameter but the value of the cell. */
type ValueFaultCode = keyof typeof messages;

/** A fault with its words. */
export function faultOf(code: ValueFaultCode, value = ''): CellFault {
  const shown = value.length > 40 ? `${value.slice(0, 40)}…` : value;
  return { code, value: shown, message: messages[code](shown) };
}

/** `="00123"`, which keeps zeros in a spreadsheet program, is `00123`; a typed apostrophe before a number goes too. */
export function unwrapCell(cell: string, use: CellUse): string {
  const trimmed = cell.trim();
  const wrapped = /^[=＝]["＂“”]((?:[^"]|"")*)["＂“”]$/.exec(trimmed)?.[1];
  if (wrapped !== undefined) return wrapped.replaceAll('""', '"');
  return use === 'id' && /^['’]\d/.test(trimmed) ? trimmed.slice(1) : cell;
}

/** What is wrong with a cell after `unwrapCell`; undefined when it may be what somebody meant. */
export function checkCell(cell: string, use: CellUse): CellFault | undefined {
  const text = cell.trim();
  if (text === '') return undefined;
  const plain = narrow(text);
  if (isSpreadsheetError(plain)) return faultOf('spreadsheetError', text);
  if (/^[+-]?\d+(?:[.,]\d+)?E[+-]\d{2,3}$/i.test(plain)) return faultOf('shortenedNumber', text);
  if (use !== 'date' && isDate(plain, use)) return faultOf('dateCell', text);
  if (text.includes('\ufffd')) return faultOf('damagedText', text);
  if (use === 'url') return checkUrl(cell, text);
  if (use === 'secret') return undefined;
  if (/^=\s*(?:[A-Z][A-Z0-9.]*\(|\$?[A-Z]{1,3}\$?\d+)/i.test(plain)) return faultOf('formula', text);
  if (/\?{2,}/.test(text)) return faultOf('lostCharacters', text);
  return isGarbled(text) ? faultOf('garbledText', text) : undefined;
}

function checkUrl(cell: string, text: string): CellFault | undefined {
  const hidden = hiddenCharacterIn(cell);
  if (hidden !== undefined) return faultOf('hiddenInUrl', hidden);
  const wide = wideFormIn(cell);
  if (wide !== undefined) return faultOf('wideInUrl', wide);
  return isGarbled(text) ? faultOf('garbledText', text) : undefined;
}

/** Errors without the mark at the end, in the languages of the programs; `####` is a column that was too narrow. */
const unmarkedErrors = /^#(?:N\/A|N\/D|N\/B|NV|NA|YOK|Н\/Д|GETTING_DATA|DATEN_ABRUFEN)$|^Err:\d{3}$|^#{3,}$/i;

/** `#REF!`, `#NAME?` and their translations, such as `#BEZUG!`, `#¿NOMBRE?` and `#ССЫЛКА!`. */
function isSpreadsheetError(text: string): boolean {
  return (
    unmarkedErrors.test(text) || /^#[¡¿]?[\p{L}_]+(?:\/0)?[!?]$/u.test(text) || /^#DIV\/0!?$/i.test(text)
  );
}

/** Names of months as spreadsheet programs write them: English, German, French, Spanish and Russian. */
const months =
  'jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|january|february|march|april|june|july|august|september|october|november|december|' +
  'mrz|mär|mai|okt|dez|janv|févr|mars|avr|juin|juil|août|déc|ene|abr|ago|dic|янв|фев|мар|апр|май|июн|июл|авг|сен|окт|ноя|дек';
const year = String.raw`(?:\d{4}|\d{2})`;
const time = String.raw`(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?`;
const namedMonth = new RegExp(
  String.raw`^(?:\d{1,2}[-. /]*(?:${months})\.?(?:[-. /]*${year})?|(?:${months})\.?[-. /]*\d{1,4}|(?:${months})\.?[-. /]*\d{1,2},? ?\d{4})${time}$`,
  'iu',
);
const asianMonth =
  /^\d{2,4}\s*[年년]\s*\d{1,2}\s*[月월]$|^(?:\d{2,4}\s*[年년]\s*)?\d{1,2}\s*[月월]\s*\d{1,2}\s*[日号일]$/u;
const numbered = new RegExp(
  String.raw`^(?:(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{1,2})([-/.])(\d{1,2})\6(\d{4}))${time}$`,
);

/**
 * What a spreadsheet program makes of `3-1`. Capitals alone (`DEC-01`) are somebody's own id: no program writes months so.
 * A password may be somebody's birthday.
 */
function isDate(text: string, use: CellUse): boolean {
  if (asianMonth.test(text)) return true;
  if (namedMonth.test(text)) return text !== text.toUpperCase() || text === text.toLowerCase();
  if (use === 'secret') return false;
  const match = numbered.exec(text);
  if (match === null) return false;
  const [, yearFirst, , month, day, one, , other] = match;
  const isMonth = (part: string | undefined): boolean => Number(part) >= 1 && Number(part) <= 12;
  const isDay = (part: string | undefined): boolean => Number(part) >= 1 && Number(part) <= 31;
  if (yearFirst !== undefined) return isMonth(month) && isDay(day);
  return (isMonth(one) && isDay(other)) || (isDay(one) && isMonth(other));
}
