import { z } from 'zod';
import { isStorable } from '../protocol/storableText.ts';

/** The longest password in characters, and in bytes of UTF-8. A longer one is refused before anything is computed with it. */
const longestPassword = 256;
/** NIST SP 800-63B, 3.1.1.2: at least 8 where a second factor is asked, at least 15 without; this is between the two. */
const shortestPassword = 10;

/** What joins letters in Persian and in the scripts of India, and what makes emoji of signs; elsewhere nobody sees it. */
const joiners = /\u200c|\u200d|\ufe0f/gu;
/** Characters that nobody sees, and that would make two names look the same: controls, formats, half surrogates, empty letters. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** A name as it is kept: composed (Unicode NFC), without blanks around it, and one blank where there were several. */
export function normalizedName(text: string): string {
  return text.normalize('NFC').trim().replaceAll(/\s+/gu, ' ');
}

/** What two sign-in names are compared by: `Wang.Fang` and `ｗａｎｇ．ｆａｎｇ` are the same (Unicode NFKC, lower case). */
export function signInKey(name: string): string {
  return normalizedName(name).normalize('NFKC').toLowerCase().normalize('NFKC').replaceAll(joiners, '');
}

function nameOf(longest: number) {
  return z
    .string()
    .max(longest * 4)
    .refine(isStorable, 'must not hold NUL or half of a surrogate pair')
    .transform(normalizedName)
    .refine((name) => name !== '' && [...name].length <= longest, `must have 1 to ${longest} characters`)
    .refine(
      (name) => !unseen.test(name.replaceAll(joiners, '')) && /[\p{L}\p{N}\p{S}\p{P}]/u.test(name),
      'must not hold characters that cannot be seen',
    );
}

/** The name somebody signs in with, in any script. Example: `wang.fang`, `王芳`. */
export const signInNameSchema = nameOf(64);
/** The name of a person or of a screen, as others read it. Example: `王芳`. */
export const personNameSchema = nameOf(40);

/** A password as it is hashed: composed (Unicode NFC; RFC 8265, 4.2.1), otherwise as typed. */
export function normalizedPassword(password: string): string {
  return password.normalize('NFC');
}

/** Any text that could be a password: asked before it is hashed, so that a long one costs nothing. */
export const typedPasswordSchema = z.string().min(1).max(longestPassword);

/** Why a new password is not taken; undefined when it is. */
export function weakPassword(password: string, signInName: string): 'short' | 'plain' | undefined {
  const characters = [...normalizedPassword(password)];
  if (characters.length < shortestPassword) return 'short';
  if (new Set(characters).size < 4) return 'plain';
  const key = signInKey(password);
  const name = signInKey(signInName);
  return key.replace(name, '').length < 5 ? 'plain' : undefined;
}
