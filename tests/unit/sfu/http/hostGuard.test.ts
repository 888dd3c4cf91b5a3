import { expect, it } from 'vitest';
import { createHostGuard } from '../../../../src-sfu/http/hostGuard.ts';

it('refuses pages of other hosts', () => {
  const guard = createHostGuard();
  expect(guard.isSameOrigin('http://hub:7400', 'hub:7400')).toBe(true);
  expect(guard.isSameOrigin(undefined, 'hub:7400')).toBe(true);
  expect(guard.isSameOrigin('http://evil.example', 'hub:7400')).toBe(false);
  expect(guard.isSameOrigin('null', 'hub:7400')).toBe(false);
});
