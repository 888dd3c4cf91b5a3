import { afterEach, expect, it, vi } from 'vitest';
import { whenSeen } from '../../../../src-renderer/app/public/whenSeen.ts';

afterEach(() => vi.unstubAllGlobals());

it('says once that somebody has come to an element', () => {
  let see = (_isSeen: boolean): void => undefined;
  let watched = 0;
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(take: (entries: { isIntersecting: boolean }[]) => void) {
        see = (isIntersecting) => take([{ isIntersecting }]);
      }
      observe = (): void => void (watched += 1);
      disconnect = (): void => void (watched -= 1);
    },
  );
  const seen = vi.fn();
  const stop = whenSeen({} as Element, seen);
  see(false);
  expect([seen.mock.calls.length, watched]).toEqual([0, 1]);
  see(true);
  expect([seen.mock.calls.length, watched]).toEqual([1, 0]);
  whenSeen({} as Element, seen)();
  expect(watched).toBe(0);
  stop();
});

it('waits for a tap where the browser does not say what is seen', () => {
  vi.stubGlobal('IntersectionObserver', undefined);
  const seen = vi.fn();
  whenSeen({} as Element, seen)();
  expect(seen).not.toHaveBeenCalled();
});
