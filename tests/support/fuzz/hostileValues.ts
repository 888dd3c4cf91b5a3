import type { Chance } from './chance.ts';

/** Text that has broken a program somewhere. */
const texts = [
  '',
  ' ',
  '0',
  '-1',
  'null',
  'true',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../../../etc/passwd',
  '%2e%2e%2f',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  '\ufeff',
  '\u202e',
  '\u2028',
  'é'.normalize('NFD'),
  '鼠患'.repeat(200),
  '👩‍👩‍👧‍👦'.repeat(50),
  "' OR 1=1 --",
  '"; DROP TABLE alerts; --',
  '%s%n%x',
  '{{7*7}}',
  '<script>alert(1)</script>',
  'rtsp://a:b@127.0.0.1:9/x?y#z',
  'http://169.254.169.254/',
  '1e309',
  '0x10',
  '1,000',
  '2026-13-45T99:99:99Z',
  '(a+)+$',
  `${'a'.repeat(5_000)}!`,
  '\\'.repeat(3_000),
  '['.repeat(2_000),
  'x'.repeat(60_000),
];
const numbers = [
  ...[0, -0, 1, -1, 0.5, -0.0000005, 1.0000001, 255, 65_536, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 64],
  ...[1e308, -1e308, 5e-324, Number.NaN, Infinity, -Infinity, 1_800_000_000_000, 8.64e15 + 1],
];
/** The largest list or object that is made. */
const maxEntries = 12;
const deepestNesting = 30;

/** Any value that a message can carry. */
export function hostileValue(chance: Chance, depth = 0): unknown {
  switch (chance.below(depth > 3 ? 5 : 9)) {
    case 0:
      return chance.pick(texts);
    case 1:
      return chance.pick(numbers);
    case 2:
      return chance.pick([null, undefined, true, false]);
    case 3:
      return Buffer.alloc(chance.below(300), chance.below(256));
    case 4:
      return chance.pick([[], {}]);
    case 5:
      return Array.from({ length: chance.below(maxEntries) }, () => hostileValue(chance, depth + 1));
    case 6:
      return Object.fromEntries(
        Array.from({ length: chance.below(maxEntries) }, () => [
          chance.pick(texts),
          hostileValue(chance, depth + 1),
        ]),
      );
    case 7: {
      let nested: unknown = 0;
      for (let level = chance.below(deepestNesting); level > 0; level -= 1)
        nested = chance.happens(0.5) ? [nested] : { a: nested };
      return nested;
    }
    default:
      return Array<unknown>(chance.below(3_000)).fill(chance.pick([0, '', null, []]));
  }
}

/** Text that has broken a program somewhere. */
export function hostileText(chance: Chance): string {
  return chance.pick(texts);
}

/** A value with one place in it changed: by another value, left out, doubled, or with one more member. */
export function withOneFault(value: unknown, chance: Chance): unknown {
  const isList = Array.isArray(value);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value) || chance.happens(0.1)) {
    return hostileValue(chance);
  }
  const entries = Object.entries(value);
  if (chance.happens(0.15) || entries.length === 0) {
    return isList
      ? [...(value as unknown[]), hostileValue(chance)]
      : { ...value, [chance.pick(texts)]: hostileValue(chance) };
  }
  const [key, inner] = chance.pick(entries);
  if (isList) {
    const changed = [...(value as unknown[])];
    if (chance.happens(0.3)) return Array<unknown>(chance.below(400)).fill(inner);
    changed[Number(key)] = withOneFault(inner, chance);
    return changed;
  }
  if (chance.happens(0.15)) return Object.fromEntries(entries.filter(([name]) => name !== key));
  return { ...value, [key]: withOneFault(inner, chance) };
}
