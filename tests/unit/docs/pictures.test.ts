import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { namedPictures } from '../../../scripts/screenshots/namedPictures.mjs';

const folder = fileURLToPath(new URL('../../../docs/pictures', import.meta.url));

describe('the pictures of the guides', () => {
  it('are small enough for everybody’s clone', () => {
    const files = existsSync(folder) ? readdirSync(folder) : [];
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !file.endsWith('.webp'))).toEqual([]);
    const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    expect(bytes).toBeLessThan(2_000_000);
  });

  it('are all shown by the README, which names no other', () => {
    const readme = readFileSync(join(folder, '../../README.md'), 'utf8');
    expect([...namedPictures(readme)].toSorted()).toEqual(readdirSync(folder).toSorted());
  });
});
