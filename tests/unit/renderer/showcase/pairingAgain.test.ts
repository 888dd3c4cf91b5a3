import { expect, it } from 'vitest';
import { destinationOf } from '../../../../src-renderer/app/signIn/destination.ts';
import {
  askEveryMs,
  codeAddress,
  createPairingAgain,
} from '../../../../src-renderer/app/showcase/pairingAgain.ts';

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
