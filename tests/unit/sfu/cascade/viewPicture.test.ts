import { describe, expect, it } from 'vitest';
import { isOwnPlatform, pictureFor } from '../../../../src-sfu/features/cascade/viewPicture.ts';

describe('the picture that goes up', () => {
  const live =
    (...kinds: string[]) =>
    (kind: string): boolean =>
      kinds.includes(kind);

  it('is the one that the platform asks for, whatever is set and runs', () => {
    expect(pictureFor('main', 'sub', live('main'))).toBe('sub');
    expect(pictureFor('warm', 'main', live('sub'))).toBe('main');
  });

  it('is the one that is set where nothing is asked for', () => {
    expect(pictureFor('sub', undefined, live('main'))).toBe('sub');
    expect(pictureFor('main', undefined, live('sub'))).toBe('main');
  });

  it('is the one that runs already, by choice, and the main one where both or none do', () => {
    expect(pictureFor('warm', undefined, live('sub'))).toBe('sub');
    expect(pictureFor('warm', undefined, live('main'))).toBe('main');
    expect(pictureFor('warm', undefined, live('main', 'sub'))).toBe('main');
    expect(pictureFor('warm', undefined, live())).toBe('main');
  });
});

describe('an upper platform that is the hub itself', () => {
  const own = { state: 'open', port: 5060, platformId: '42120000002000000001' };
  const here = (address: string): boolean => address === '10.0.0.2';
  const at = (address: string, port = 5060, theirId = own.platformId) => ({ address, port, theirId });

  it('is recognised by an address of this machine together with its own port and id', () => {
    expect(isOwnPlatform(at('10.0.0.2'), own, here)).toBe(true);
    expect(isOwnPlatform(at('127.0.0.9'), own, here)).toBe(true);
    expect(isOwnPlatform(at('10.0.0.3'), own, here)).toBe(false);
    expect(isOwnPlatform(at('10.0.0.2', 5061), own, here)).toBe(false);
    expect(isOwnPlatform(at('10.0.0.2', 5060, '42120000002000000002'), own, here)).toBe(false);
  });

  it('is none while the door for recorders is shut', () => {
    expect(isOwnPlatform(at('10.0.0.2'), { ...own, state: 'off' }, here)).toBe(false);
  });
});
