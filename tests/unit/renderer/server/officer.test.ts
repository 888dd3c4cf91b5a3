import { describe, expect, it } from 'vitest';
import { keepOfficer, readOfficer } from '../../../../src-renderer/server/officer.ts';

function storage() {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
}

describe('who sits at a desk', () => {
  it('is unknown until it was said', () => {
    expect(readOfficer(storage())).toBeUndefined();
  });

  it('is kept, and stays the same seat under another name', () => {
    const kept = storage();
    expect(keepOfficer(kept, ' 王芳 ', () => 'seat-1')).toEqual({ id: 'seat-1', name: '王芳' });
    expect(keepOfficer(kept, '李强', () => 'seat-2')).toEqual({ id: 'seat-1', name: '李强' });
    expect(readOfficer(kept)).toEqual({ id: 'seat-1', name: '李强' });
  });

  it('is not changed by a name of blanks, and no name is longer than the hub takes', () => {
    const kept = storage();
    keepOfficer(kept, '王芳', () => 'seat-1');
    expect(keepOfficer(kept, '  ', () => 'seat-2')?.name).toBe('王芳');
    expect(keepOfficer(kept, '长'.repeat(60), () => 'seat-3')?.name).toHaveLength(40);
  });
});
