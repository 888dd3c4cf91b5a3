import type { SessionAnswer } from '../../../src-shared/accounts/accounts.protocol.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';

/** An answer over HTTP, or the reason why there is none. */
export type Answer<T> = { ok: true; data: T } | { ok: false; refusal: RefusalWords };

/** Sends requests about accounts to the hub; the browser's cookie identifies the person. */
export type AskAccounts = <T = SessionAnswer>(
  method: string,
  path: string,
  body?: object,
) => Promise<Answer<T>>;

const noAnswer: RefusalWords = { code: 'unavailable', reason: 'session.no_answer' };

export function createAccountsClient(fetch: typeof window.fetch): AskAccounts {
  return async <T>(method: string, path: string, body?: object) => {
    try {
      const response = await fetch(`/api/v1/${path}`, {
        method,
        cache: 'no-store',
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const answer = (await response.json()) as T & { error?: RefusalWords };
      if (response.ok) return { ok: true, data: answer };
      return { ok: false, refusal: answer.error ?? noAnswer } as const;
    } catch {
      return { ok: false, refusal: noAnswer } as const;
    }
  };
}
