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
