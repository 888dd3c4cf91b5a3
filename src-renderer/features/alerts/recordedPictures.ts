import { createStore, type StoreApi } from 'zustand/vanilla';

/** Why there is no recording, as the hub says it, and `other` for everything else. */
export const recordingProblems = [
  'nothing_recorded',
  'no_recorder',
  'recorder_absent',
  'recorder_busy',
  'recorded_h265',
  'recorder_failed',
  'recordings_busy',
  'other',
] as const;
export type RecordingProblem = (typeof recordingProblems)[number];

export interface RecordingState {
  state: 'loading' | 'playing' | 'problem';
  problem: RecordingProblem;
  /** It ended before its end; what had come until then can be played. */
  isBroken: boolean;
  /** Of the pictures that have come, by their own times, and how many times faster than real they came. */
  seconds: number;
  speed: number;
}

/** What a recorder recorded before an alert, while it comes from the hub. */
export interface Recording {
  store: StoreApi<RecordingState>;
  /** What the page's video element plays. */
  url: string;
  close(): void;
}

/** Begins to receive; problems are states. `fetch` asks the hub. */
export function openRecording(alertId: string, fetch: typeof window.fetch): Recording {
  const store = createStore<RecordingState>(() => ({
    state: 'loading',
    problem: 'other',
    isBroken: false,
    seconds: 0,
    speed: 0,
  }));
  const source = new MediaSource();
  const url = URL.createObjectURL(source);
  const ending = new AbortController();
  const isOpen = new Promise<void>((resolve) =>
    source.addEventListener('sourceopen', () => resolve(), { once: true }),
  );
  const receive = async (): Promise<void> => {
    const answer = await fetch(`/api/v1/alerts/${encodeURIComponent(alertId)}/recording.mp4`, {
      signal: ending.signal,
    });
    if (!answer.ok || answer.body === null) {
      const refused = (await answer.json()) as { error?: { code?: string } };
      const problem = recordingProblems.find((known) => known === refused.error?.code) ?? 'other';
      return store.setState({ state: 'problem', problem });
    }
    await isOpen;
    const buffer = source.addSourceBuffer(answer.headers.get('content-type') ?? 'video/mp4');
    store.setState({ state: 'playing' });
    const beganMs = performance.now();
    const reader = answer.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const appended = new Promise((resolve) =>
        buffer.addEventListener('updateend', resolve, { once: true }),
      );
      buffer.appendBuffer(part.value);
      await appended;
      const seconds = buffer.buffered.length === 0 ? 0 : buffer.buffered.end(buffer.buffered.length - 1);
      store.setState({ seconds, speed: seconds / Math.max(0.1, (performance.now() - beganMs) / 1_000) });
    }
    source.endOfStream();
  };
  receive().catch(() => {
    if (ending.signal.aborted) return;
    const { state, seconds } = store.getState();
    if (state !== 'playing' || seconds === 0) return store.setState({ state: 'problem' });
    store.setState({ isBroken: true });
    // Playing stops at its end, instead of waiting for more.
    if (source.readyState === 'open') source.endOfStream();
  });
  return {
    store,
    url,
    close() {
      ending.abort();
      URL.revokeObjectURL(url);
    },
  };
}
