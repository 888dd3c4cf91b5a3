import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { laneMarks } from '../../../src-shared/timeline/laneMarks.ts';
import { timelineLanes, type TimelineEvent } from '../../../src-shared/timeline/timeline.protocol.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { axisTicks, drawLanes } from './drawLanes.ts';
import type { TimelineActions } from './timelineActions.ts';
import type { TimelineStore } from './timelineStore.ts';

export interface TimelineLanesProps {
  store: TimelineStore;
  actions: TimelineActions;
  /** Those that pass the filters. */
  events: readonly TimelineEvent[];
  times: TimeFormat;
}

/** All lanes over one axis, and the scrubber: a slider that the keys move from event to event, and the mouse to any moment. */
export function TimelineLanes({ store, actions, events, times }: TimelineLanesProps) {
  const { t } = useTranslation();
  const shown = useStore(store, (state) => state.shown);
  const lanes = useStore(store, (state) => state.lanes);
  const timeMs = useStore(store, (state) => state.timeMs);
  const canvas = useRef<HTMLCanvasElement>(null);
  const field = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const counts = useMemo(() => countsOf(events), [events]);

  useEffect(() => {
    const element = field.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    element.focus();
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = canvas.current;
    if (element === null || size.width === 0) return;
    const style = getComputedStyle(element);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    drawLanes(element, laneMarks(events, shown, size.width), {
      widthPx: size.width,
      heightPx: size.height,
      ratio: window.devicePixelRatio,
      colours: {
        line: colour('--grey-3'),
        mark: colour('--grey-8'),
        alert: colour('--class-1'),
        soft: colour('--grey-6'),
      },
    });
    // For whoever measures how long opening takes: everything of this drawing is on the canvas now.
    element.dataset.drawnEvents = String(events.length);
  }, [events, shown, size]);

  const shareOf = (atMs: number): number => (atMs - shown.fromMs) / Math.max(1, shown.toMs - shown.fromMs);
  const timeAt = (event: { clientX: number }): number => {
    const box = field.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return timeMs;
    return shown.fromMs + ((event.clientX - box.left) / box.width) * (shown.toMs - shown.fromMs);
  };
  const ticks = axisTicks(shown, 8, new Date(shown.fromMs).getTimezoneOffset() * 60_000);
  const share = shareOf(timeMs);
  return (
    <div className="timeline-lanes">
      <ul className="timeline-lane-names" aria-label={t('timeline.lanes')}>
        {timelineLanes.map((lane) => (
          <li key={lane}>
            <button
              type="button"
              aria-pressed={lanes.has(lane)}
              data-lane={lane}
              onClick={() => actions.toggleLane(lane)}
            >
              <span>{t(`timeline.lane.${lane}`)}</span>
              <span className="timeline-count">{counts.get(lane) ?? 0}</span>
            </button>
          </li>
        ))}
      </ul>
      <div className="timeline-axis">
        {ticks.map((atMs) => (
          <span key={atMs} style={{ left: `${shareOf(atMs) * 100}%` }}>
            {times.timeOfDay(atMs)}
          </span>
        ))}
      </div>
      <div
        ref={field}
        className="timeline-field"
        role="slider"
        tabIndex={0}
        aria-label={t('timeline.time')}
        aria-valuemin={Math.round(shown.fromMs)}
        aria-valuemax={Math.round(shown.toMs)}
        aria-valuenow={Math.round(timeMs)}
        aria-valuetext={times.timeOfDay(timeMs)}
        data-scrubber
        onKeyDown={(event) => moveByKey(event, actions)}
        onPointerDown={(event) => {
          capture(event);
          actions.setTime(timeAt(event));
        }}
        onPointerMove={(event) => {
          if (event.buttons === 1) actions.setTime(timeAt(event));
        }}
        onWheel={(event) => actions.zoom(event.deltaY > 0 ? 1.25 : 0.8, timeAt(event))}
      >
        <canvas ref={canvas} />
        {share >= 0 && share <= 1 && <div className="timeline-now" style={{ left: `${share * 100}%` }} />}
      </div>
    </div>
  );
}

function capture(event: PointerEvent<HTMLDivElement>): void {
  event.currentTarget.setPointerCapture(event.pointerId);
}

/** The keys of the scrubber. */
function moveByKey(event: KeyboardEvent, actions: TimelineActions): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const moves: Record<string, () => void> = {
    ArrowLeft: () => actions.step(-1),
    ArrowRight: () => actions.step(1),
    ArrowUp: () => actions.step(-1),
    ArrowDown: () => actions.step(1),
    PageUp: () => actions.jump(-1),
    PageDown: () => actions.jump(1),
    Home: () => actions.toEnd('first'),
    End: () => actions.toEnd('last'),
    '+': () => actions.zoom(0.5),
    '=': () => actions.zoom(0.5),
    '-': () => actions.zoom(2),
    '0': () => actions.zoomAll(),
  };
  const move = moves[event.key];
  if (move === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  move();
}

function countsOf(events: readonly TimelineEvent[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { lane } of events) counts.set(lane, (counts.get(lane) ?? 0) + 1);
  return counts;
}
