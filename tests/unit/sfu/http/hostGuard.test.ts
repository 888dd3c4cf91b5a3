import { describe, expect, it } from 'vitest';
import { createHostGuard } from '../../../../src-sfu/http/hostGuard.ts';

it('refuses pages of other hosts', () => {
  const guard = createHostGuard();
  expect(guard.isSameOrigin('http://hub:7400', 'hub:7400')).toBe(true);
  expect(guard.isSameOrigin(undefined, 'hub:7400')).toBe(true);
  expect(guard.isSameOrigin('http://evil.example', 'hub:7400')).toBe(false);
  expect(guard.isSameOrigin('null', 'hub:7400')).toBe(false);
});

describe('a request that does not say which host it is for', () => {
  const guard = createHostGuard();
  const isRefused = (url: string, ...hosts: string[]): boolean =>
    guard.malformed({ url, rawHeaders: hosts.flatMap((host) => ['Host', host]) })?.code === 'bad_host';

  it.each([
    ['two names', '/', ['hub:7400', 'evil.example']],
    ['the same name twice', '/', ['hub:7400', 'hub:7400']],
    ['nothing', '/', ['']],
    ['a path', '/', ['hub:7400/x']],
    ['user information', '/', ['user@hub:7400']],
    ['a scheme', '/', ['http://hub:7400']],
    ['two names in one', '/', ['hub:7400, evil.example']],
    ['a space within', '/', ['hub 7400']],
    ['a port that is none', '/', ['hub:x']],
    ['brackets without an address', '/', ['[]:7400']],
    ['a question', '/', ['hub?x']],
    ['another name in the target', 'http://evil.example/healthz', ['hub:7400']],
    ['another port in the target', 'http://hub:1/healthz', ['hub:7400']],
    ['user information in the target', 'http://user@hub:7400/', ['hub:7400']],
    ['nothing in the target', 'http:///healthz', ['hub:7400']],
  ])('is refused: %s', (_what, url, hosts) => {
    expect(isRefused(url, ...hosts)).toBe(true);
  });

  it.each([
    ['/healthz', 'hub:7400'],
    ['/healthz?next=http://other/', 'hub'],
    ['http://hub:7400/healthz', 'HUB:7400'],
    ['/', '[fe80::1]:7400'],
    ['*', '192.0.2.7'],
  ])('is none of these: %s for %s', (url, host) => {
    expect(isRefused(url, host)).toBe(false);
  });

  it('is not one whose other headers have such values', () => {
    const rawHeaders = ['X-Name', 'host', 'host', 'hub:7400', 'X-Other', 'host'];
    expect(guard.malformed({ url: '/', rawHeaders })).toBeUndefined();
  });
});
