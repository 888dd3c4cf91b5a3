/** Characters that nobody sees and that make two ids differ which look alike, or an address unreachable. */

/**
 * Characters without a shape of their own: format characters (zero width spaces and joiners, marks of writing direction,
 * a byte order mark, soft hyphens) and what Unicode calls ignorable (fillers, variation selectors).
 */
const hidden = /\p{Cf}|\p{Default_Ignorable_Code_Point}/u;
const hiddenEverywhere = new RegExp(hidden.source, 'gu');
/** Spaces other than the one of the space bar: no-break, thin, ideographic. */
const otherSpace = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
/** The wide forms of the letters, digits and punctuation of ASCII, as Chinese input methods write them. */
const wideForm = /[\uff01-\uff5e]/;
const wideForms = /[\uff01-\uff5e]/g;

/** Wide forms and other spaces made narrow and plain. */
export function narrow(text: string): string {
  return text
    .replace(otherSpace, ' ')
    .replace(wideForms, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}

/** An id as it is compared: without characters that nobody sees, wide forms made narrow, spaces made plain. */
export function foldId(text: string): string {
  return narrow(text.replace(hiddenEverywhere, '')).normalize('NFC').trim();
}

/** The first character of an address that nobody sees or that only looks like a plain space, as `U+200B`. */
export function hiddenCharacterIn(text: string): string | undefined {
  const found = hidden.exec(text) ?? /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/.exec(text);
  const code = found?.[0].codePointAt(0);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The first wide form in an address, such as `：`. */
export function wideFormIn(text: string): string | undefined {
  return wideForm.exec(text)?.[0];
}
