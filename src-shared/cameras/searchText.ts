/** A name's pinyin, to be searched in, with the way back from what was found to the name's own characters. */
export interface PinyinText {
  /** First letters, `wqzd` of 温泉中队. */
  initials: string;
  /** All syllables in one, `wenquanzhongdui`. */
  full: string;
  /** Where a word begins in the full pinyin, only at the beginning of a syllable; -1 when nowhere. */
  findFull(word: string): number;
  /** The name's part that so many initials stand for, in UTF-16 units. */
  spanOfInitials(start: number, length: number): { start: number; end: number };
  /** The name's part that a piece of the full pinyin stands for, in UTF-16 units. */
  spanOfFull(start: number, length: number): { start: number; end: number };
}

/** Lower case and narrow forms, every character keeping its length, so that places stay the same. */
export function foldText(text: string): string {
  let folded = '';
  for (const character of text) {
    const code = character.charCodeAt(0);
    const narrow =
      code >= 0xff01 && code <= 0xff5e
        ? String.fromCharCode(code - 0xfee0)
        : code === 0x3000
          ? ' '
          : character;
    const lower = narrow.toLowerCase();
    folded += lower.length === character.length ? lower : character;
  }
  return folded;
}

/** `syllables` has one entry a code point of the name; entries without letters or digits are left out. */
export function pinyinTextOf(name: string, syllables: readonly string[]): PinyinText {
  /** For each syllable that counts: its place in the name and in the full pinyin. */
  const nameStarts: number[] = [];
  const nameEnds: number[] = [];
  const fullStarts: number[] = [];
  let full = '';
  let initials = '';
  let nameAt = 0;
  let index = 0;
  for (const character of name) {
    const syllable = foldText(syllables[index] ?? '').replace(/[^a-z0-9]/g, '');
    if (syllable !== '') {
      nameStarts.push(nameAt);
      nameEnds.push(nameAt + character.length);
      fullStarts.push(full.length);
      full += syllable;
      initials += syllable.charAt(0);
    }
    nameAt += character.length;
    index += 1;
  }
  const startsSyllable = new Set(fullStarts);
  const span = (first: number, last: number): { start: number; end: number } => ({
    start: nameStarts[first] ?? 0,
    end: nameEnds[last] ?? name.length,
  });
  const syllableAt = (place: number): number => {
    const after = fullStarts.findIndex((start) => start > place);
    return (after === -1 ? fullStarts.length : after) - 1;
  };
  return {
    initials,
    full,
    findFull(word) {
      let at = full.indexOf(word);
      while (at > 0 && !startsSyllable.has(at)) at = full.indexOf(word, at + 1);
      return at;
    },
    spanOfInitials: (start, length) => span(start, start + length - 1),
    spanOfFull: (start, length) => span(syllableAt(start), syllableAt(start + length - 1)),
  };
}
