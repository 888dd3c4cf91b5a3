import { timelineLanes, type TimelineEvent } from './timeline.protocol.ts';

export interface TimeSpan {
  fromMs: number;
  toMs: number;
}

/** One mark of a lane, in whole pixels of the canvas. */
export interface LaneMark {
  lane: number;
  x: number;
  width: number;
}

/** A mark of something that does not last. Pixels of the page. */
const pointWidth = 3;

/**
 * The marks of the events: those that fall on the same pixels of a lane are one, so that ten thousand are as few as the lanes are
 * wide. Events outside of what is shown have none.
 */
export function laneMarks(
  events: readonly Pick<TimelineEvent, 'lane' | 'atMs' | 'endedAtMs'>[],
  shown: TimeSpan,
  widthPx: number,
): LaneMark[] {
  const numbers = new Map(timelineLanes.map((lane, index) => [lane, index]));
  const scale = widthPx / Math.max(1, shown.toMs - shown.fromMs);
  const lastEnd: number[] = timelineLanes.map(() => -1);
  const marks: LaneMark[] = [];
  for (const { lane, atMs, endedAtMs = atMs } of events) {
    if (endedAtMs < shown.fromMs || atMs > shown.toMs) continue;
    const number = numbers.get(lane);
    if (number === undefined) continue;
    const x = Math.max(0, Math.round((atMs - shown.fromMs) * scale));
    const end = Math.min(widthPx + pointWidth, Math.round((endedAtMs - shown.fromMs) * scale));
    const width = Math.max(pointWidth, end - x);
    if (x + width <= (lastEnd[number] ?? -1)) continue;
    lastEnd[number] = x + width;
    marks.push({ lane: number, x, width });
  }
  return marks;
}
