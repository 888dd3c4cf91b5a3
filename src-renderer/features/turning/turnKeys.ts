import { atRest, type Motion } from '../../../src-shared/turning/motion.ts';

/** Speeds of keys, as parts of the fastest. */
export const usualSpeed = 0.5;
export const slowSpeed = 0.12;

/** What the keys that are down say together; undefined for a key that says nothing. */
type Part = keyof Motion;
const parts: Partial<Record<string, readonly [Part, 1 | -1]>> = {
  ArrowLeft: ['pan', -1],
  ArrowRight: ['pan', 1],
  ArrowUp: ['tilt', 1],
  ArrowDown: ['tilt', -1],
  Equal: ['zoom', 1],
  NumpadAdd: ['zoom', 1],
  Minus: ['zoom', -1],
  NumpadSubtract: ['zoom', -1],
  Comma: ['focus', -1],
  Period: ['focus', 1],
};

type KeyFacts = Pick<KeyboardEvent, 'code' | 'key'>;

/** By its place on the keyboard, or by its name where it has no place, as on some remote desktops. */
export function partOfKey({ code, key }: KeyFacts): readonly [Part, 1 | -1] | undefined {
  if (Object.hasOwn(parts, code)) return parts[code];
  if (Object.hasOwn(parts, key)) return parts[key];
  const named = { '+': 'Equal', '-': 'Minus' }[key];
  return code === '' && named !== undefined ? parts[named] : undefined;
}

/** Opposite keys cancel each other. */
export function motionOfKeys(keys: Iterable<KeyFacts>, isSlow: boolean): Motion {
  const motion = { ...atRest };
  for (const key of keys) {
    const part = partOfKey(key);
    if (part !== undefined) motion[part[0]] += part[1] * (isSlow ? slowSpeed : usualSpeed);
  }
  const bounded = (value: number): number => Math.max(-1, Math.min(1, value));
  return {
    pan: bounded(motion.pan),
    tilt: bounded(motion.tilt),
    zoom: bounded(motion.zoom),
    focus: bounded(motion.focus),
  };
}

/** The direction of a finger on the pad: from its middle, −1 to 1 to each side, y downwards. A little around the middle is rest. */
export function motionOfPad(x: number, y: number): Motion {
  const length = Math.hypot(x, y);
  if (length < 0.15) return atRest;
  const speed = Math.min(1, length) / length;
  const part = (value: number): number => {
    const scaled = Math.round(value * speed * 20) / 20;
    return Math.abs(scaled) < 0.15 ? 0 : scaled;
  };
  return { ...atRest, pan: part(x), tilt: part(-y) };
}
