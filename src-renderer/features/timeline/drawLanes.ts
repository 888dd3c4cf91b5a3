import { timelineLanes } from '../../../src-shared/timeline/timeline.protocol.ts';
import type { LaneMark, TimeSpan } from '../../../src-shared/timeline/laneMarks.ts';

export interface LaneColours {
  line: string;
  mark: string;
  alert: string;
  soft: string;
}

/** Draws the lanes and their marks. `ratio`: pixels of the screen for one of the page. */
export function drawLanes(
  canvas: HTMLCanvasElement,
  marks: readonly LaneMark[],
  {
    widthPx,
    heightPx,
    ratio,
    colours,
  }: { widthPx: number; heightPx: number; ratio: number; colours: LaneColours },
): void {
  canvas.width = Math.round(widthPx * ratio);
  canvas.height = Math.round(heightPx * ratio);
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  pen.scale(ratio, ratio);
  const rowPx = heightPx / timelineLanes.length;
  pen.fillStyle = colours.line;
  for (let row = 1; row < timelineLanes.length; row += 1)
    pen.fillRect(0, Math.round(row * rowPx), widthPx, 1);
  for (const { lane, x, width } of marks) {
    const name = timelineLanes[lane];
    pen.fillStyle =
      name === 'alert' ? colours.alert : name === 'position' || name === 'view' ? colours.soft : colours.mark;
    pen.fillRect(x, lane * rowPx + rowPx * 0.22, width, rowPx * 0.56);
  }
}

/** Moments for an axis with about so many of them: whole seconds, minutes, hours or days, in the time zone of the page. */
export function axisTicks(shown: TimeSpan, count: number, zoneOffsetMs: number): number[] {
  const second = 1_000;
  const minute = 60 * second;
  const hour = 60 * minute;
  const day = 24 * hour;
  const steps = [
    ...[second, 2 * second, 5 * second, 10 * second, 30 * second],
    ...[minute, 2 * minute, 5 * minute, 10 * minute, 30 * minute],
    ...[hour, 2 * hour, 6 * hour, 12 * hour],
    ...[day, 2 * day, 7 * day, 14 * day, 28 * day],
  ];
  const lengthMs = shown.toMs - shown.fromMs;
  const stepMs = steps.find((step) => lengthMs / step <= count) ?? 56 * day;
  const ticks: number[] = [];
  const first = Math.ceil((shown.fromMs - zoneOffsetMs) / stepMs) * stepMs + zoneOffsetMs;
  for (let atMs = first; atMs <= shown.toMs; atMs += stepMs) ticks.push(atMs);
  return ticks;
}
