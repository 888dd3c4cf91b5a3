import { createHash } from 'node:crypto';
import type { RecorderHabits } from './recorderHabits.ts';

/** The Authorization header of a REGISTER (RFC 2069), by MD5, or by SHA-256 where that is asked for and a habit. */
export function registerAuthorization(asked: {
  recorderId: string;
  password: string;
  realm: string;
  nonce: string;
  isAskedBySha256: boolean;
  /** Of the request line. */
  uri: string;
  habits: RecorderHabits;
}): string {
  const { recorderId, password, realm, nonce, isAskedBySha256, habits } = asked;
  const isSha = habits.digest === 'sha256' && isAskedBySha256;
  const hash = (text: string): string =>
    createHash(isSha ? 'sha256' : 'md5')
      .update(text)
      .digest('hex');
  const uri = habits.otherDigestUri === true ? `sip:${realm}` : asked.uri;
  const response = hash(`${hash(`${recorderId}:${realm}:${password}`)}:${nonce}:${hash(`REGISTER:${uri}`)}`);
  const algorithm = isSha ? ', algorithm=SHA-256' : '';
  return `Authorization: Digest username="${recorderId}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"${algorithm}`;
}
