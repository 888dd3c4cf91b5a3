/** Which key a key event means, whatever the layout, Caps Lock, Shift or the input method make of it. */

/** The part of a key event that says which key it is. */
export type KeyFacts = Pick<
  KeyboardEvent,
  'key' | 'code' | 'isComposing' | 'keyCode' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'
>;

/** The key code that browsers give while an input method takes the key (UI Events, 9.1.2). */
const takenByInputMethod = 229;

/** Whether an input method takes the key for what it composes: then it commands nothing, also not by Enter or Escape. */
export function isComposed({ key, isComposing, keyCode }: KeyFacts): boolean {
  return isComposing || key === 'Process' || keyCode === takenByInputMethod;
}

/** The characters that command something, besides letters and digits, by their place on a keyboard with Latin letters. */
const marksByPlace: Partial<Record<string, { plain: string; shifted: string }>> = {
  Slash: { plain: '/', shifted: '?' },
  BracketLeft: { plain: '[', shifted: '[' },
  BracketRight: { plain: ']', shifted: ']' },
};
/** What Chinese input methods write for those marks. */
const chineseMarks: Partial<Record<string, string>> = {
  '、': '/',
  '【': '[',
  '】': ']',
  '「': '[',
  '」': ']',
};

/**
 * The key by its character where it is a letter, a digit or a mark: `a` for A with Caps Lock or Shift, for the wide `ａ`, and
 * for `ф` on the key where others have A. The place of the key decides only where its character says nothing, as on a
 * keyboard with Russian or Greek letters or with digits behind Shift. A space is `' '`; any other key has its own name, such
 * as `Enter`. Undefined while an input method composes.
 */
export function keyOf(event: KeyFacts): string | undefined {
  if (isComposed(event)) return undefined;
  const { code, key, shiftKey } = event;
  if (key.length > 1 && key !== 'Dead' && key !== 'Unidentified') return key;
  if (code === 'Space' || key === '\u3000') return ' ';
  const character = narrowed(key).toLowerCase();
  if (/^[a-z0-9/?[\]]$/.test(character)) return character;
  const mark = chineseMarks[character];
  if (mark !== undefined) return code === 'Slash' && shiftKey ? '?' : mark;
  return byPlace(code, shiftKey) ?? key;
}

/** The digit of a key of the digit row or the number pad, by its place: for what stands for a place itself, such as a tab. */
export function digitOf(event: KeyFacts): number | undefined {
  if (isComposed(event)) return undefined;
  const { code, key } = event;
  const row = /^Digit(\d)$/.exec(code)?.[1];
  // Without Num Lock the pad's keys are arrows.
  const pad = /^\d$/.test(key) ? /^Numpad(\d)$/.exec(code)?.[1] : undefined;
  const typed = code === '' && /^\d$/.test(key) ? key : undefined;
  const digit = row ?? pad ?? typed;
  return digit === undefined ? undefined : Number(digit);
}

function byPlace(code: string, isShifted: boolean): string | undefined {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return letter.toLowerCase();
  const digit = isShifted ? undefined : /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit !== undefined) return digit;
  const mark = marksByPlace[code];
  return isShifted ? mark?.shifted : mark?.plain;
}

/** A wide character of an input method as the narrow one. */
function narrowed(key: string): string {
  return /^[\uff01-\uff5e]$/.test(key) ? String.fromCharCode(key.charCodeAt(0) - 0xfee0) : key;
}
