import { afterEach, describe, expect, it, vi } from 'vitest';
import { copyText } from '../../../../src-renderer/ui/copyText.ts';

afterEach(() => void vi.unstubAllGlobals());

/** A page in which one of the ways to copy works. What is marked stays marked. */
function openPage({ command, clipboard }: { command: boolean; clipboard?: (text: string) => Promise<void> }) {
  const marked: unknown[] = [];
  vi.stubGlobal('window', {
    getSelection: () => ({
      removeAllRanges: () => void marked.splice(0),
      addRange: (range: { contents: unknown }) => void marked.push(range.contents),
    }),
  });
  const createRange = () => {
    const range = {
      contents: undefined as unknown,
      selectNodeContents: (node: unknown) => (range.contents = node),
    };
    return range;
  };
  vi.stubGlobal('document', { createRange, execCommand: () => command });
  vi.stubGlobal('navigator', clipboard === undefined ? {} : { clipboard: { writeText: clipboard } });
  return marked;
}
const element = { textContent: 'https://192.0.2.7:7443/site.html#CODE' } as HTMLElement;

describe('copying a text', () => {
  it('needs neither HTTPS nor a permission', async () => {
    const marked = openPage({ command: true });
    expect(await copyText(element)).toBe(true);
    expect(marked).toEqual([element]);
  });

  it('takes the clipboard where the browser has no other way', async () => {
    const copied: string[] = [];
    openPage({ command: false, clipboard: (text) => Promise.resolve(void copied.push(text)) });
    expect(await copyText(element)).toBe(true);
    expect(copied).toEqual([element.textContent]);
  });

  it('says that it failed, over plain HTTP and where it is refused, and leaves the text marked', async () => {
    for (const clipboard of [undefined, () => Promise.reject(new Error('NotAllowedError'))]) {
      const marked = openPage({ command: false, ...(clipboard === undefined ? {} : { clipboard }) });
      expect(await copyText(element)).toBe(false);
      expect(marked).toEqual([element]);
    }
  });
});
