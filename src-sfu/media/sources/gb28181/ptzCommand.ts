import type { Motion } from '../../../../src-shared/turning/motion.ts';

/**
 * The eight bytes of `PTZCmd` (GB/T 28181, A.3) as hexadecimal text: A5, 0F, address 01, command, pan speed, tilt speed, zoom speed in the
 * high half of a byte, and the sum of the seven.
 */

const fastest = 255;
const fastestZoom = 15;
const right = 0x01;
const left = 0x02;
const down = 0x04;
const up = 0x08;
const closer = 0x10;
const wider = 0x20;
const lens = 0x40;
const far = 0x01;
const near = 0x02;
const presetCommands = { set: 0x81, go: 0x82, delete: 0x83 } as const;

function bytes(command: number, first: number, second: number, third: number): string {
  const head = [0xa5, 0x0f, 0x01, command, first, second, third];
  const sum = head.reduce((total, byte) => total + byte, 0) & 0xff;
  return Buffer.from([...head, sum])
    .toString('hex')
    .toUpperCase();
}

/** Pan, tilt and zoom together; with a focus, only the focus, which is another command. Slower than the slowest is the slowest. */
export function ptzMotion({ pan, tilt, zoom, focus }: Motion): string {
  if (focus !== 0) return bytes(lens | (focus > 0 ? far : near), speedOf(focus, fastest), 0, 0);
  const command =
    (pan > 0 ? right : pan < 0 ? left : 0) |
    (tilt > 0 ? up : tilt < 0 ? down : 0) |
    (zoom > 0 ? closer : zoom < 0 ? wider : 0);
  return bytes(command, speedOf(pan, fastest), speedOf(tilt, fastest), speedOf(zoom, fastestZoom) << 4);
}

/** Ends pan, tilt and zoom. */
export const ptzStop = bytes(0, 0, 0, 0);
/** Ends focus and iris. */
export const lensStop = bytes(lens, 0, 0, 0);

export function ptzPreset(deed: keyof typeof presetCommands, number: number): string {
  return bytes(presetCommands[deed], 0, number & 0xff, 0);
}

function speedOf(part: number, most: number): number {
  if (part === 0) return 0;
  return Math.max(1, Math.round(Math.min(1, Math.abs(part)) * most));
}

/** The seven bytes before the sum of a command; undefined for what is no command. */
function readBytes(text: string): number[] | undefined {
  if (!/^A50F[\dA-F]{12}$/i.test(text)) return undefined;
  const head = [...Buffer.from(text, 'hex')];
  const sum = head.pop();
  return (head.reduce((total, byte) => total + byte, 0) & 0xff) === sum ? head : undefined;
}

/** Which preset a command wants to go to; undefined for anything else. */
export function readPtzPreset(text: string): number | undefined {
  const [, , , command, , number = 0] = readBytes(text) ?? [];
  return command === presetCommands.go && number > 0 ? number : undefined;
}

/** What the eight bytes of a command ask for; at rest: a stop. Undefined for anything else, such as presets and cruises. */
export function readPtzMotion(text: string): Motion | undefined {
  const head = readBytes(text);
  if (head === undefined) return undefined;
  const [, , , command = 0, first = 0, second = 0, third = 0] = head;
  const rest = { pan: 0, tilt: 0, zoom: 0, focus: 0 };
  if ((command & 0xc0) === lens) {
    const focus = (command & far) !== 0 ? 1 : (command & near) !== 0 ? -1 : 0;
    return { ...rest, focus: focus * speedIn(first, fastest) };
  }
  if ((command & 0xc0) !== 0) return undefined;
  const pan = (command & right) !== 0 ? 1 : (command & left) !== 0 ? -1 : 0;
  const tilt = (command & up) !== 0 ? 1 : (command & down) !== 0 ? -1 : 0;
  const zoom = (command & closer) !== 0 ? 1 : (command & wider) !== 0 ? -1 : 0;
  return {
    ...rest,
    pan: pan * speedIn(first, fastest),
    tilt: tilt * speedIn(second, fastest),
    zoom: zoom * speedIn(third >> 4, fastestZoom),
  };
}

/** A command without a speed moves slowly. */
function speedIn(value: number, most: number): number {
  return Math.max(1, value) / most;
}
