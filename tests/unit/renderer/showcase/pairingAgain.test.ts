import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it, vi } from 'vitest';
import { destinationOf } from '../../../../src-renderer/app/signIn/destination.ts';
import { guardHall } from '../../../../src-renderer/app/signIn/hallGuard.ts';
import {
  askEveryMs,
  codeAddress,
  createPairingAgain,
} from '../../../../src-renderer/app/showcase/pairingAgain.ts';
import { PairingView } from '../../../../src-renderer/features/accounts/PairingView.tsx';
import { startLocale } from '../../../../src-renderer/ui/locale.ts';

function screen(answer: () => Promise<boolean>) {
  let nowMs = 0;
  const did = { asked: 0, codes: 0 };
  const state = { isRefused: true };
  const again = createPairingAgain({
    isCodeAsked() {
      did.asked += 1;
      return answer();
    },
    isRefused: () => state.isRefused,
    showCode: () => void (did.codes += 1),
    runningMs: () => nowMs,
  });
  const refused = async (laterMs: number): Promise<void> => {
    nowMs += laterMs;
    again.refused();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { did, state, refused };
}

it('asks every 5 s, however often it is refused, and shows its code once a desk asked', async () => {
  let isAsked = false;
  const { did, refused } = screen(() => Promise.resolve(isAsked));
  await refused(0);
  await refused(1_000);
  expect(did).toEqual({ asked: 1, codes: 0 });
  isAsked = true;
  await refused(askEveryMs - 1_000);
  expect(did).toEqual({ asked: 2, codes: 1 });
});

it('stays as it is where the server does not answer, and where it was let in meanwhile', async () => {
  const silent = screen(() => Promise.reject(new Error('away')));
  await silent.refused(0);
  await silent.refused(askEveryMs);
  expect(silent.did).toEqual({ asked: 2, codes: 0 });
  const letIn = screen(() => Promise.resolve(true));
  letIn.state.isRefused = false;
  await letIn.refused(0);
  expect(letIn.did).toEqual({ asked: 1, codes: 0 });
});

it('shows the code of this screen, and comes back to its page', () => {
  for (const [search, path, screenId] of [
    ['', '/showcase.html', 'main'],
    ['?screen=hall&lang=en', '/showcase.html?screen=hall', 'hall'],
  ] as const) {
    const address = new URL(codeAddress(search), 'http://hub.example');
    expect(address.pathname).toBe('/sign-in.html');
    expect(destinationOf(address.search)).toEqual({
      path,
      pair: { surface: 'showcase', screenId, isAsked: true },
    });
  }
  expect(destinationOf('?pair=showcase').pair).toMatchObject({ isAsked: false });
});

it('keeps visitors on the page with the code that a desk asked for, and nobody on that of a screen that is set up', () => {
  const stopsMenus = (search: string): boolean => {
    const target = new EventTarget();
    const history = { pushState: () => undefined };
    guardHall(destinationOf(search), { target, history, location: { href: '/sign-in.html' } });
    return !target.dispatchEvent(new Event('contextmenu', { cancelable: true }));
  };
  expect(stopsMenus(codeAddress('?screen=hall').split('?')[1] ?? '')).toBe(true);
  expect(stopsMenus('?pair=showcase')).toBe(false);
  expect(stopsMenus('?to=desk')).toBe(false);
});

it('shows a command with the code only where nobody asked for it', async () => {
  vi.stubGlobal('document', { documentElement: {} });
  await startLocale('en');
  const drawn = (givingUp: { onGivenUp?: () => void }): string => {
    const props = { surface: 'showcase', screenId: 'hall', onPaired: () => undefined, ...givingUp } as const;
    return renderToStaticMarkup(createElement(PairingView, { ask: vi.fn(), ...props }));
  };
  expect(drawn({})).toContain('npm run accounts -- confirm');
  expect(drawn({ onGivenUp: () => undefined })).not.toContain('npm run');
  vi.unstubAllGlobals();
});
