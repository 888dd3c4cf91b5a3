import { isWorthTelling, placeOf, type Place } from './positionRate.ts';

/** How the sharing of the position does. */
export type SharingState =
  | { state: 'off' }
  | { state: 'searching' }
  | { state: 'on'; accuracyM: number | undefined; measuredAtMs: number }
  | { state: 'denied' | 'unavailable' };

export interface SharingPorts {
  geolocation: Pick<Geolocation, 'watchPosition' | 'clearWatch'>;
  /** The hub's clock, as far as it is known. */
  nowMs(): number;
  /** A clock that nobody sets. */
  runningMs(): number;
  onPlace(place: Place): void;
  onState(state: SharingState): void;
}

/** The browser's code for "the user said no". */
const permissionDenied = 1;

/** Watches the phone's position and tells it as often as its movement is worth. */
export class PositionSharing {
  readonly #ports: SharingPorts;
  #watch: number | undefined;
  #last: { place: Place; runningMs: number } | undefined;

  constructor(ports: SharingPorts) {
    this.#ports = ports;
  }

  /** The last place measured while it is shared. */
  get place(): Place | undefined {
    return this.#last?.place;
  }

  start(): void {
    if (this.#watch !== undefined) return;
    this.#ports.onState({ state: 'searching' });
    this.#watch = this.#ports.geolocation.watchPosition(
      ({ coords }) => this.#measured(placeOf(coords)),
      ({ code }) => this.#ports.onState({ state: code === permissionDenied ? 'denied' : 'unavailable' }),
      { enableHighAccuracy: true, maximumAge: 2_000, timeout: 30_000 },
    );
  }

  stop(): void {
    if (this.#watch !== undefined) this.#ports.geolocation.clearWatch(this.#watch);
    this.#watch = undefined;
    this.#last = undefined;
    this.#ports.onState({ state: 'off' });
  }

  #measured(place: Place): void {
    this.#ports.onState({ state: 'on', accuracyM: place.accuracyM, measuredAtMs: this.#ports.nowMs() });
    const runningMs = this.#ports.runningMs();
    const sinceMs = this.#last === undefined ? Infinity : runningMs - this.#last.runningMs;
    if (!isWorthTelling(this.#last?.place, place, sinceMs)) return;
    this.#last = { place, runningMs };
    this.#ports.onPlace(place);
  }
}
