import { PermissionJudge } from '../../ui/permissionAnswer.ts';
import { isWorthTelling, placeOf, standingMs, type Place } from './positionRate.ts';

/** The state of sharing the position. */
export type SharingState =
  | { state: 'off' }
  | { state: 'searching' }
  | { state: 'on'; accuracyM: number | undefined; measuredAtMs: number }
  | { state: 'denied' | 'unavailable' };

export interface SharingPorts {
  geolocation: Pick<Geolocation, 'watchPosition' | 'clearWatch'>;
  /** The browser's permission; undefined where the browser does not report it. */
  permission(): Promise<Pick<PermissionStatus, 'state'> | undefined>;
  /** Calls the listener when the page is back after it was hidden or without a network. */
  onReturn(listener: () => void): void;
  /** The hub's clock, as far as it is known. */
  nowMs(): number;
  /** A clock that nobody sets. */
  runningMs(): number;
  onPlace(place: Place): void;
  onState(state: SharingState): void;
}

/** The browser's code for "the user refused", which it gives for other refusals too. */
const permissionDenied = 1;
/** A watch that reports nothing for this time is started again, because phones end it silently in the background. Milliseconds. */
const silentMs = 20_000;
const checkMs = 5_000;

/** A position older than this is not where the phone is now: a phone that stands still reports its position this often. */
export const positionStaleMs = standingMs;

/** Watches the phone's position and reports it as often as its movement needs. */
export class PositionSharing {
  readonly #ports: SharingPorts;
  readonly #judge: PermissionJudge;
  #watch: number | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** When the present watch was begun or last said anything, by the running clock. */
  #heardAtMs = 0;
  #last: { place: Place; runningMs: number } | undefined;

  constructor(ports: SharingPorts) {
    this.#ports = ports;
    this.#judge = new PermissionJudge(() => ports.permission());
    ports.onReturn(() => {
      if (this.#isShared) this.#begin();
    });
  }

  /** The last place measured while it is shared. */
  get place(): Place | undefined {
    return this.#last?.place;
  }

  get #isShared(): boolean {
    return this.#timer !== undefined;
  }

  start(): void {
    if (this.#isShared) return;
    this.#ports.onState({ state: 'searching' });
    this.#timer = setInterval(() => {
      if (this.#ports.runningMs() - this.#heardAtMs >= silentMs) this.#begin();
    }, checkMs);
    this.#begin();
  }

  /** The member touched the page: a refusal may be over. */
  touched(): void {
    if (this.#isShared && this.#watch === undefined) this.#begin();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#end();
    this.#last = undefined;
    this.#ports.onState({ state: 'off' });
  }

  /** Asks the browser again; a watch of before is abandoned. */
  #begin(): void {
    this.#end();
    this.#heardAtMs = this.#ports.runningMs();
    const watch = this.#ports.geolocation.watchPosition(
      ({ coords }) => {
        if (this.#isShared) this.#measured(placeOf(coords));
      },
      ({ code }) => void this.#failed(code, watch),
      { enableHighAccuracy: true, maximumAge: 2_000, timeout: 30_000 },
    );
    this.#watch = watch;
  }

  #end(): void {
    if (this.#watch !== undefined) this.#ports.geolocation.clearWatch(this.#watch);
    this.#watch = undefined;
  }

  async #failed(code: number, watch: number): Promise<void> {
    const answer = code === permissionDenied ? await this.#judge.refused() : undefined;
    // Another watch was begun meanwhile, or nothing is shared any more.
    if (!this.#isShared || (this.#watch !== watch && this.#watch !== undefined)) return;
    this.#heardAtMs = this.#ports.runningMs();
    // A refused watch reports nothing any more.
    if (answer !== undefined) this.#end();
    this.#ports.onState({ state: answer === 'denied' ? 'denied' : 'unavailable' });
  }

  #measured(place: Place): void {
    this.#judge.granted();
    const runningMs = this.#ports.runningMs();
    this.#heardAtMs = runningMs;
    this.#ports.onState({ state: 'on', accuracyM: place.accuracyM, measuredAtMs: this.#ports.nowMs() });
    const sinceMs = this.#last === undefined ? Infinity : runningMs - this.#last.runningMs;
    if (!isWorthTelling(this.#last?.place, place, sinceMs)) return;
    this.#last = { place, runningMs };
    this.#ports.onPlace(place);
  }
}
