import { beforeEach, describe, expect, it, vi } from 'vitest';
import { askForSignIn } from '../../../../src-renderer/app/desk/accounts/signInNeed.ts';
import { createSessionStore } from '../../../../src-renderer/app/shared/sessionStore.ts';
import type { HandshakeRefusal } from '../../../../src-shared/protocol/index.ts';

let kept = new Map<string, string>();
const storage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
};
beforeEach(() => {
  kept = new Map();
});

function desk(nowMs: number) {
  const session = createSessionStore('en', 0);
  const goToSignIn = vi.fn();
  askForSignIn(session, { storage, nowMs: () => nowMs, goToSignIn });
  const refuse = (code: string): void =>
    session.setState({ link: { state: 'refused', refusal: { code } as HandshakeRefusal } });
  return { session, goToSignIn, refuse };
}

describe('a desk where nobody is signed in', () => {
  it('goes to the sign-in page by itself, once', () => {
    const { refuse, goToSignIn } = desk(0);
    refuse('access_denied');
    refuse('access_denied');
    expect(goToSignIn).toHaveBeenCalledOnce();
  });

  it('shows the refusal where the sign-in page has just sent it back', () => {
    const first = desk(10_000);
    first.refuse('access_denied');
    const sentBack = desk(10_400);
    sentBack.refuse('access_denied');
    expect(sentBack.goToSignIn).not.toHaveBeenCalled();
    for (const nowMs of [60_000, -60_000]) {
      const later = desk(nowMs);
      later.refuse('access_denied');
      expect(later.goToSignIn).toHaveBeenCalledOnce();
    }
  });

  it('stays where it was let in before, and where it is refused for another reason', () => {
    const ended = desk(0);
    ended.session.setState({ everJoined: true });
    ended.refuse('access_denied');
    expect(ended.goToSignIn).not.toHaveBeenCalled();
    const full = desk(0);
    for (const code of ['hub_full', 'version_mismatch', 'too_slow', 'wrong_origin']) full.refuse(code);
    expect(full.goToSignIn).not.toHaveBeenCalled();
    full.refuse('access_denied');
    expect(full.goToSignIn).toHaveBeenCalledOnce();
  });
});
