import { describe, expect, it } from 'vitest';
import { packageSource } from '../../../../scripts/package/cleanRoot.mjs';

describe('the source of packages for a clean root', () => {
  it.each([
    ['deb http://packages.example/debian bookworm main\n', 'http://packages.example/debian'],
    ['# deb http://old.example/x y\ndeb [signed-by=/k] https://a.example/d s main', 'https://a.example/d'],
    ['Types: deb\nURIs: http://b.example/debian\nSuites: bookworm\n', 'http://b.example/debian'],
  ])('is the first that the machine names: %j', (sources, named) => {
    expect(packageSource(sources)).toBe(named);
  });

  it.each([
    '',
    '# deb http://commented.example/debian bookworm main',
    'deb-src http://s.example/debian x main',
  ])('is never guessed where the machine names none: %j', (sources) => {
    expect(() => packageSource(sources)).toThrow(/names no source of Debian packages/);
  });
});
