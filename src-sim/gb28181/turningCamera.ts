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

/**
 * The head of a camera that turns by the bytes of GB/T 28181, A.3. It goes on for as long as nobody says stop, as real ones do. A
 * command with a wrong sum is ignored.
 */
export class TurningCamera {
  readonly #nowMs: () => number;
  readonly #presets = new Map<number, Pose>();
  #pose: Pose = { pan: 0.5, tilt: 0.5, zoom: 0 };
  #speed: Pose = { pan: 0, tilt: 0, zoom: 0 };
  #focus = 0;
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
    return pan !== 0 || tilt !== 0 || zoom !== 0 || this.#focus !== 0;
  }

  /** Eight bytes as hexadecimal text, such as `A50F01023232506B`. Answers whether they were understood. */
  command(hex: string): boolean {
    const bytes = Buffer.from(hex, 'hex');
    const [start, , , command = 0, first = 0, second = 0, third = 0, sum] = bytes;
    const right = bytes.subarray(0, 7).reduce((total, byte) => total + byte, 0) & 0xff;
    if (bytes.length !== 8 || start !== 0xa5 || sum !== right) return false;
    const before = this.pose;
    if (command === 0x81) this.#presets.set(second, before);
    else if (command === 0x82) this.#pose = this.#presets.get(second) ?? before;
    else if (command === 0x83) this.#presets.delete(second);
    else if ((command & 0xc0) === 0x40) this.#focus = (command & 0x03) === 0 ? 0 : first;
    else if ((command & 0xc0) === 0) {
      const direction = (plus: number, minus: number): number =>
        (command & plus) === 0 ? ((command & minus) === 0 ? 0 : -1) : 1;
      this.#speed = {
        pan: (direction(0x01, 0x02) * first) / 255,
        tilt: (direction(0x04, 0x08) * second) / 255,
        zoom: (direction(0x10, 0x20) * (third >> 4)) / 15,
      };
    } else return false;
    return true;
  }
}

function bounded(value: number): number {
  return Math.max(0, Math.min(1, value));
}
