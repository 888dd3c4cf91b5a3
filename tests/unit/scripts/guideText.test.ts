import { describe, expect, it } from 'vitest';
import { guidePages } from '../../../scripts/guides/guidePages.mjs';
import { guideHtml } from '../../../scripts/guides/guideText.mjs';

const nowhere = (): undefined => undefined;

describe('the text of a guide', () => {
  it('becomes headings, paragraphs, lists and tables', () => {
    const text = [
      '# Title',
      '',
      '1. One',
      '   and more',
      '2. Two',
      '',
      '- a **bold** word',
      '',
      '| a | b |',
      '| - | - |',
      '| 1 | `x \\| y` |',
    ];
    expect(guideHtml(text.join('\n'), nowhere)).toBe(
      [
        '<h1>Title</h1>',
        '<ol><li>One and more</li><li>Two</li></ol>',
        '<ul><li>a <strong>bold</strong> word</li></ul>',
        '<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td><code>x \\| y</code></td></tr></tbody></table>',
      ].join('\n'),
    );
  });

  it('has a space between lines of English words, and no space between those of Chinese ones', () => {
    expect(guideHtml('one\ntwo', nowhere)).toBe('<p>one two</p>');
    expect(guideHtml('大屏不可退出时\n先输入口令。\n现场', nowhere)).toBe(
      '<p>大屏不可退出时先输入口令。现场</p>',
    );
  });

  it('leads only where a page is served, and makes nothing of what looks like HTML', () => {
    const hrefOf = (target: string): string | undefined => (target === 'a.md' ? 'a.html' : undefined);
    expect(guideHtml('[here](a.md), [there](../b.md) & <b>', hrefOf)).toBe(
      '<p><a href="a.html">here</a>, there &amp; &lt;b&gt;</p>',
    );
    expect(guideHtml('`[x](a.md) **y**`', hrefOf)).toBe('<p><code>[x](a.md) **y**</code></p>');
  });

  it.each(['### Three', '```sh\nx\n```', '> quoted', '![picture](a.webp)', '<div>'])(
    'is refused with %j, which would be printed wrongly',
    (block) => {
      expect(() => guideHtml(block, nowhere)).toThrow('cannot have this block');
    },
  );
});

describe('the pages of the guides', () => {
  const pages = guidePages();

  it('are six, with their style', () => {
    expect([...pages.keys()].toSorted()).toEqual(
      [
        'guide.css',
        ...['duty-officer', 'squad', 'supervisor'].flatMap((who) => [`${who}.en.html`, `${who}.zh-CN.html`]),
      ].toSorted(),
    );
  });

  it('lead to each other, and nowhere else', () => {
    for (const [name, page] of pages) {
      const targets = [...page.matchAll(/href="([^"]+)"/g)].map(([, target = '']) => target);
      expect(targets.filter((target) => !pages.has(target))).toEqual([]);
      if (name.endsWith('.html'))
        expect(targets).toContain(name.replace(/en|zh-CN/, (one) => (one === 'en' ? 'zh-CN' : 'en')));
    }
  });

  it('have all words of their guides and no mark of Markdown', () => {
    for (const [name, page] of pages) {
      if (!name.endsWith('.html')) continue;
      const words = page.replaceAll(/<[^>]+>/g, '');
      expect(words).not.toMatch(/\*\*|`|\]\(|^\s*[#|]/m);
    }
  });
});
