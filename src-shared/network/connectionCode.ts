/** What a connection code holds: where a hub is, and the beginning of the fingerprint of its authority. */
export interface ConnectionCode {
  /** IPv4. */
  address: string;
  /** TCP port of HTTPS. */
  port: number;
  /** The first 17 hexadecimal digits (68 bits) of the SHA-256 of the authority's certificate, in capitals. */
  fingerprintStart: string;
}

/** Letters and digits of Crockford's base 32: none that is mistaken for another one. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const fingerprintDigits = 17;
const hexDigits = 30;
const codeLetters = 24;

/**
 * A code of 24 letters in six groups, as `04ZC-…`, that is typed at a wall's machine: it has the hub's address, its port, and so much of
 * the fingerprint that the machine recognises the hub by itself. It is no secret and lets nobody in. Undefined where the address is no
 * IPv4 address.
 */
export function makeConnectionCode(hub: {
  address: string;
  port: number;
  /** SHA-256 with or without colons. */
  fingerprint: string;
}): string | undefined {
  const parts = hub.address.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255))
    return undefined;
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  const body = [
    ...parts.map((part) => hex(part, 2)),
    hex(hub.port, 4),
    hub.fingerprint.replaceAll(':', '').slice(0, fingerprintDigits),
  ]
    .join('')
    .toUpperCase();
  let rest = BigInt(`0x${body}${checkDigit(body)}`);
  let letters = '';
  for (let index = 0; index < codeLetters; index += 1) {
    letters = (alphabet[Number(rest & 31n)] ?? '') + letters;
    rest >>= 5n;
  }
  return letters.replaceAll(/.{4}(?!$)/g, '$&-');
}

/** Reads a code as somebody typed it: small letters, `O` for zero, `I` and `L` for one, any gaps. Undefined where it is mistyped. */
export function readConnectionCode(text: string): ConnectionCode | undefined {
  const typed = text.toUpperCase().replaceAll(/[\s-]/g, '');
  const letters = typed.replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (letters.length !== codeLetters) return undefined;
  let value = 0n;
  for (const letter of letters) {
    const digit = alphabet.indexOf(letter);
    if (digit < 0) return undefined;
    value = (value << 5n) | BigInt(digit);
  }
  const hex = value.toString(16).padStart(hexDigits, '0').toUpperCase();
  const body = hex.slice(0, -1);
  if (checkDigit(body) !== hex.slice(-1)) return undefined;
  const port = parseInt(body.slice(8, 12), 16);
  if (port === 0) return undefined;
  return {
    address: [0, 2, 4, 6].map((at) => parseInt(body.slice(at, at + 2), 16)).join('.'),
    port,
    fingerprintStart: body.slice(12),
  };
}

/** Changes with each digit, and with most that are exchanged: a sum in which each place has an odd weight of its own. */
function checkDigit(body: string): string {
  const sum = [...body].reduce((total, digit, index) => total + parseInt(digit, 16) * (2 * index + 1), 0);
  return (sum % 16).toString(16).toUpperCase();
}
