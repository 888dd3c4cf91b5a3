import { createCanvas } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { drawMate, drawPasserBy } from './people.ts';
import { drawStreet, walkedM } from './street.ts';
import type { Eye } from './street.ts';

/** What a body cam sees on patrol: a street of shops, a mate ahead, somebody who comes along. A loop. */
export const patrolFormat = { width: 640, height: 360, framesPerSecond: 12, frames: 120 } as const;

const { width, height, frames } = patrolFormat;
/** Whole numbers, so that the loop has no seam. */
const stepsALoop = 18;

/** Makes the function that draws a picture of the loop and gives its RGBA pixels. */
export function patrolDrawer(): (index: number) => Uint8Array {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  return (index) => {
    const share = index / frames;
    const stride = share * stepsALoop * Math.PI;
    const eye: Eye = {
      context,
      width,
      height,
      horizon: height * 0.44 + Math.abs(Math.sin(stride)) * 5 + Math.sin(share * 2 * Math.PI) * 3,
      left: width / 2 + Math.sin(stride) * 4 + Math.sin(share * 2 * Math.PI + 1) * 10,
      focal: 400,
      eyeM: 1.45,
    };
    drawStreet(eye, share * walkedM);
    drawPasserBy(eye, share);
    drawMate(eye, stride);
    drawCaption(context, index);
    return canvas.data();
  };
}

function drawCaption(context: SKRSContext2D, index: number): void {
  context.font = '600 15px "Noto Sans CJK SC", sans-serif';
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.lineWidth = 3;
  context.strokeStyle = 'rgba(10,14,18,0.75)';
  context.fillStyle = 'rgba(244,246,240,0.95)';
  for (const [text, x, y] of [
    ['温泉中队 01 执法记录仪', 36, 27],
    ['模拟画面', width - 78, height - 14],
  ] as const) {
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
  if (index % patrolFormat.framesPerSecond >= patrolFormat.framesPerSecond / 2) return;
  context.fillStyle = '#e5484d';
  context.beginPath();
  context.arc(22, 22, 6, 0, 2 * Math.PI);
  context.fill();
}
