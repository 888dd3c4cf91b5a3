import { TurningHead, type Pose } from '../turning/turningHead.ts';

/** A camera that turns by the bytes of GB/T 28181, A.3. A command with a wrong sum is ignored. */
export class TurningCamera extends TurningHead {
  readonly #presets = new Map<number, Pose>();
  #focus = 0;

  override get isMoving(): boolean {
    return super.isMoving || this.#focus !== 0;
  }

  /** Views that it remembers, by their numbers. */
  get presets(): number[] {
    return [...this.#presets.keys()];
  }

  /** Eight bytes as hexadecimal text, such as `A50F01023232506B`. Answers whether they were understood. */
  command(hex: string): boolean {
    const bytes = Buffer.from(hex, 'hex');
    const [start, , , command = 0, first = 0, second = 0, third = 0, sum] = bytes;
    const right = bytes.subarray(0, 7).reduce((total, byte) => total + byte, 0) & 0xff;
    if (bytes.length !== 8 || start !== 0xa5 || sum !== right) return false;
    const before = this.pose;
    if (command === 0x81) this.#presets.set(second, before);
    else if (command === 0x82) this.goTo(this.#presets.get(second) ?? before);
    else if (command === 0x83) this.#presets.delete(second);
    else if ((command & 0xc0) === 0x40) this.#focus = (command & 0x03) === 0 ? 0 : first;
    else if ((command & 0xc0) === 0) {
      const direction = (plus: number, minus: number): number =>
        (command & plus) === 0 ? ((command & minus) === 0 ? 0 : -1) : 1;
      this.move({
        pan: (direction(0x01, 0x02) * first) / 255,
        tilt: (direction(0x04, 0x08) * second) / 255,
        zoom: (direction(0x10, 0x20) * (third >> 4)) / 15,
      });
    } else return false;
    return true;
  }
}
