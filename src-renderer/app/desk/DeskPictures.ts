import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Receiver } from '../../media/receiver.ts';
import { sameTileState, type TileState } from '../../ui/tile/tileState.ts';
import type { SessionStore } from '../shared/sessionStore.ts';
import { stateOfReport } from '../shared/tileStates.ts';

/** Fine enough that "not live" is said at most this late; coarse enough to cost nothing. */
const checkMs = 250;

/** Honest states of everything the desk shows, by the receiver's target id. */
export type PictureStates = StoreApi<{ states: ReadonlyMap<string, TileState> }>;

/** Keeps the states true, four times a second and at once when `ask` is called. */
export function followPictures(
  receiver: Receiver,
  session: SessionStore,
  nowMs: () => number,
): { store: PictureStates; ask(): void } {
  const store: PictureStates = createStore(() => ({ states: new Map<string, TileState>() }));
  const check = (): void => {
    const before = store.getState().states;
    const { hubLostSinceMs } = session.getState();
    const reports = receiver.reports();
    let changed = reports.length !== before.size;
    const states = new Map<string, TileState>();
    for (const report of reports) {
      const { targetId } = report;
      const present = before.get(targetId);
      const state = stateOfReport(report, hubLostSinceMs, nowMs());
      // The moment a picture stops being live it is copied, so that no later change of track can lose it.
      if (present?.kind === 'live' && state.kind !== 'live') receiver.keepPicture(targetId);
      const same = present !== undefined && sameTileState(present, state);
      states.set(targetId, same ? present : state);
      changed ||= !same;
    }
    if (changed) store.setState({ states });
  };
  setInterval(check, checkMs);
  let asked = false;
  return {
    store,
    ask() {
      if (asked) return;
      asked = true;
      queueMicrotask(() => {
        asked = false;
        check();
      });
    },
  };
}
