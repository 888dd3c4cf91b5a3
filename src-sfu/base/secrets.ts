import { createHash, randomBytes, randomInt } from 'node:crypto';

/** Letters and digits that cannot be confused with one another. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** What is kept of a secret that is random itself, such as a token: its SHA-256 in hexadecimal. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A token of 256 bits, base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** A code for people, of groups of four letters and digits with 5 bits each. Example: `7KXM-2QPD`. */
export function newCode(groups: number): string {
  const group = (): string => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return Array.from({ length: groups }, group).join('-');
}

/** A code as it is compared, whatever blanks, dashes and letter case it was typed with. */
export function plainCode(typed: string): string {
  return typed.replaceAll(/[\s\-–—]/g, '').toUpperCase();
}

/** A code of ten letters and digits (50 bits) that follows from a secret, so that it can be shown again and need not be stored. */
export function codeFrom(secret: string): string {
  const bits = createHash('sha256').update(secret).digest();
  const letters = Array.from({ length: 10 }, (_unused, index) => alphabet[(bits[index] ?? 0) % 32]).join('');
  return `${letters.slice(0, 5)}-${letters.slice(5)}`;
}
