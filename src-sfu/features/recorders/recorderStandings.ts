import type { ListedRecorder } from './recorders.service.ts';

/** How recorders stand is compared this often, and said when it changed. Milliseconds. */
const everyMs = 1_000;
/** Without a word of any recorder it is compared this seldom: one that falls silent is noticed then. Milliseconds. */
const seldomMs = 10_000;

interface Standing {
  isOnline: boolean;
  sinceMs: number | undefined;
  channels: number;
  receivedItems: number;
}

/** Since when each recorder is online or was heard last, and who is notified when that changes. */
export interface RecorderStandings {
  sinceOf(recorderId: string): number | undefined;
  /** Something may have changed: it is compared within a second. */
  touched(): void;
  onChanged(listener: () => void): void;
  close(): void;
}

export function createRecorderStandings(options: {
  list(): readonly ListedRecorder[];
  nowMs(): number;
}): RecorderStandings {
  const { list, nowMs } = options;
  let standings = new Map<string, Standing>();
  const listeners: (() => void)[] = [];
  let isTouched = true;
  let comparedAtMs = Number.NEGATIVE_INFINITY;
  const compare = (): void => {
    const now = nowMs();
    if (!isTouched && now - comparedAtMs < seldomMs) return;
    isTouched = false;
    comparedAtMs = now;
    const recorders = list();
    let hasChanged = recorders.length !== standings.size;
    const next = new Map<string, Standing>();
    for (const { recorderId, isOnline, receivedItems, channels } of recorders) {
      const before = standings.get(recorderId);
      const sinceMs = before?.isOnline === isOnline ? before.sinceMs : isOnline || before ? now : undefined;
      hasChanged ||=
        before?.isOnline !== isOnline ||
        before.channels !== channels.length ||
        before.receivedItems !== receivedItems;
      next.set(recorderId, { isOnline, sinceMs, receivedItems, channels: channels.length });
    }
    standings = next;
    if (hasChanged) for (const listener of listeners) listener();
  };
  compare();
  const timer = setInterval(compare, everyMs).unref();
  return {
    sinceOf: (recorderId) => standings.get(recorderId)?.sinceMs,
    touched() {
      isTouched = true;
    },
    onChanged: (listener) => void listeners.push(listener),
    close: () => clearInterval(timer),
  };
}
