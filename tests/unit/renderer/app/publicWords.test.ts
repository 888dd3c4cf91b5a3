import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect, it } from 'vitest';
import zhCN from '../../../../assets/locales/zh-CN.json' with { type: 'json' };
import { publicWords } from '../../../../src-renderer/app/public/publicWords.ts';

/** The sources that the public's page is made of, each with its text; styles and types are left out. */
function sourcesOf(entry: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(entry)) return found;
  const text = readFileSync(entry, 'utf8');
  found.set(entry, text);
  for (const [statement, path = ''] of text.matchAll(/^(?:import|export)\b[^;]*?from '(\.[^']+\.tsx?)';/gms))
    if (!/^import type\b/.test(statement)) sourcesOf(resolve(dirname(entry), path), found);
  return found;
}

const sources = sourcesOf(resolve('src-renderer/app/public/public.tsx'));

it('has every word that the page says, in both languages', () => {
  expect(sources.size).toBeGreaterThan(15);
  const names = Object.keys(zhCN);
  const said = new Set<string>();
  for (const text of sources.values())
    for (const [, name = ''] of text.matchAll(/['`]([a-zA-Z]+)\.[a-zA-Z$]/g))
      if (names.includes(name)) said.add(name);
  expect(said).toContain('citizenPage');
  const known = Object.keys(publicWords['zh-CN']).sort();
  expect([...said].sort()).toEqual(known);
  expect(Object.keys(publicWords.en).sort()).toEqual(known);
});

it('loads neither the words of all surfaces nor the library of schemas', () => {
  const paths = [...sources.keys()].map((path) => path.slice(resolve('.').length + 1));
  expect(paths).toContain('src-renderer/app/public/PublicKitchens.tsx');
  expect(paths).not.toContain('src-renderer/ui/locale.ts');
  for (const [path, text] of sources) expect(text, path).not.toMatch(/from 'zod'/);
});
