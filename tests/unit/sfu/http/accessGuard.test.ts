import { describe, expect, it } from 'vitest';
import { createAccessGuard } from '../../../../src-sfu/http/accessGuard.ts';

describe('the access guard', () => {
  const guard = createAccessGuard('the-key', true);

  it('lets this machine in, and others only with the key', () => {
    expect(guard.admits('127.0.0.1', undefined)).toBe(true);
    expect(guard.admits('::ffff:127.0.0.1', undefined)).toBe(true);
    expect(guard.admits('10.0.0.9', undefined)).toBe(false);
    expect(guard.admits('10.0.0.9', 'the-kez')).toBe(false);
    expect(guard.admits('10.0.0.9', 'the-key')).toBe(true);
    expect(guard.admits('10.127.0.0.1', undefined)).toBe(false);
    expect(guard.admits(undefined, undefined)).toBe(false);
  });

  it('asks this machine for the key too where a proxy stands before the hub', () => {
    expect(createAccessGuard('the-key', false).admits('127.0.0.1', undefined)).toBe(false);
  });
});
