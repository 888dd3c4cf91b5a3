import { createCanvas } from '@napi-rs/canvas';
import type { Canvas } from '@napi-rs/canvas';
import { loopFrames } from '../../../src-shared/simulation/frameStrip.ts';
import { seededRandom } from '../../random.ts';
import { fade } from './colour.ts';
import type { Pen, Point } from './pen.ts';

const puffs = new Map<string, Canvas>();
const puffPixels = 96;

/** A soft round cloud of one colour, painted once and then only scaled. */
function puffOf(colour: string): Canvas {
  const known = puffs.get(colour);
  if (known) return known;
  const canvas = createCanvas(puffPixels, puffPixels);
  const context = canvas.getContext('2d');
  const middle = puffPixels / 2;
  const cloud = context.createRadialGradient(middle, middle, 0, middle, middle, middle);
  cloud.addColorStop(0, fade(colour, 0.9));
  cloud.addColorStop(0.55, fade(colour, 0.5));
  cloud.addColorStop(1, fade(colour, 0));
  context.fillStyle = cloud;
  context.fillRect(0, 0, puffPixels, puffPixels);
  puffs.set(colour, canvas);
  return canvas;
}

/** Something that rises: steam from a pot, smoke from a fire. */
export interface Plume {
  from: Point;
  colour: string;
  count: number;
  /** How high it rises and how far it drifts sideways, metres. */
  rise: number;
  drift: number;
  /** Radius of a puff at its birth and at its end, metres. */
  radius: readonly [number, number];
  opacity: number;
  seed: number;
  /** Wide and soft: painted small and enlarged, which nobody sees and costs a fraction. */
  isWide?: boolean;
}

const smallShare = 0.25;
let small: Canvas | undefined;

/** Draws a plume as it is at a frame. Every puff lives for a whole part of the loop, so the loop closes. */
export function drawPlume(pen: Pen, plume: Plume, index: number): void {
  const random = seededRandom(plume.seed);
  const sprite = puffOf(plume.colour);
  const { width, height } = pen.context.canvas;
  const share = plume.isWide ? smallShare : 1;
  if (plume.isWide) small ??= createCanvas(width * share, height * share);
  const context = (plume.isWide && small?.getContext('2d')) || pen.context;
  if (plume.isWide) context.clearRect(0, 0, width * share, height * share);
  for (let puff = 0; puff < plume.count; puff += 1) {
    const lives = 5 + Math.floor(random() * 4);
    const offset = random();
    const sway = random() * 2 * Math.PI;
    const side = (random() - 0.5) * 2;
    const age = ((index / loopFrames) * lives + offset) % 1;
    const wave = Math.sin(sway + age * 4) * 0.35;
    const point = pen.project([
      plume.from[0] + (side * 0.5 + wave) * plume.drift * age + side * 0.08,
      plume.from[1] + plume.rise * (1 - (1 - age) ** 1.6),
      plume.from[2],
    ]);
    const radius = (plume.radius[0] + (plume.radius[1] - plume.radius[0]) * age) * point.scale;
    context.globalAlpha = plume.opacity * Math.sin(Math.PI * Math.min(1, age * 1.02 + 0.02)) ** 0.8;
    context.drawImage(
      sprite,
      (point.x - radius) * share,
      (point.y - radius) * share,
      radius * 2 * share,
      radius * 2 * share,
    );
  }
  context.globalAlpha = 1;
  if (plume.isWide && small) pen.context.drawImage(small, 0, 0, width, height);
}

/** A ring of gas flames under a wok; `strength` 0 to 1. */
export function drawFlames(pen: Pen, centre: Point, index: number, strength: number, seed: number): void {
  const { context } = pen;
  const random = seededRandom(seed + index * 31);
  for (let tongue = 0; tongue < 9; tongue += 1) {
    const angle = (tongue / 9) * 2 * Math.PI;
    const foot = pen.project([
      centre[0] + Math.cos(angle) * 0.22,
      centre[1] - 0.01,
      centre[2] + Math.sin(angle) * 0.22,
    ]);
    const high = (0.06 + 0.1 * random()) * strength * foot.scale;
    const wide = 0.045 * foot.scale;
    for (const [colour, share] of [
      ['#e8873a', 1],
      ['#f7d27a', 0.55],
    ] as const) {
      context.beginPath();
      context.moveTo(foot.x - wide * share, foot.y);
      context.quadraticCurveTo(
        foot.x - wide * share,
        foot.y - high * 0.5,
        foot.x + (random() - 0.5) * wide,
        foot.y - high * share * 1.6,
      );
      context.quadraticCurveTo(foot.x + wide * share, foot.y - high * 0.5, foot.x + wide * share, foot.y);
      context.closePath();
      context.fillStyle = fade(colour, 0.9);
      context.fill();
    }
  }
}

/** A wok, tilted by the toss; food in it. `lift` is how high it is held, metres. */
export function drawWok(pen: Pen, centre: Point, lift: number, food: string): void {
  const [x, y, z] = centre;
  const rim: Point = [x, y + 0.15 + lift, z];
  pen.cylinder([x, y + 0.02 + lift, z], 0.13, 0.12, '#30353b', 0.29);
  pen.disc(rim, 0.29, '#3c4248', '#565d64');
  pen.disc([x, rim[1] - 0.005, z], 0.25, '#1f2327');
  pen.disc([x, rim[1] - 0.003, z + 0.02], 0.19, food);
  for (let piece = 0; piece < 7; piece += 1) {
    const angle = piece * 2.4;
    pen.ball(
      [x + Math.cos(angle) * 0.12, rim[1] + 0.01, z + Math.sin(angle) * 0.1],
      0.032,
      piece % 2 ? '#d9a441' : '#7fa65a',
    );
  }
}

/** A rat that runs: `heading` as in a cook's facing; `step` moves its feet. */
export function drawRat(pen: Pen, at: readonly [x: number, z: number], heading: number, step: number): void {
  const [x, z] = at;
  const [sine, cosine] = [Math.sin(heading), Math.cos(heading)];
  const size = 1.3; // larger than life: it must be seen on a small tile
  const point = (forward: number, up: number, side = 0): Point => [
    x + (forward * sine + side * cosine) * size,
    up * size,
    z + (forward * cosine - side * sine) * size,
  ];
  const bob = Math.abs(Math.sin(step)) * 0.012;
  pen.disc([x, 0.006, z], 0.16 * size, fade('#10151c', 0.25));
  const tail = Array.from({ length: 7 }, (_unused, joint): Point =>
    point(-0.13 - joint * 0.045, 0.03 + joint * 0.004, Math.sin(step + joint * 0.7) * 0.02 * joint * 0.6),
  );
  pen.stroke(tail, 0.026, '#8c6f68');
  for (const [forward, phase] of [
    [-0.08, 0],
    [0.08, Math.PI],
  ] as const) {
    for (const side of [-0.05, 0.05]) {
      const swing = Math.sin(step + phase + side * 30) * 0.035;
      pen.stroke([point(forward, 0.05, side), point(forward + swing, 0.008, side)], 0.04, '#4a3e3b');
    }
  }
  pen.stroke([point(-0.09, 0.08 + bob), point(0.05, 0.075 + bob)], 0.17 * size, '#4f4441');
  pen.stroke([point(0.08, 0.075 + bob), point(0.15, 0.065 + bob)], 0.1 * size, '#584c48');
  pen.stroke([point(0.17, 0.06 + bob), point(0.2, 0.055 + bob)], 0.05 * size, '#6b5b55');
  for (const side of [-0.035, 0.035]) pen.ball(point(0.11, 0.12 + bob, side), 0.032 * size, '#7d6a64');
  for (const side of [-0.022, 0.022]) pen.ball(point(0.175, 0.08 + bob, side), 0.01 * size, '#14110f');
}
