import type { CsvFile } from '../features/cameras/registryTableRows.ts';
import { encodeText } from '../features/cameras/textEncoding.ts';
import { parseContentType, textOf } from './contentType.ts';
import { readForm } from './multipartForm.ts';
import { BodyError } from './requestBody.ts';

/** The type of a workbook (ECMA-376, part 1, 11.2). */
export const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** The tables of a request: `text/csv` and a workbook are one, `multipart/form-data` can be several. */
export function filesOfBody(body: Buffer, contentType: string): CsvFile[] {
  const { essence, charset } = parseContentType(contentType);
  if (essence === workbookType) return [{ name: 'table.xlsx', bytes: body }];
  if (essence === 'text/csv') return [{ name: 'table.csv', bytes: asDeclared(body, charset) }];
  const parts = readForm(body, contentType);
  const files = parts.flatMap((part) =>
    part.fileName === undefined ? [] : [{ name: part.fileName, bytes: asDeclared(part.bytes, part.charset) }],
  );
  if (files.length === 0 || files.length !== parts.length) {
    throw new BodyError(400, 'malformed_form', 'Every part of the form must be a file, and one at least.');
  }
  return files;
}

/**
 * What declares its charset is decoded by it, strictly, and handed on as UTF-8 with its mark; what declares none is left
 * as it is: spreadsheet programs declare nothing, so that the reader of the table finds out what they wrote.
 */
export function asDeclared(bytes: Uint8Array, charset: string | undefined): Uint8Array {
  return charset === undefined ? bytes : encodeText(textOf(bytes, charset), 'utf-8');
}
