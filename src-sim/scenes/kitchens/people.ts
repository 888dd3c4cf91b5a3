import { loopFrames } from '../../../src-shared/simulation/frameStrip.ts';
import { drawCook } from '../draw/cook.ts';
import type { HeldThing, Outfit, Posture } from '../draw/cook.ts';
import { tone } from '../draw/colour.ts';
import type { Point } from '../draw/pen.ts';
import type { Palette } from '../draw/room.ts';
import type { Moving } from '../stage.ts';

/** A wave from -1 to 1 that goes round so many whole times in a loop. */
export function wave(index: number, cycles: number, offset = 0): number {
  return Math.sin(((index / loopFrames) * cycles + offset) * 2 * Math.PI);
}

/** From 0 to 1 and back: how busy somebody is at the moment. Softly, so many times in a loop. */
export function effort(index: number, cycles: number, offset = 0): number {
  const level = Math.max(0, Math.min(1, 0.5 + 1.6 * wave(index, cycles, offset)));
  return level * level * (3 - 2 * level);
}

/** The people of a kitchen, so that neighbours differ. */
export function outfitOf(palette: Palette, person: number): Outfit {
  const skins = ['#d9a884', '#e2b48f', '#c9966f'];
  const hair = ['#26211f', '#3a302b', '#1d1b1b'];
  return {
    hat: person % 3 === 2 ? 'cap' : 'toque',
    jacket: person % 2 === 0 ? '#f1efe8' : '#e9ecec',
    apron: person % 2 === 0 ? palette.accent : tone(palette.band, -0.12),
    scarf: person % 2 === 0 ? palette.band : palette.accent,
    trousers: palette.trousers,
    skin: skins[person % 3] ?? '#d9a884',
    hair: hair[person % 3] ?? '#26211f',
    height: 1.68 + ((person * 7) % 4) * 0.03,
  };
}

/** A cook as something that moves. */
export function cook(
  outfit: Outfit,
  postureAt: (index: number) => Posture,
  options: { bareheaded?: boolean; held?: HeldThing } = {},
): Moving {
  return {
    at: (index) => {
      const { x, z } = postureAt(index);
      return [x, 0.9, z];
    },
    draw: (pen, index) => drawCook(pen, postureAt(index), outfit, options),
  };
}

/** At a wok, back to the viewer or not: one hand at the handle, the other stirs; now and then a toss. */
export function stirring(x: number, z: number, facing: number, offset: number): (index: number) => Posture {
  return (index) => {
    const toss = effort(index, 3, offset);
    const lift = Math.max(0, wave(index, 30, offset)) * 0.1 * toss;
    const angle = ((index / loopFrames) * 18 + offset) * 2 * Math.PI;
    return {
      x: x + wave(index, 2, offset) * 0.03,
      z,
      facing: facing + wave(index, 3, offset) * 0.12,
      leftHand: [-0.2, 1.02 + lift, 0.4 - lift * 0.6],
      rightHand: [0.14 + Math.cos(angle) * 0.09, 1.12 + lift * 0.4, 0.46 + Math.sin(angle) * 0.09],
      bend: 0.07 + 0.03 * wave(index, 3, offset),
    };
  };
}

/** How high the wok of somebody who stirs with this offset is lifted, metres. */
export function wokLift(index: number, offset: number): number {
  return Math.max(0, wave(index, 30, offset)) * 0.1 * effort(index, 3, offset);
}

/** Cutting on a table: quick strokes, then a look aside while the next one is fetched. */
export function cutting(x: number, z: number, facing: number, offset: number): (index: number) => Posture {
  return (index) => {
    const busy = effort(index, 4, offset);
    const stroke = Math.abs(wave(index, 25, offset)) * 0.11 * busy;
    const reach = 1 - busy;
    return {
      x: x + wave(index, 2, offset) * 0.04,
      z,
      facing: facing + reach * 0.35 * wave(index, 1, offset),
      leftHand: [-0.13 - reach * 0.22, 0.94 + reach * 0.08, 0.38],
      rightHand: [0.13 - busy * 0.03 * wave(index, 4), 0.97 + stroke, 0.4],
      bend: 0.12 - reach * 0.05,
    };
  };
}

/** Kneading or washing: both hands go round. */
export function kneading(
  x: number,
  z: number,
  facing: number,
  offset: number,
  low = 0.94,
): (index: number) => Posture {
  return (index) => {
    const push = wave(index, 16, offset);
    return {
      x: x + wave(index, 2, offset) * 0.05,
      z,
      facing: facing + wave(index, 2, offset + 0.3) * 0.15,
      leftHand: [-0.12 + wave(index, 4, offset) * 0.06, low, 0.38 + push * 0.07],
      rightHand: [0.12 + wave(index, 4, offset) * 0.06, low, 0.38 - push * 0.07],
      bend: 0.12 + push * 0.03,
    };
  };
}

/** Handing dishes over: reaches to one side, then to the other. */
export function serving(x: number, z: number, facing: number, offset: number): (index: number) => Posture {
  return (index) => {
    const side = wave(index, 6, offset);
    return {
      x: x + side * 0.08,
      z,
      facing: facing + side * 0.3,
      leftHand: [-0.16, 1 + 0.05 * wave(index, 12, offset), 0.4],
      rightHand: [0.18, 1.02 + 0.07 * wave(index, 12, offset + 0.2), 0.44],
      bend: 0.08,
    };
  };
}

/** Where somebody is at a second of the loop. */
export interface Stop {
  /** Seconds into the loop. */
  second: number;
  x: number;
  z: number;
}

/** Walks from stop to stop, carrying something before the body; the way must end where it began. */
export function walking(stops: readonly Stop[]): (index: number) => Posture {
  return (index) => {
    const second = (index / loopFrames) * 20;
    const next = Math.max(
      1,
      stops.findIndex((stop) => stop.second > second),
    );
    const [from, to] = [stops[next - 1], stops[next]];
    if (!from || !to) throw new RangeError('a way needs a stop at 0 s and one at 20 s or later');
    const share = (second - from.second) / (to.second - from.second);
    const isMoving = Math.hypot(to.x - from.x, to.z - from.z) > 0.05;
    const soft = share * share * (3 - 2 * share);
    const step = isMoving
      ? Math.sin(second * 2 * Math.PI * 0.95) * 0.24 * Math.min(1, 6 * share * (1 - share))
      : 0;
    return {
      x: from.x + (to.x - from.x) * soft,
      z: from.z + (to.z - from.z) * soft,
      facing: turned(
        headingAt(stops, next - 1),
        headingAt(stops, next),
        Math.min(1, (second - from.second) / turnSeconds),
      ),
      leftHand: [-0.17, 1.03 + Math.abs(step) * 0.08, 0.34],
      rightHand: [0.17, 1.03 + Math.abs(step) * 0.08, 0.34],
      stride: step,
      bend: 0.03,
    };
  };
}

/**
 * Where somebody looks who is on the way to a stop: ahead, and while standing where the last steps led. Before the first
 * steps these are the last ones of the loop, so that nobody turns where it begins again.
 */
export function headingAt(stops: readonly Stop[], position: number): number {
  for (let back = 0; back < stops.length; back += 1) {
    const at = (position - back + stops.length) % stops.length;
    const [from, to] = [stops[at - 1], stops[at]];
    if (from && to && Math.hypot(to.x - from.x, to.z - from.z) > 0.05) {
      return Math.atan2(to.x - from.x, to.z - from.z);
    }
  }
  return Math.PI;
}

/** Turns from one heading to another the short way round. */
function turned(from: number, to: number, share: number): number {
  const difference = ((((to - from + Math.PI) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI)) - Math.PI;
  return from + difference * share * share * (3 - 2 * share);
}

/** Seconds that a turn on the spot takes. */
const turnSeconds = 0.7;

const blade = '#c9d0d4';

/** A cleaver in the hand. */
export const cleaver: HeldThing = (pen, hand, forward) => {
  const ahead = (metres: number, up: number): Point => [
    hand[0] + forward[0] * metres,
    hand[1] + up,
    hand[2] + forward[2] * metres,
  ];
  pen.shape([ahead(0.04, -0.09), ahead(0.24, -0.09), ahead(0.24, 0.02), ahead(0.04, 0.02)], blade, '#7d868b');
};

/** A ladle in the hand. */
export const ladle: HeldThing = (pen, hand, forward) => {
  const end: Point = [hand[0] + forward[0] * 0.2, hand[1] - 0.1, hand[2] + forward[2] * 0.2];
  pen.stroke([hand, end], 0.025, '#aab2b6');
  pen.ball(end, 0.045, '#8f979b');
};

/** A pot carried before the body. */
export function carriedPot(colour: string): HeldThing {
  return (pen, hand, forward) => {
    const middle: Point = [
      hand[0] + forward[0] * 0.08 - forward[2] * 0.17,
      hand[1] - 0.1,
      hand[2] + forward[2] * 0.08 + forward[0] * 0.17,
    ];
    pen.cylinder(middle, 0.2, 0.16, colour);
  };
}

/** A stack of plates or steamers carried before the body. */
export function carriedStack(colour: string, pieces: number): HeldThing {
  return (pen, hand, forward) => {
    for (let piece = 0; piece < pieces; piece += 1) {
      const middle: Point = [
        hand[0] + forward[0] * 0.1 - forward[2] * 0.17,
        hand[1] - 0.06 + piece * 0.06,
        hand[2] + forward[2] * 0.1 + forward[0] * 0.17,
      ];
      pen.cylinder(middle, 0.05, 0.17, tone(colour, piece % 2 ? 0.08 : 0));
    }
  };
}
