import { describe, expect, it } from 'vitest';
import { createPasswordHasher } from '../../../../src-sfu/features/accounts/passwordHash.ts';
import {
  newTimeCodeSecret,
  stepOfTimeCode,
  timeCodeAt,
} from '../../../../src-sfu/features/accounts/timeCodes.ts';

/** `12345678901234567890` in base32: the secret of RFC 6238, appendix B. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('codes of an authenticator', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('are those of RFC 6238 at %i s', (seconds, code) => {
    expect(timeCodeAt(secret, seconds * 1_000)).toBe(code);
  });

  it('are taken one step early or late, and no step twice', () => {
    const atMs = 1_234_567_890_000;
    const step = Math.floor(atMs / 30_000);
    const taken = [-2, -1, 0, 1, 2].map((away) =>
      stepOfTimeCode(secret, timeCodeAt(secret, atMs + away * 30_000), atMs, undefined),
    );
    expect(taken).toEqual([undefined, step - 1, step, step + 1, undefined]);
    expect(stepOfTimeCode(secret, timeCodeAt(secret, atMs), atMs, step)).toBeUndefined();
  });

  it('have secrets of 160 bits', () => {
    expect(newTimeCodeSecret()).toMatch(/^[A-Z2-7]{32}$/);
  });
});

describe('Argon2id', () => {
  it('knows a password again, however it was composed, and no other', async () => {
    const hasher = createPasswordHasher();
    const stored = await hasher.hash('caf\u00e9 密码 пароль', 'lane');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const answers = await Promise.all([
      hasher.verify('cafe\u0301 密码 пароль', stored, 'lane'),
      hasher.verify('cafe 密码 пароль', stored, 'lane'),
      hasher.verify('cafe', undefined, 'lane'),
    ]);
    expect(answers).toEqual([true, false, false]);
  });
});
