import { describe, expect, it } from 'vitest';
import { alertDocsPage } from '../../../../../src-sfu/http/alerts/alertDocsPage.ts';
import { hasChinese, inLanguage } from '../../../../../src-sfu/http/alerts/alertDocsWords.ts';
import { alertOpenApi } from '../../../../../src-sfu/http/alerts/alertOpenApi.ts';

const document = alertOpenApi('1.2.3');

/** Every text of the description that is written for people. */
function textsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    (key === 'description' || key === 'summary') && typeof inner === 'string'
      ? inner.split('\n\n').filter((block) => !block.startsWith('    '))
      : textsOf(inner),
  );
}

/** Numbers and names that both languages have alike. */
function factsOf(text: string): string[] {
  const facts = text.match(/\d+|`[^`]+`|\b(?:[a-z]+[A-Z]\w*|[a-z]+_\w+|[A-Z]{2,}[\w-]*)\b/g) ?? [];
  return [...new Set(facts)].sort();
}

describe('the page for other systems', () => {
  const texts = [...new Set([document.info.title, ...textsOf(document)])];

  it('has a Chinese sentence for each text of the description', () => {
    expect(texts.length).toBeGreaterThan(30);
    expect(texts.filter((text) => !hasChinese(text))).toEqual([]);
  });

  it('says the same numbers and names in both', () => {
    for (const text of texts.filter((one) => one !== document.info.title)) {
      expect(factsOf(inLanguage(text, 'zh-CN')), text).toEqual(factsOf(text));
    }
  });

  it('leads from each language to the other, and runs no script', () => {
    const english = alertDocsPage(document, 'en');
    const chinese = alertDocsPage(document, 'zh-CN');
    expect(english).toContain('<html lang="en">');
    expect(english).toContain('<a href="?lang=zh-CN" lang="zh-CN" hreflang="zh-CN">中文</a>');
    expect(chinese).toContain('<html lang="zh-CN">');
    expect(chinese).toContain('<a href="?lang=en" lang="en" hreflang="en">English</a>');
    for (const page of [english, chinese]) expect(page).not.toMatch(/<script|https?:\/\/(?!HUB)/);
  });

  it('has no Chinese in the English page but the way to the other, and no English sentence in the Chinese one', () => {
    const plain = (page: string): string =>
      page
        .replace(
          /<pre>[\s\S]*?<\/pre>|<style>[\s\S]*?<\/style>|<a href="\?lang[^]*?<\/a>|<title>[^]*?<\/title>/g,
          '',
        )
        .replace(/<h1>[^]*?<\/h1>/, '')
        .replace(/<[^>]+>/g, '\n');
    expect(plain(alertDocsPage(document, 'en'))).not.toMatch(/\p{Script=Han}/u);
    // Three English words in a row are a sentence, not a name.
    expect(plain(alertDocsPage(document, 'zh-CN'))).not.toMatch(/\b[a-z]+ [a-z]+ [a-z]+\b/);
  });
});
