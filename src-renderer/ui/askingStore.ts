import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Ack } from '../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../src-shared/protocol/index.ts';
import type { RefusalWords } from './refusalText.ts';

/** Answers that are for the person who asked. */
export interface CurrentAnswers {
  /** The answer as it comes. After `forget` the promise never settles, so that nothing that follows it is done. */
  only<Answer>(asked: Promise<Answer>): Promise<Answer>;
  /** Another person may be at the desk: answers that are still under way concern nobody any more. */
  forget(): void;
}

export function createCurrentAnswers(): CurrentAnswers {
  let era = 0;
  return {
    only(asked) {
      const askedIn = era;
      return new Promise((resolve, reject) => {
        asked.then(
          (answer) => {
            if (askedIn === era) resolve(answer);
          },
          (error: unknown) => {
            if (askedIn === era) reject(error as Error);
          },
        );
      });
    },
    forget() {
      era += 1;
    },
  };
}

export type AskHub = <Name extends RequestName>(
  name: Name,
  input: InputOf<Name>,
) => Promise<Ack<OutputOf<Name>>>;

/** A store of one desk whose content is asked of the hub. */
export interface AskingStore<State> {
  store: StoreApi<State>;
  /** Asks without a word on the screen. */
  request: AskHub;
  /** Asks while `isBusy` is shown; undefined when it was refused, and `problem` says why. */
  ask<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<OutputOf<Name> | undefined>;
  /** Another person may be at the desk: the store is as at first, and no answer that is under way changes it. */
  forget(): void;
}

/** `cleared`: what of the state a new request takes from the screen, beside the last problem. */
export function createAskingStore<State extends { isBusy: boolean; problem: RefusalWords | undefined }>({
  nothing,
  cleared = {},
  request,
}: {
  nothing: State;
  cleared?: Partial<State>;
  request: AskHub;
}): AskingStore<State> {
  const store = createStore<State>(() => nothing);
  const answers = createCurrentAnswers();
  const only: AskHub = (name, input) => answers.only(request(name, input));
  const set = (change: { isBusy: boolean; problem?: RefusalWords | undefined }): void =>
    store.setState(change as Partial<State>);
  return {
    store,
    request: only,
    async ask(name, input) {
      store.setState(cleared);
      set({ isBusy: true, problem: undefined });
      const answer = await only(name, input);
      set({ isBusy: false, ...(answer.ok ? {} : { problem: answer }) });
      return answer.ok ? answer.data : undefined;
    },
    forget() {
      answers.forget();
      store.setState(nothing, true);
    },
  };
}
