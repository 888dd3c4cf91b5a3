import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSecretBox } from '../../../../src-sfu/storage/secretBox.ts';

describe('the secret box', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mingchu-secret-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('opens what it sealed, also after a restart', () => {
    const sealed = openSecretBox(folder).seal('密码 pass:@/');
    expect(sealed).not.toContain('pass');
    expect(openSecretBox(folder).open(sealed)).toBe('密码 pass:@/');
  });

  it('seals the same secret differently each time', () => {
    const box = openSecretBox(folder);
    expect(box.seal('a')).not.toBe(box.seal('a'));
  });

  it('refuses what was changed', () => {
    const box = openSecretBox(folder);
    const bytes = Buffer.from(box.seal('secret').slice(3), 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    expect(() => box.open(`v1.${bytes.toString('base64')}`)).toThrow();
    expect(() => box.open('plain')).toThrow();
  });

  it('keeps its key for its owner only, and says when it is damaged', () => {
    openSecretBox(folder);
    const path = join(folder, 'hub.key');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    writeFileSync(path, 'short');
    expect(() => openSecretBox(folder)).toThrow(/damaged/);
  });
});
