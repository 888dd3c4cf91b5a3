import { MIMEType } from 'node:util';
import { decodeDeclaredText } from '../features/cameras/textEncoding.ts';
import { BodyError } from './requestBody.ts';

/** `Content-Type` taken apart: the type in lower case, such as `application/json`, and its charset and boundary as given. */
export interface ContentType {
  essence: string;
  charset: string | undefined;
  boundary: string | undefined;
}

/** Reads a `Content-Type`; one that cannot be read has the essence '' and nothing else. */
export function parseContentType(header: string | undefined): ContentType {
  try {
    const type = new MIMEType(header ?? '');
    const parameter = (name: string): string | undefined => type.params.get(name) ?? undefined;
    return { essence: type.essence, charset: parameter('charset'), boundary: parameter('boundary') };
  } catch {
    return { essence: '', charset: undefined, boundary: undefined };
  }
}

/**
 * The text of a body or of a part of a form, strictly by its declared charset. Throws BodyError: 415 for a charset that
 * is not read, 400 for bytes that are not what is declared, or not UTF-8 when nothing is.
 */
export function textOf(bytes: Uint8Array, charset: string | undefined): string {
  const decoded = decodeDeclaredText(bytes, charset);
  if (decoded.ok) return decoded.text;
  throw new BodyError(decoded.code === 'unsupported_charset' ? 415 : 400, decoded.code, decoded.message);
}
