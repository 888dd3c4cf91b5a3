import { slotIdOf } from '../../features/wall/slots.ts';
import type { WallStore } from '../../features/wall/wallStore.ts';
import type { PictureReport } from '../../media/pictureReport.ts';
import type { Receiver } from '../../media/receiver.ts';
import { tileState, type TileState } from '../../ui/tile/tileState.ts';
import type { SessionStore } from './sessionStore.ts';

/** Fine enough that "not live" is said at most this late; coarse enough to cost nothing. */
const checkMs = 250;

/** The state of one target, from what the hub, the connection and its own picture clock say. */
export function stateOfReport(
  report: PictureReport | undefined,
  hubLostSinceMs: number | undefined,
  nowMs: number,
): TileState {
  if (report === undefined) return { kind: 'connecting' };
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

/** Keeps the wall's tile states true, four times a second and at once when something changed. */
export class TileStates {
  readonly #wallStore: WallStore;
  readonly #session: SessionStore;
  readonly #receiver: Receiver;
  readonly #nowMs: () => number;
  #checkAsked = false;

  constructor(wallStore: WallStore, session: SessionStore, receiver: Receiver, nowMs: () => number) {
    this.#wallStore = wallStore;
    this.#session = session;
    this.#receiver = receiver;
    this.#nowMs = nowMs;
    setInterval(() => this.#check(), checkMs);
  }

  /** Checks soon; many askers of one turn are answered by one check. */
  ask(): void {
    if (this.#checkAsked) return;
    this.#checkAsked = true;
    queueMicrotask(() => {
      this.#checkAsked = false;
      this.#check();
    });
  }

  #check(): void {
    const { wall, tileStates } = this.#wallStore.getState();
    if (wall === undefined) return;
    const { hubLostSinceMs } = this.#session.getState();
    const nowMs = this.#nowMs();
    const states: Record<string, TileState> = {};
    for (const tile of wall.tiles) {
      if (tile.camera === undefined) states[tile.tileId] = { kind: 'no_camera' };
      else states[slotIdOf(tile, wall)] = { kind: 'connecting' };
    }
    // Those that glide out of a scrolling page are still seen, so all that is drawn has its state.
    for (const report of this.#receiver.reports()) {
      const state = stateOfReport(report, hubLostSinceMs, nowMs);
      const { targetId } = report;
      // The moment a picture stops being live it is copied, so that no later change of track can lose it.
      if (tileStates[targetId]?.kind === 'live' && state.kind !== 'live')
        this.#receiver.keepPicture(targetId);
      states[targetId] = state;
    }
    this.#wallStore.setTileStates(states);
  }
}
