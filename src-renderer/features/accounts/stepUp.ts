import { createStore, type StoreApi } from 'zustand/vanilla';
import { sessionAnswerSchema, type SessionAnswer } from '../../../src-shared/accounts/accounts.protocol.ts';
import type { HubLink } from '../../server/hubLink.ts';

const confirmFirst = 'accounts.confirm_first';

/** Asks for the password or a code where the hub wants it, and repeats what it was wanted for. */
export interface StepUp {
  /** Whether the window that asks is open. */
  store: StoreApi<{ isAsking: boolean }>;
  /** Runs it; as often as the hub wants a confirmation first, asks for it and runs it again. Not confirmed: the hub's refusal. */
  run<T>(work: () => Promise<T>, wantsConfirmation: (answer: T) => boolean | Promise<boolean>): Promise<T>;
  /** The hub took the confirmation. */
  confirmed(): void;
  cancelled(): void;
}

export function createStepUp(): StepUp {
  const store = createStore<{ isAsking: boolean }>(() => ({ isAsking: false }));
  /** Several requests may wait for one confirmation. */
  let waiting: ((isConfirmed: boolean) => void)[] = [];
  const settle = (isConfirmed: boolean): void => {
    const settled = waiting;
    waiting = [];
    store.setState({ isAsking: false });
    for (const resolve of settled) resolve(isConfirmed);
  };
  return {
    store,
    async run(work, wantsConfirmation) {
      let answer = await work();
      // A confirmation may have run out again before the work comes to the hub.
      while (await wantsConfirmation(answer)) {
        const isConfirmed = await new Promise<boolean>((resolve) => {
          waiting.push(resolve);
          store.setState({ isAsking: true });
        });
        if (!isConfirmed) break;
        answer = await work();
      }
      return answer;
    },
    confirmed: () => settle(true),
    cancelled: () => settle(false),
  };
}

/** A connection whose requests ask by themselves. */
export function linkWithStepUp<Link extends Pick<HubLink, 'request'>>(link: Link, stepUp: StepUp): Link {
  const request: HubLink['request'] = (name, input, timeoutMs) =>
    stepUp.run(
      () => link.request(name, input, timeoutMs),
      (answer) => !answer.ok && answer.reason === confirmFirst,
    );
  return { ...link, request };
}

/**
 * Opens a page of the hub in a window of its own, which cannot ask by itself: it is asked for before. Cancelled: nothing is opened.
 * `fetch` asks the hub who is signed in.
 */
export async function openWithStepUp(
  path: string,
  parts: { fetch: typeof window.fetch; stepUp: StepUp; open(path: string): void },
): Promise<void> {
  const isUnconfirmed = (session: SessionAnswer | undefined): boolean =>
    session?.person !== undefined && (session.person.confirmedUntilMs ?? 0) <= session.nowMs;
  const session = await parts.stepUp.run(async () => {
    const answer = await parts.fetch('/api/v1/session');
    const parsed = sessionAnswerSchema.safeParse(await answer.json());
    return parsed.success ? parsed.data : undefined;
  }, isUnconfirmed);
  if (!isUnconfirmed(session)) parts.open(path);
}

/** `fetch` that asks by itself. */
export function fetchWithStepUp(fetch: typeof window.fetch, stepUp: StepUp): typeof window.fetch {
  return (...request) =>
    stepUp.run(
      () => fetch(...request),
      async (response) => {
        if (response.status !== 403) return false;
        const body = (await response
          .clone()
          .json()
          .catch(() => ({}))) as { error?: { reason?: string } };
        return body.error?.reason === confirmFirst;
      },
    );
}
