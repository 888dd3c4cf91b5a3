import { createStore, type StoreApi } from 'zustand/vanilla';
import { firstGuideState, type GuideState } from './guideSteps.ts';

/** The guide as it is drawn. */
export interface GuideView extends GuideState {
  isOpen: boolean;
  /**
   * `demo`: steps are done for real, with people who are simulated. `explained`: a real city is not for trying things out; the guide only
   * shows where each step is done. Undefined until the hub has said which one it is.
   */
  mode: 'demo' | 'explained' | undefined;
  /** The hub’s clock. Unix milliseconds. */
  startedAtMs: number;
  endedAtMs: number | undefined;
}

export type GuideStore = StoreApi<GuideView>;

export function createGuideStore(): GuideStore {
  return createStore<GuideView>(() => ({
    ...firstGuideState,
    isOpen: false,
    mode: undefined,
    startedAtMs: 0,
    endedAtMs: undefined,
  }));
}
