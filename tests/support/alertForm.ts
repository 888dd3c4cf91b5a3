import { signedHeaders, type SenderKey } from './alertSender.ts';
import { hubFetch } from './testAccount.ts';

/** A part of a form, byte for byte; its headers are written as given. */
export interface SentPart {
  headers: string[];
  bytes: Uint8Array;
}

/** A form as its bytes. */
export function formBytes(boundary: string, parts: readonly SentPart[]): Buffer {
  const pieces = parts.flatMap(({ headers, bytes }) => [
    Buffer.from(`--${boundary}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`),
    Buffer.from(bytes),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

/** Posts bytes of any type as a platform does. */
export function postBytes(
  hubUrl: string,
  key: SenderKey,
  body: Uint8Array,
  contentType: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return hubFetch(`${hubUrl}/api/v1/alerts`, {
    method: 'POST',
    headers: { 'content-type': contentType, ...signedHeaders(key, body), ...headers },
    body: new Uint8Array(body),
  });
}
