/** Where a simulated camera looks: each from 0 to 1. */
export interface Pose {
  pan: number;
  tilt: number;
  zoom: number;
}

/** From one end to the other at full speed. Milliseconds. */
const fullPanMs = 6_000;
const fullTiltMs = 4_000;
const fullZoomMs = 4_000;

/** The head of a camera that turns. It goes on for as long as nobody says stop, as real ones do. */
export class TurningHead {
  readonly #nowMs: () => number;
  #pose: Pose = { pan: 0.5, tilt: 0.5, zoom: 0 };
  #speed: Pose = { pan: 0, tilt: 0, zoom: 0 };
  #sinceMs: number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    this.#sinceMs = nowMs();
  }

  get pose(): Pose {
    const now = this.#nowMs();
    const passedMs = now - this.#sinceMs;
    this.#sinceMs = now;
    this.#pose = {
      pan: bounded(this.#pose.pan + (this.#speed.pan * passedMs) / fullPanMs),
      tilt: bounded(this.#pose.tilt + (this.#speed.tilt * passedMs) / fullTiltMs),
      zoom: bounded(this.#pose.zoom + (this.#speed.zoom * passedMs) / fullZoomMs),
    };
    return this.#pose;
  }

  get isMoving(): boolean {
    const { pan, tilt, zoom } = this.#speed;
    return pan !== 0 || tilt !== 0 || zoom !== 0;
  }

  /** Each from -1 to 1: right, down and closer are positive. All 0 stops it. */
  move(speed: Pose): void {
    this.#pose = this.pose;
    this.#speed = speed;
  }

  /** It is there at once. */
  goTo(pose: Pose): void {
    this.#sinceMs = this.#nowMs();
    this.#pose = pose;
  }
}

function bounded(value: number): number {
  return Math.max(0, Math.min(1, value));
}
