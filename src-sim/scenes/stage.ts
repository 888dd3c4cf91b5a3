import { createCanvas } from '@napi-rs/canvas';
import type { Canvas } from '@napi-rs/canvas';
import { loopFrames } from '../../src-shared/simulation/frameStrip.ts';
import { streamFormats } from './catalogue.ts';
import type { Show } from './catalogue.ts';
import { drawCaption, drawCorners, drawStrip } from './draw/overlay.ts';
import { Pen } from './draw/pen.ts';
import type { Point, Viewpoint } from './draw/pen.ts';

const { width, height }: { width: number; height: number } = streamFormats.main;

/** Something that stands still, with the point by which it is sorted from far to near. */
export interface Still {
  at: Point;
  draw(pen: Pen): void;
}

/** Something that moves. It is drawn between the still things farther away and those nearer than its place. */
export interface Moving {
  at(index: number): Point;
  draw(pen: Pen, index: number): void;
}

/** A whole scene: a room, what stands in it, what moves. */
export interface Stage {
  title: string;
  view: Viewpoint;
  corner: string;
  /** The room itself, behind everything. */
  room(pen: Pen): void;
  stills: readonly Still[];
  movings: readonly Moving[];
}

/** Makes a scene; it may differ by what is to be shown. */
export type StageMaker = (show: Show) => Stage;

interface Layer {
  nearDepth: number;
  canvas: Canvas;
  left: number;
  top: number;
}

function newLayer(view: Viewpoint): { canvas: Canvas; pen: Pen } {
  const canvas = createCanvas(width, height);
  return { canvas, pen: new Pen(canvas.getContext('2d'), width, height, view) };
}

/** Cuts a layer down to what is painted on it: blending empty pixels costs as much as blending full ones. */
function crop(canvas: Canvas, nearDepth: number): Layer | undefined {
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (data[(y * width + x) * 4 + 3] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (right < 0) return undefined;
  const cropped = createCanvas(right - left + 1, bottom - top + 1);
  cropped.getContext('2d').drawImage(canvas, -left, -top);
  return { nearDepth, canvas: cropped, left, top };
}

/**
 * Paints the still things once: into the background, and into as few layers before it as what moves between them
 * asks for.
 */
function paintLayers(stage: Stage): { background: Canvas; layers: Layer[] } {
  const back = newLayer(stage.view);
  stage.room(back.pen);
  const depthOf = (point: Point) => back.pen.project(point).depth;
  const crossings = stage.movings.flatMap((moving) =>
    Array.from({ length: loopFrames / 5 }, (_unused, step) => depthOf(moving.at(step * 5))),
  );
  const sorted = stage.stills
    .map((still) => ({ still, depth: depthOf(still.at) }))
    .sort((one, other) => other.depth - one.depth);
  const fronts: { nearDepth: number; canvas: Canvas }[] = [];
  let current = back;
  let previousDepth = Number.POSITIVE_INFINITY;
  for (const { still, depth } of sorted) {
    const isCrossed = crossings.some((crossing) => crossing <= previousDepth && crossing > depth);
    if (isCrossed) {
      current = newLayer(stage.view);
      fronts.push({ nearDepth: depth, canvas: current.canvas });
    }
    still.draw(current.pen);
    previousDepth = depth;
  }
  for (const { canvas } of [{ canvas: back.canvas }, ...fronts]) {
    const context = canvas.getContext('2d');
    context.globalCompositeOperation = 'source-atop';
    drawCorners(context, stage.corner, width, height);
  }
  const layers = fronts.flatMap(({ canvas, nearDepth }) => crop(canvas, nearDepth) ?? []);
  return { background: back.canvas, layers };
}

/** Makes the function that draws a scene frame by frame and gives each picture's RGBA pixels. */
export function stageDrawer(stage: Stage): (index: number) => Uint8Array {
  const { background, layers } = paintLayers(stage);
  const { canvas, pen } = newLayer(stage.view);
  const { context } = pen;
  return (index) => {
    context.drawImage(background, 0, 0);
    const queue = stage.movings
      .map((moving) => ({ moving, depth: pen.project(moving.at(index)).depth }))
      .sort((one, other) => other.depth - one.depth);
    for (const layer of layers) {
      while (queue[0] && queue[0].depth > layer.nearDepth) queue.shift()?.moving.draw(pen, index);
      context.drawImage(layer.canvas, layer.left, layer.top);
    }
    for (const { moving } of queue) moving.draw(pen, index);
    drawCaption(context, stage.title, index, width);
    drawStrip(context, index, width, height);
    return canvas.data();
  };
}
