import { createCanvas } from '@napi-rs/canvas';
import { encodeFrameStrip, stripCell } from '../../src-shared/simulation/frameStrip.ts';
import { streamFormats } from './catalogue.ts';
import type { Show } from './catalogue.ts';

const { width, height } = streamFormats.main;

/** Makes the function that draws a scene frame by frame and gives each picture's RGBA pixels. */
export function sceneDrawer(_sceneId: string, _show: Show): (index: number) => Uint8Array {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  return (index) => {
    context.fillStyle = '#24303a';
    context.fillRect(0, 0, width, height);
    context.fillStyle = '#d8c9a8';
    context.fillRect((index * width) / 300, 200, 200, 300);
    encodeFrameStrip(index).forEach((white, position) => {
      const cell = stripCell(position);
      context.fillStyle = white ? '#e8ecee' : '#14181b';
      context.fillRect(cell.left * width, cell.top * height, cell.width * width, cell.height * height);
    });
    return canvas.data();
  };
}
