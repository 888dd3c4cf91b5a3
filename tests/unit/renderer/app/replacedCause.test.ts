import { describe, expect, it } from 'vitest';
import { takeReplacedCause } from '../../../../src-renderer/app/shared/replacedCause.ts';

function take(href: string): { cause: string | undefined; addresses: unknown[] } {
  const addresses: unknown[] = [];
  const cause = takeReplacedCause(
    { href },
    { replaceState: (_data, _title, address) => void addresses.push(address) },
  );
  return { cause, addresses };
}

describe('why the desktop application loaded a page again', () => {
  it('is taken out of the address, which keeps the rest', () => {
    expect(take('http://hub/wall.html?screen=main&replaced=hung&scale=1.5')).toEqual({
      cause: 'hung',
      addresses: ['http://hub/wall.html?screen=main&scale=1.5'],
    });
  });

  it('is nothing on a page that somebody opened, and none that is unknown', () => {
    expect(take('http://hub/wall.html?screen=main')).toEqual({ cause: undefined, addresses: [] });
    expect(take('http://hub/desk.html?replaced=outOfMemory').cause).toBe('outOfMemory');
    expect(take('http://hub/wall.html?replaced=%3Cscript%3E').cause).toBeUndefined();
  });
});
