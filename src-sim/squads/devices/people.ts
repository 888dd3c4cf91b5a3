import { hazed, project } from './street.ts';
import type { Eye } from './street.ts';

interface Clothes {
  coat: readonly [number, number, number];
  legs: readonly [number, number, number];
  head: readonly [number, number, number];
}

/** A walking person of 1.72 m, seen from before or behind. */
function drawPerson(eye: Eye, x: number, z: number, stride: number, clothes: Clothes): void {
  const { context, focal } = eye;
  const metre = focal / z;
  const foot = project(eye, x, 0.02, z);
  const limb = (fromX: number, fromY: number, toX: number, toY: number, thick: number): void => {
    context.lineWidth = thick * metre;
    context.beginPath();
    context.moveTo(foot.x + fromX * metre, foot.y - fromY * metre);
    context.lineTo(foot.x + toX * metre, foot.y - toY * metre);
    context.stroke();
  };
  context.fillStyle = 'rgba(30,34,38,0.25)';
  context.beginPath();
  context.ellipse(foot.x, foot.y, 0.34 * metre, 0.08 * metre, 0, 0, 2 * Math.PI);
  context.fill();
  context.lineCap = 'round';
  const lift = Math.sin(stride);
  context.strokeStyle = hazed(clothes.legs, z);
  // The foot that swings is off the ground.
  limb(-0.1, 0.85, -0.11, 0.06 + Math.max(0, lift) * 0.16, 0.15);
  limb(0.1, 0.85, 0.11, 0.06 + Math.max(0, -lift) * 0.16, 0.15);
  context.strokeStyle = hazed(clothes.coat, z);
  limb(-0.26, 1.34, -0.31, 0.86 + lift * 0.06, 0.11);
  limb(0.26, 1.34, 0.31, 0.86 - lift * 0.06, 0.11);
  context.fillStyle = hazed(clothes.coat, z);
  context.beginPath();
  context.roundRect(foot.x - 0.25 * metre, foot.y - 1.46 * metre, 0.5 * metre, 0.7 * metre, 0.1 * metre);
  context.fill();
  context.fillStyle = hazed(clothes.head, z);
  context.beginPath();
  context.arc(foot.x, foot.y - 1.6 * metre, 0.125 * metre, 0, 2 * Math.PI);
  context.fill();
}

/** The mate on patrol, a few steps ahead, in a vest that shines. */
export function drawMate(eye: Eye, stride: number): void {
  const z = 4.4;
  const x = 1.05;
  drawPerson(eye, x, z, stride + 0.8, { coat: [34, 48, 66], legs: [30, 36, 48], head: [40, 52, 70] });
  const { context, focal } = eye;
  const metre = focal / z;
  const foot = project(eye, x, 0.02, z);
  const box = (left: number, high: number, wide: number, tall: number, colour: string): void => {
    context.fillStyle = colour;
    context.fillRect(foot.x + left * metre, foot.y - high * metre, wide * metre, tall * metre);
  };
  box(-0.23, 1.45, 0.46, 0.58, '#d8e03c');
  box(-0.23, 1.22, 0.46, 0.07, '#eef0ee');
  box(-0.23, 1.02, 0.46, 0.07, '#eef0ee');
  context.fillStyle = '#1d2b3c';
  context.font = `700 ${(metre * 0.12).toFixed(1)}px "Noto Sans CJK SC", sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText('市场监管', foot.x, foot.y - 1.33 * metre);
}

/** Somebody who comes along the pavement and is past before the loop ends; `share` runs from 0 to 1. */
export function drawPasserBy(eye: Eye, share: number): void {
  const z = 46 - share * 1.3 * 46;
  if (z < 1.4) return;
  drawPerson(eye, -3.7, z, share * 40, { coat: [150, 64, 58], legs: [58, 66, 88], head: [206, 168, 140] });
}
