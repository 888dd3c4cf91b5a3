import type { PageStorage } from '../../../server/pageStorage.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';

const askedKey = 'mingchu.signInAskedAtMs';
/**
 * A desk that is refused again so soon after it asked for a sign-in shows the refusal in place of asking: the sign-in page would send it
 * back at once, and so on without end. Milliseconds.
 */
const askAgainAfterMs = 5_000;

/**
 * Goes to the sign-in page as soon as the hub says that nobody is signed in. A desk that was let in before shows why it is closed, and
 * waits for whoever sits there.
 */
export function askForSignIn(
  session: SessionStore,
  options: { storage: PageStorage; nowMs(): number; goToSignIn(): void },
): void {
  const { storage, nowMs, goToSignIn } = options;
  const stop = session.subscribe(({ link, everJoined }) => {
    if (everJoined) return stop();
    if (link.state !== 'refused' || link.refusal.code !== 'access_denied') return;
    stop();
    const now = nowMs();
    const sinceMs = now - Number(storage.getItem(askedKey) ?? Number.NEGATIVE_INFINITY);
    if (sinceMs >= 0 && sinceMs < askAgainAfterMs) return;
    storage.setItem(askedKey, String(now));
    goToSignIn();
  });
}
