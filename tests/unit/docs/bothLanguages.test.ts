import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (file: string): string =>
  readFileSync(new URL(`../../../docs/${file}`, import.meta.url), 'utf8');
const rowsOf = (text: string): number[] =>
  text
    .split('\n## ')
    .slice(1)
    .map((part) => part.split('\n').filter((line) => line.startsWith('| ')).length);
/** Commands, settings and addresses, which are the same in every language. */
const codeWords = (text: string): string[] =>
  [...text.matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word).toSorted();

describe.each(['troubleshooting', 'administrator'])('the page %s', (name) => {
  const [english, chinese] = [`${name}.md`, `${name}.zh-CN.md`].map(read) as [string, string];

  it('has the same chapters and rows, and the same commands, in both languages', () => {
    expect(rowsOf(chinese)).toEqual(rowsOf(english));
    expect(codeWords(chinese)).toEqual(codeWords(english));
  });
});

it('the sizes of machines name benches that there are', () => {
  const runner = readFileSync(new URL('../../bench/run.ts', import.meta.url), 'utf8');
  for (const page of ['administrator.md', 'administrator.zh-CN.md']) {
    const cells = [...read(page).matchAll(/\| (`[a-z][\w.]*`[^|]*)\|$/gm)].map(([, cell = '']) => cell);
    const names = cells.flatMap(codeWords);
    expect(names.length).toBeGreaterThan(8);
    const areas = names.filter((name) => !new RegExp(`^  '?${name}'?:`, 'm').test(runner));
    // An area of which the parts come from a file of their own.
    expect(areas).toEqual(['wall.frames']);
    expect(runner).toContain('...wallFramesBenches');
  }
});
