import { createCanvas } from '@napi-rs/canvas';
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { encodeFrameStrip, framesPerSecond, stripCell } from '../../../src-shared/simulation/frameStrip.ts';
import { fade } from './colour.ts';

/** Letters of 5 × 7 dots, as cameras write them into their pictures; our own, so that no font is needed. One
 * number a row, the leftmost dot is the highest bit of five. */
const glyphs: Readonly<Record<string, readonly number[]>> = {
  A: [14, 17, 17, 31, 17, 17, 17],
  B: [30, 17, 17, 30, 17, 17, 30],
  C: [14, 17, 16, 16, 16, 17, 14],
  D: [30, 17, 17, 17, 17, 17, 30],
  E: [31, 16, 16, 30, 16, 16, 31],
  F: [31, 16, 16, 30, 16, 16, 16],
  G: [14, 17, 16, 23, 17, 17, 15],
  H: [17, 17, 17, 31, 17, 17, 17],
  I: [14, 4, 4, 4, 4, 4, 14],
  K: [17, 18, 20, 24, 20, 18, 17],
  L: [16, 16, 16, 16, 16, 16, 31],
  M: [17, 27, 21, 21, 17, 17, 17],
  N: [17, 25, 21, 19, 17, 17, 17],
  O: [14, 17, 17, 17, 17, 17, 14],
  P: [30, 17, 17, 30, 16, 16, 16],
  R: [30, 17, 17, 30, 20, 18, 17],
  S: [15, 16, 16, 14, 1, 1, 30],
  T: [31, 4, 4, 4, 4, 4, 4],
  U: [17, 17, 17, 17, 17, 17, 14],
  V: [17, 17, 17, 17, 17, 10, 4],
  W: [17, 17, 17, 21, 21, 27, 17],
  Y: [17, 17, 10, 4, 4, 4, 4],
  0: [14, 17, 19, 21, 25, 17, 14],
  1: [4, 12, 4, 4, 4, 4, 14],
  2: [14, 17, 1, 6, 8, 16, 31],
  3: [31, 2, 4, 2, 1, 17, 14],
  4: [2, 6, 10, 18, 31, 2, 2],
  5: [31, 16, 30, 1, 1, 17, 14],
  6: [6, 8, 16, 30, 17, 17, 14],
  7: [31, 1, 2, 4, 8, 8, 8],
  8: [14, 17, 17, 14, 17, 17, 14],
  9: [14, 17, 17, 15, 1, 2, 12],
  ':': [0, 4, 4, 0, 4, 4, 0],
  '.': [0, 0, 0, 0, 0, 12, 12],
  '-': [0, 0, 0, 14, 0, 0, 0],
};

const dot = 2;
const advance = 6 * dot;

function paintLetter(letter: string): Canvas {
  const canvas = createCanvas(advance, 8 * dot);
  const context = canvas.getContext('2d');
  // A dark edge under light dots stays readable on any picture.
  for (const [colour, shift] of [
    ['rgba(12,16,20,0.6)', 1],
    ['rgba(244,244,238,0.92)', 0],
  ] as const) {
    context.fillStyle = colour;
    (glyphs[letter] ?? []).forEach((row, line) => {
      for (let column = 0; column < 5; column += 1) {
        if (((row >> (4 - column)) & 1) === 0) continue;
        context.fillRect(column * dot + shift, line * dot + shift, dot, dot);
      }
    });
  }
  return canvas;
}

const letters = new Map<string, Canvas>();

function writeDots(context: SKRSContext2D, text: string, left: number, top: number): void {
  [...text].forEach((letter, position) => {
    const painted = letters.get(letter) ?? paintLetter(letter);
    letters.set(letter, painted);
    context.drawImage(painted, left + position * advance, top);
  });
}

/** What a camera writes into its picture: its title, and the seconds and frames of the loop. */
export function drawCaption(context: SKRSContext2D, title: string, index: number, width: number): void {
  writeDots(context, title, 26, 24);
  const seconds = String(Math.floor(index / framesPerSecond)).padStart(2, '0');
  const frames = String(index % framesPerSecond).padStart(2, '0');
  const counter = `SIM 00:${seconds}.${frames}`;
  writeDots(context, counter, width - 26 - counter.length * advance, 24);
}

/** The machine-readable strip along the bottom edge. */
export function drawStrip(context: SKRSContext2D, index: number, width: number, height: number): void {
  encodeFrameStrip(index).forEach((white, position) => {
    const cell = stripCell(position);
    context.fillStyle = white ? '#d9dcda' : '#15191c';
    context.fillRect(cell.left * width, cell.top * height, cell.width * width, cell.height * height);
  });
}

/** The quiet dark of a lens's corners. */
export function drawCorners(context: SKRSContext2D, colour: string, width: number, height: number): void {
  const shadow = context.createRadialGradient(
    width / 2,
    height * 0.52,
    height * 0.45,
    width / 2,
    height * 0.52,
    width * 0.68,
  );
  shadow.addColorStop(0, fade(colour, 0));
  shadow.addColorStop(1, fade(colour, 0.5));
  context.fillStyle = shadow;
  context.fillRect(0, 0, width, height);
}
