import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Codes of an authenticator (RFC 6238 with SHA-1, 30 s and six digits: what every authenticator application knows). */
const stepMs = 30_000;
const digits = 6;
/** RFC 6238, 5.2: one step either way, for a phone whose clock is a little off. */
const leewaySteps = 1;
/** RFC 4226, 4: 160 bits are recommended. */
const secretBytes = 20;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A new secret in base32 (RFC 4648), as authenticators take it. */
export function newTimeCodeSecret(): string {
  let bits = 0;
  let value = 0;
  let text = '';
  for (const byte of randomBytes(secretBytes)) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(value >> (bits - 5)) & 31];
    value &= (1 << bits) - 1;
  }
  return text;
}

/** The code of a moment, Unix milliseconds. */
export function timeCodeAt(secret: string, atMs: number): string {
  return codeOfStep(secret, Math.floor(atMs / stepMs));
}

/**
 * The time step that a code is of; undefined when it is wrong or was used. `usedStep` is the step of the last code that was
 * taken: neither it nor an older one is taken again.
 */
export function stepOfTimeCode(
  secret: string,
  code: string,
  atMs: number,
  usedStep: number | undefined,
): number | undefined {
  const typed = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(typed)) return undefined;
  const now = Math.floor(atMs / stepMs);
  let found: number | undefined;
  for (let step = now - leewaySteps; step <= now + leewaySteps; step += 1) {
    const isSame = timingSafeEqual(Buffer.from(codeOfStep(secret, step)), Buffer.from(typed));
    if (isSame && (usedStep === undefined || step > usedStep)) found ??= step;
  }
  return found;
}

/** What an authenticator reads from a QR code. Example: `otpauth://totp/Mingchu:wang.fang?secret=…&issuer=Mingchu`. */
export function timeCodeAddress(secret: string, signInName: string): string {
  return `otpauth://totp/Mingchu:${encodeURIComponent(signInName)}?secret=${secret}&issuer=Mingchu`;
}

function codeOfStep(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.max(0, step)));
  const mac = createHmac('sha1', bytesOf(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

function bytesOf(secret: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of secret) {
    value = (value << 5) | alphabet.indexOf(letter);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 0xff);
    value &= (1 << bits) - 1;
  }
  return Buffer.from(bytes);
}
