import type { PictureReport } from '../../media/pictureReport.ts';
import type { Receiver } from '../../media/receiver.ts';
import { tileState, type TileState } from '../../ui/tile/tileState.ts';
import type { SessionStore } from './sessionStore.ts';

/** How often the states are checked: short enough to notice a picture that stopped, long enough to cost nothing. Milliseconds. */
const checkMs = 250;

/** The state of one target, from what the hub, the connection and its own picture clock report. */
function stateOfReport(report: PictureReport, hubLostSinceMs: number | undefined, nowMs: number): TileState {
  const { status, outageSinceMs, problem } = report.subscription;
  const { lastFrameAtMs, playingSinceMs, stillAtMs } = report.clock;
  return tileState(
    {
      hasCamera: true,
      live: report.live,
      status,
      outageSinceMs,
      problem,
      hubLostSinceMs,
      lastFrameAtMs,
      playingSinceMs,
      stillAtMs,
      undecodableSinceMs: report.undecodableSinceMs,
    },
    nowMs,
  );
}

export interface FollowedPictures {
  receiver: Pick<Receiver, 'reports' | 'keepPicture'>;
  session: Pick<SessionStore, 'getState'>;
  /** The hub's clock, Unix milliseconds. */
  nowMs(): number;
  /** The state of a target after the check before. */
  before(targetId: string): TileState | undefined;
  /** Takes the states of all targets of this page, by the receiver's target id. */
  take(states: ReadonlyMap<string, TileState>): void;
}

/**
 * Keeps the states of all pictures of a page true: it checks them four times a second, and soon after `ask` is called. Several
 * calls of `ask` in one turn of the event loop cause one check.
 */
export function followPictures(followed: FollowedPictures): { ask(): void } {
  const { receiver, session, nowMs, before, take } = followed;
  const check = (): void => {
    const { hubLostSinceMs } = session.getState();
    const states = new Map<string, TileState>();
    for (const report of receiver.reports()) {
      const { targetId } = report;
      const state = stateOfReport(report, hubLostSinceMs, nowMs());
      // A picture is copied at the moment it stops being live, so that no later change of its track can lose it.
      if (before(targetId)?.kind === 'live' && state.kind !== 'live') receiver.keepPicture(targetId);
      states.set(targetId, state);
    }
    take(states);
  };
  setInterval(check, checkMs);
  let isAsked = false;
  return {
    ask() {
      if (isAsked) return;
      isAsked = true;
      queueMicrotask(() => {
        isAsked = false;
        check();
      });
    },
  };
}
