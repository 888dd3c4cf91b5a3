import { describe, expect, it } from 'vitest';
import { createPageStorage, type StorageTrouble } from '../../../../src-renderer/server/pageStorage.ts';

/** A storage of a browser that takes so many letters. */
function storageOf(letters: number) {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    removeItem: (key: string) => void kept.delete(key),
    setItem(key: string, value: string) {
      const others = [...kept].filter(([other]) => other !== key);
      const size = [...others, [key, value]].reduce(
        (sum, [one = '', two = '']) => sum + one.length + two.length,
        0,
      );
      if (size > letters) throw new DOMException('full', 'QuotaExceededError');
      kept.set(key, value);
    },
  } as Storage;
  return { kept, storage };
}

const forbidden = (): never => {
  throw new DOMException('forbidden', 'SecurityError');
};
const blockings = {
  'the storage itself cannot be had': () => forbidden(),
  'every access throws': () => ({ getItem: forbidden, setItem: forbidden, removeItem: forbidden }) as never,
  'there is none': () => undefined as never,
};

describe('the storage of a page', () => {
  for (const [name, open] of Object.entries(blockings)) {
    it(`works for as long as the page lives when ${name}, and says so`, () => {
      const troubles: StorageTrouble[] = [];
      const storage = createPageStorage(open, (trouble) => void troubles.push(trouble));
      expect(storage.getItem('a')).toBeNull();
      storage.setItem('a', '1');
      expect(storage.getItem('a')).toBe('1');
      storage.removeItem('a');
      expect(storage.getItem('a')).toBeNull();
      expect(new Set(troubles)).toEqual(new Set(['blocked']));
    });
  }

  it('keeps in the browser what the browser takes, and says nothing', () => {
    const troubles: StorageTrouble[] = [];
    const { kept, storage } = storageOf(100);
    const page = createPageStorage(
      () => storage,
      (trouble) => void troubles.push(trouble),
    );
    page.setItem('a', '1');
    expect(kept.get('a')).toBe('1');
    page.removeItem('a');
    expect(kept.size).toBe(0);
    expect(troubles).toEqual([]);
  });

  it('that is full remembers the newest value, lets no older one come back, and says so', () => {
    const troubles: StorageTrouble[] = [];
    const { kept, storage } = storageOf(12);
    const page = createPageStorage(
      () => storage,
      (trouble) => void troubles.push(trouble),
    );
    page.setItem('other', '1');
    page.setItem('key', 'no');
    page.setItem('key', 'a longer value');
    expect(page.getItem('key')).toBe('a longer value');
    expect(kept.has('key')).toBe(false);
    expect(troubles).toEqual(['full']);
    // As soon as there is room, it is kept again.
    page.removeItem('other');
    page.setItem('key', 'short');
    expect(kept.get('key')).toBe('short');
  });

  it('makes room with what can be had again', () => {
    const troubles: StorageTrouble[] = [];
    const { kept, storage } = storageOf(60);
    const page = createPageStorage(
      () => storage,
      (trouble) => void troubles.push(trouble),
    );
    page.setItem('mingchu.routerRtpCapabilities', 'x'.repeat(28));
    page.setItem('mingchu.sharesPosition', 'false');
    expect(kept.get('mingchu.sharesPosition')).toBe('false');
    expect(troubles).toEqual([]);
    page.setItem('mingchu.routerRtpCapabilities', 'x'.repeat(500));
    expect(troubles, 'what can be had again is worth no word').toEqual([]);
  });
});
