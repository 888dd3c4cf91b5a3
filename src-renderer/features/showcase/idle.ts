/** After so long without a press the story goes on. Milliseconds. */
export const storyAgainMs = 45_000;
/** A visitor explores for so long at most, then the story goes on: a glass that presses by itself ends here. Milliseconds. */
export const longestVisitMs = 10 * 60_000;
/** So many presses of one and the same control, one after another, are a fault of the glass and keep nothing open. */
const samePresses = 20;

/** When the story goes on. Pure: each question receives the time of a clock that only runs forward. */
export interface VisitClock {
  /** A control was pressed; `control` says which one. */
  pressed(control: string, nowMs: number): void;
  /** Whether the visit is over. */
  isOver(nowMs: number): boolean;
}

/** A visit that begins now. Touches that press no control, and fingers that stay where they are, do not make it longer. */
export function createVisitClock(startedAtMs: number): VisitClock {
  let lastPressMs = startedAtMs;
  let last: { control: string; count: number } | undefined;
  return {
    pressed(control, nowMs) {
      last = { control, count: last?.control === control ? last.count + 1 : 1 };
      if (last.count <= samePresses) lastPressMs = nowMs;
    },
    isOver: (nowMs) => nowMs - lastPressMs >= storyAgainMs || nowMs - startedAtMs >= longestVisitMs,
  };
}
