import { createAccountsClient, type AskAccounts } from '../../../features/accounts/accountsClient.ts';
import { createDeskLock, type DeskLock } from '../../../features/accounts/deskLock.ts';
import type { PrincipalStore } from '../../../features/accounts/principalStore.ts';
import type { StepUp } from '../../../features/accounts/stepUp.ts';

/** Who sits at the desk, and what they do with their sign-in. */
export interface DeskAccounts {
  principal: PrincipalStore;
  ask: AskAccounts;
  lock: DeskLock;
  stepUp: StepUp;
  /** Signs out and leaves the desk. */
  signOut(): Promise<void>;
  /** Opens the sign-in page, where something is left to do. */
  goToSignIn(): void;
}

export function createDeskAccounts(options: {
  principal: PrincipalStore;
  /** Asks for a confirmation by itself. */
  fetch: typeof window.fetch;
  stepUp: StepUp;
  isTalking(): boolean;
  /** The desk was locked: what is open is closed. */
  onLocked(): void;
  leave(path: string): void;
}): DeskAccounts {
  const { principal } = options;
  const ask = createAccountsClient(options.fetch);
  const goToSignIn = (): void => options.leave('/sign-in.html?to=desk');
  return {
    principal,
    ask,
    stepUp: options.stepUp,
    lock: createDeskLock({
      store: principal,
      ask,
      isTalking: options.isTalking,
      nowMs: () => performance.now(),
      onLocked: options.onLocked,
    }),
    async signOut() {
      const answer = await ask('DELETE', 'session');
      if (answer.ok || answer.refusal.reason === 'accounts.signed_out') goToSignIn();
    },
    goToSignIn,
  };
}
