/** The letters and digits of a code; those that are mistaken for others are not among them. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const codeLetters = 8;

/** A code as somebody types it, brought to `ABCD-EFGH` as far as it goes. What is no part of a code is left out. */
export function tidyCode(typed: string): string {
  const letters = [...typed.toUpperCase()]
    .filter((letter) => alphabet.includes(letter))
    .slice(0, codeLetters);
  const half = codeLetters / 2;
  return letters.length <= half
    ? letters.join('')
    : `${letters.slice(0, half).join('')}-${letters.slice(half).join('')}`;
}

/** Whether it is whole. */
export function isWholeCode(code: string): boolean {
  return code.length === codeLetters + 1;
}

/** The code that a scanned address carries, `#code=` or `?code=`, and the address without it. A code of more letters stays as it is. */
export function takeCode(href: string, letters = codeLetters): { code: string | undefined; href: string } {
  const address = new URL(href);
  const hash = new URLSearchParams(address.hash.slice(1));
  const given = hash.get('code') ?? address.searchParams.get('code');
  if (given === null) return { code: undefined, href };
  hash.delete('code');
  address.hash = hash.toString();
  address.searchParams.delete('code');
  return { code: letters === codeLetters ? tidyCode(given) : given.slice(0, letters), href: address.href };
}

/** A secret of 32 random bytes, as base64url. */
export function newMemberToken(random: Pick<Crypto, 'getRandomValues'> = globalThis.crypto): string {
  const bytes = random.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** What a phone is called at the desk: its maker's word where the browser says it, else its kind. */
export function phoneName(userAgent: string): string {
  const model = /;\s*([^;()]+?)\s+Build\//.exec(userAgent)?.[1];
  const kind = /iPhone|iPad|Android|Windows|Macintosh|Linux/.exec(userAgent)?.[0];
  return (model ?? kind ?? 'Phone').slice(0, 60);
}
