import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedDocuments } from '../../../../scripts/package/documents.mjs';

describe('the pages that go with a package', () => {
  const documents = shippedDocuments();
  const pages = [...documents].filter(([path]) => path.endsWith('.md'));

  it('are what an administrator and every user reads, with their pictures', () => {
    for (const path of [
      'README.md',
      'docs/administrator.md',
      'docs/troubleshooting.md',
      'docs/handover.md',
      'docs/guides/squad.zh-CN.md',
      'docs/pictures/desk.webp',
      'src-main/README.md',
    ])
      expect([...documents.keys()]).toContain(path);
    expect([...documents.keys()].filter((path) => path.startsWith('docs/decisions'))).toEqual([]);
  });

  it.each(pages)('%s leads to no page and no picture that is not there', (path, bytes) => {
    const targets = [...bytes.toString().matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const files = targets
      .filter((target) => !target.startsWith('#') && !/^[a-z]+:/i.test(target))
      .map((target) => posix.normalize(posix.join(posix.dirname(path), target.replace(/#.*$/, ''))));
    expect(files.filter((file) => !documents.has(file))).toEqual([]);
  });

  it('keep their other links', () => {
    expect(documents.get('docs/administrator.md')?.toString()).toContain('](troubleshooting.md)');
    expect(documents.get('README.md')?.toString()).toContain('](docs/administrator.md)');
  });
});
