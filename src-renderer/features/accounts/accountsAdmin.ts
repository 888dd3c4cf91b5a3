import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Account, AccountRole, AccountsAnswer } from '../../../src-shared/accounts/accounts.protocol.ts';
import type { Scope } from '../../../src-shared/session/principal.ts';
import { createCurrentAnswers } from '../../ui/askingStore.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';
import type { Answer, AskAccounts } from './accountsClient.ts';

/** A code of one use, until it is put away; it is shown this once. */
export interface ShownCode {
  name: string;
  signInName: string;
  code: string;
  expiresAtMs: number;
}

/** Accounts, sign-ins and paired screens as an administrator sees them. */
export interface AccountsAdminState {
  answer: AccountsAnswer | undefined;
  made: ShownCode | undefined;
  /** Why the last thing was not done. */
  problem: RefusalWords | undefined;
  isBusy: boolean;
}

export interface AccountInput {
  signInName: string;
  name: string;
  role: AccountRole;
  scope: Scope;
}

/** What administrators do; each answers whether it was done. The list is read again after it. */
export interface AccountsAdmin {
  store: StoreApi<AccountsAdminState>;
  read(): Promise<boolean>;
  add(input: AccountInput): Promise<boolean>;
  change(accountId: string, change: Partial<AccountInput> & { isDisabled?: boolean }): Promise<boolean>;
  reset(accountId: string, withTimeCodes: boolean): Promise<boolean>;
  endSignIn(sessionId: string): Promise<boolean>;
  confirmPairing(code: string, name: string): Promise<boolean>;
  /** Showcase screens whose pairing has ended show a code for a while. */
  askForCodes(): Promise<boolean>;
  revokeScreen(pairingId: string): Promise<boolean>;
  putCodeAway(): void;
  /** Another person may be at the desk. */
  forget(): void;
}

const nothing: AccountsAdminState = {
  answer: undefined,
  made: undefined,
  problem: undefined,
  isBusy: false,
};

export function createAccountsAdmin(askHub: AskAccounts): AccountsAdmin {
  const store = createStore<AccountsAdminState>(() => nothing);
  const answers = createCurrentAnswers();
  const ask: AskAccounts = <T>(method: string, path: string, body?: object) =>
    answers.only(askHub<T>(method, path, body));
  const read = async (): Promise<boolean> => {
    const answer = await ask<AccountsAnswer>('GET', 'accounts');
    store.setState(answer.ok ? { answer: answer.data } : { answer: undefined, problem: answer.refusal });
    return answer.ok;
  };
  const act = async <T>(asked: Promise<Answer<T>>, done?: (data: T) => void): Promise<boolean> => {
    store.setState({ isBusy: true, problem: undefined });
    const answer = await asked;
    store.setState({ isBusy: false });
    if (!answer.ok) {
      store.setState({ problem: answer.refusal });
      return false;
    }
    done?.(answer.data);
    await read();
    return true;
  };
  const doAlone = async (path: string, body: object): Promise<Answer<object>> => {
    store.setState({ isBusy: true, problem: undefined });
    const answer = await ask<object>('POST', path, body);
    store.setState({ isBusy: false, problem: answer.ok ? undefined : answer.refusal });
    return answer;
  };
  type Made = { account: Account; code: string; expiresAtMs: number };
  const showCode = ({ account: { name, signInName }, code, expiresAtMs }: Made): void =>
    store.setState({ made: { name, signInName, code, expiresAtMs } });
  const pathOf = (...parts: string[]): string => parts.map((part) => encodeURIComponent(part)).join('/');
  return {
    store,
    read,
    add: (input) => act(ask<Made>('POST', 'accounts', input), showCode),
    change: (accountId, change) => act(ask<object>('PATCH', pathOf('accounts', accountId), change)),
    reset: (accountId, withTimeCodes) =>
      act(ask<Made>('POST', pathOf('accounts', accountId, 'reset'), { withTimeCodes }), showCode),
    endSignIn: (sessionId) => act(ask<object>('DELETE', pathOf('sign-ins', sessionId))),
    askForCodes: async () => (await doAlone('pairings/ask', {})).ok,
    async confirmPairing(code, name) {
      const answer = await doAlone('pairings/confirm', { code, name });
      // A person who pairs a screen need not be an administrator, and only administrators read the list.
      if (answer.ok && store.getState().answer !== undefined) await read();
      return answer.ok;
    },
    revokeScreen: (pairingId) => act(ask<object>('DELETE', pathOf('screens', pairingId))),
    putCodeAway: () => store.setState({ made: undefined }),
    forget() {
      answers.forget();
      store.setState(nothing);
    },
  };
}
