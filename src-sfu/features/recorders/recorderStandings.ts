import { createListeners } from '../../../src-shared/listeners.ts';
import type { ListedRecorder } from './recorders.service.ts';

/** What changed is announced this often at most. Milliseconds. */
const everyMs = 1_000;
/** Without a word of any recorder they are compared this seldom: one that falls silent is noticed then. Milliseconds. */
const seldomMs = 10_000;
/** Strangers may come and go without end: that the list of those who wait changed is announced this seldom. Milliseconds. */
const waitingEveryMs = 5_000;

interface Standing {
  isOnline: boolean;
  sinceMs: number | undefined;
}

/** Since when each recorder is online, and who is notified when anything that is shown of recorders changes. */
export interface RecorderStandings {
  /** Undefined for one that is not online, or not since a known moment. Unix milliseconds. */
  onlineSinceOf(recorderId: string): number | undefined;
  /** What is shown of recorders, or of those who wait, changed: it is announced within a second, or within five. */
  touched(what: 'recorders' | 'waiting'): void;
  onChanged(listener: () => void): void;
  close(): void;
}

export function createRecorderStandings(options: {
  list(): readonly Pick<ListedRecorder, 'recorderId' | 'isOnline'>[];
  nowMs(): number;
}): RecorderStandings {
  const { list, nowMs } = options;
  let standings = new Map<string, Standing>();
  const changed = createListeners();
  let isTouched = false;
  let isWaitingTouched = false;
  let comparedAtMs = Number.NEGATIVE_INFINITY;
  let saidAtMs = Number.NEGATIVE_INFINITY;
  /** Whether one came, went or fell silent. */
  const compare = (): boolean => {
    const now = nowMs();
    comparedAtMs = now;
    const recorders = list();
    let hasChanged = recorders.length !== standings.size;
    const next = new Map<string, Standing>();
    for (const { recorderId, isOnline } of recorders) {
      const before = standings.get(recorderId);
      hasChanged ||= before?.isOnline !== isOnline;
      const sinceMs = !isOnline ? undefined : before?.isOnline === true ? before.sinceMs : now;
      next.set(recorderId, { isOnline, sinceMs });
    }
    standings = next;
    return hasChanged;
  };
  const look = (): void => {
    const now = nowMs();
    let isToSay = isWaitingTouched && !isWithin(waitingEveryMs, saidAtMs, now);
    if (isTouched || !isWithin(seldomMs, comparedAtMs, now)) isToSay = compare() || isTouched || isToSay;
    if (!isToSay) return;
    isTouched = false;
    isWaitingTouched = false;
    saidAtMs = now;
    changed.notify();
  };
  compare();
  const timer = setInterval(look, everyMs).unref();
  return {
    onlineSinceOf: (recorderId) => standings.get(recorderId)?.sinceMs,
    touched(what) {
      if (what === 'recorders') isTouched = true;
      else isWaitingTouched = true;
    },
    onChanged: (listener) => void changed.add(listener),
    close: () => clearInterval(timer),
  };
}

/** Whether a moment is less than so long ago; one in the future, before the clock was set back, is not. */
function isWithin(ms: number, atMs: number, now: number): boolean {
  return now >= atMs && now - atMs < ms;
}
