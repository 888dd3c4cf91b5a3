import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import type {
  TimelineEvent,
  TimelineLane,
  TimelineSubject,
} from '../../../src-shared/timeline/timeline.protocol.ts';
import { lastIndexAt } from '../../../src-shared/timeline/timelineOrder.ts';
import {
  closedTimeline,
  eventsOfLanes,
  revealed,
  wholeSpan,
  zoomed,
  type TimelineStore,
} from './timelineStore.ts';
import { fetchFile } from '../../ui/httpFile.ts';

export interface TimelineActions {
  open(subject: TimelineSubject): Promise<void>;
  close(): void;
  /** Reads the same subject again, for this period. */
  readPeriod(fromMs: number, toMs: number): Promise<void>;
  setTime(timeMs: number): void;
  /** To the previous or the next event of the lanes that are chosen. */
  step(by: -1 | 1): void;
  /** A large step: a tenth of what the lanes show. */
  jump(by: -1 | 1): void;
  toEnd(end: 'first' | 'last'): void;
  /** Below 1: closer. About the moment that the panes show, where no other is given. */
  zoom(factor: number, aboutMs?: number): void;
  zoomAll(): void;
  toggleLane(lane: TimelineLane): void;
  filter(words: string): void;
  exportAs(format: 'html' | 'pdf', language: string): Promise<void>;
}

export function createTimelineActions(parts: {
  store: TimelineStore;
  read(input: InputOf<'timeline:read'>): Promise<Ack<OutputOf<'timeline:read'>>>;
  fetch: typeof fetch;
  saveFile(blob: Blob, fileName: string): void;
}): TimelineActions {
  const { store } = parts;
  /** Counts the readings, so that the answer to an earlier one does not replace that to a later one. */
  let readings = 0;

  async function read(input: InputOf<'timeline:read'>): Promise<void> {
    readings += 1;
    const mine = readings;
    store.setState({ isReading: true, problem: undefined });
    const first = await parts.read(input);
    if (mine !== readings) return;
    if (!first.ok) return store.setState({ isReading: false, problem: first, timeline: undefined });
    const { readId, nextOffset, ...timeline } = first.data;
    const events: TimelineEvent[] = [...timeline.events];
    for (let offset = nextOffset; offset !== undefined;) {
      const page = await parts.read({ ...input, page: { readId, offset } });
      if (mine !== readings) return;
      if (!page.ok) return store.setState({ isReading: false, problem: page, timeline: undefined });
      for (const event of page.data.events) events.push(event);
      offset = page.data.nextOffset;
    }
    const whole = wholeSpan({ head: timeline.head, events });
    store.setState({
      isReading: false,
      timeline: { ...timeline, events },
      timeMs: events[0]?.atMs ?? whole.fromMs,
      shown: whole,
    });
  }

  const setTime = (timeMs: number): void => {
    const { timeline, shown } = store.getState();
    if (timeline === undefined) return;
    const whole = wholeSpan(timeline);
    const within = Math.round(Math.min(whole.toMs, Math.max(whole.fromMs, timeMs)));
    store.setState({ timeMs: within, shown: revealed(shown, within, whole) });
  };

  return {
    async open(subject) {
      store.setState({ ...closedTimeline, subject, lanes: store.getState().lanes });
      await read({ subject });
    },
    close() {
      readings += 1;
      store.setState({ ...closedTimeline, lanes: store.getState().lanes });
    },
    async readPeriod(fromMs, toMs) {
      const { subject } = store.getState();
      if (subject !== undefined) await read({ subject, fromMs, toMs });
    },
    setTime,
    step(by) {
      const { timeline, timeMs, lanes } = store.getState();
      const events = eventsOfLanes(timeline?.events ?? [], lanes);
      // Events of the same moment are one step.
      const index = by > 0 ? lastIndexAt(events, timeMs) + 1 : lastIndexAt(events, timeMs - 1);
      const event = events[index];
      if (event !== undefined) setTime(event.atMs);
    },
    jump(by) {
      const { timeMs, shown } = store.getState();
      setTime(timeMs + (by * (shown.toMs - shown.fromMs)) / 10);
    },
    toEnd(end) {
      const { timeline } = store.getState();
      if (timeline === undefined) return;
      const whole = wholeSpan(timeline);
      setTime(end === 'first' ? whole.fromMs : whole.toMs);
    },
    zoom(factor, aboutMs) {
      const { timeline, shown, timeMs } = store.getState();
      if (timeline === undefined) return;
      store.setState({ shown: zoomed(shown, factor, aboutMs ?? timeMs, wholeSpan(timeline)) });
    },
    zoomAll() {
      const { timeline } = store.getState();
      if (timeline !== undefined) store.setState({ shown: wholeSpan(timeline) });
    },
    toggleLane(lane) {
      const lanes = new Set(store.getState().lanes);
      if (!lanes.delete(lane)) lanes.add(lane);
      store.setState({ lanes });
    },
    filter: (words) => store.setState({ words }),
    async exportAs(format, language) {
      const { timeline, exporting } = store.getState();
      if (timeline === undefined || exporting !== undefined) return;
      const { subject, fromMs, toMs } = timeline.head;
      const query = new URLSearchParams({
        ...subject,
        language,
        fromMs: String(Math.floor(fromMs)),
        toMs: String(Math.ceil(toMs)),
      });
      store.setState({ exporting: format, exported: undefined, exportProblem: '' });
      const answer = await fetchFile(parts.fetch, `/api/v1/timeline.${format}?${query}`);
      if (!answer.ok) return store.setState({ exporting: undefined, exportProblem: answer.problem });
      const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1];
      const fileName = name ?? `timeline.${format}`;
      parts.saveFile(answer.file, fileName);
      const sha256 = answer.headers.get('x-content-sha256') ?? '';
      store.setState({ exporting: undefined, exported: { name: fileName, sha256 } });
    },
  };
}
