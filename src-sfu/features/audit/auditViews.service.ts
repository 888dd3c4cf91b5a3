import { createSequence } from '../../base/sequence.ts';
import type { AuditRepository, OpenView } from './audit.repository.ts';

/** The viewer, as the log names them. */
export interface Viewer {
  actor: string;
  principal: object | null;
}

/** The views of desks: one line of the audit log for each view, with its duration. */
export interface AuditViews {
  /** Writes the lines of views that ended because the hub ended. */
  begin(): Promise<void>;
  /** `viewerId`: the connection. `detail` is kept unless the hub ends before the view does. A second opening of the same thing belongs to the same view. */
  opened(viewerId: string, viewer: Viewer, action: string, subject: string, detail?: object): void;
  closed(viewerId: string, action: string, subject: string): void;
  /** The viewer is gone: its views end. */
  left(viewerId: string): void;
  close(): Promise<void>;
}

/** A view that is opened again within this time goes on: a desk that changes the quality of a picture closes and opens it. */
const joinMs = 5_000;
/** Views that begin or end within this time are written together. */
const gatherMs = 250;
const retryMs = 5_000;

interface View extends OpenView {
  viewerId: string;
  openings: number;
  endedAtMs?: number;
  timer?: NodeJS.Timeout | undefined;
}

export function createAuditViews(options: {
  repository: Pick<AuditRepository, 'changeViews' | 'openViews'>;
  newId(): string;
  /** The hub's own time. */
  nowMs(): number;
  onFault(error: unknown): void;
}): AuditViews {
  const { repository, nowMs } = options;
  const views = new Map<string, View>();
  let begun: View[] = [];
  let ended: View[] = [];
  let timer: NodeJS.Timeout | undefined;
  const writing = createSequence();

  const keyOf = (viewerId: string, action: string, subject: string): string =>
    JSON.stringify([viewerId, action, subject]);

  function lineOf({ endedAtMs, ...view }: View): OpenView {
    const seconds = Math.max(0, Math.round(((endedAtMs ?? nowMs()) - view.atMs) / 1_000));
    return { ...view, detail: { ...view.detail, seconds } };
  }

  async function writeNow(): Promise<void> {
    const [starting, ending] = [begun, ended];
    [begun, ended] = [[], []];
    if (starting.length + ending.length === 0) return;
    try {
      await repository.changeViews(starting, ending.map(lineOf));
    } catch (error) {
      // In the order in which they came, and before views that began during the write.
      begun = [...starting, ...begun];
      ended = [...ending, ...ended];
      options.onFault(error);
      schedule(retryMs);
    }
  }

  function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    return writing.exclusive(writeNow);
  }

  function schedule(delayMs = gatherMs): void {
    timer ??= setTimeout(() => void write(), delayMs).unref();
  }

  function end(key: string, view: View): void {
    clearTimeout(view.timer);
    views.delete(key);
    ended.push(view);
    schedule();
  }

  return {
    async begin() {
      const cutOff = await repository.openViews();
      const lines = cutOff.map((view): OpenView => ({ ...view, detail: { cutOff: true } }));
      if (lines.length > 0) await repository.changeViews([], lines);
    },
    opened(viewerId, viewer, action, subject, detail = {}) {
      const key = keyOf(viewerId, action, subject);
      const known = views.get(key);
      if (known !== undefined) {
        known.openings += 1;
        clearTimeout(known.timer);
        delete known.endedAtMs;
        return;
      }
      const view: View = {
        ...viewer,
        viewId: options.newId(),
        viewerId,
        action,
        subject,
        atMs: nowMs(),
        detail,
        openings: 1,
      };
      views.set(key, view);
      begun.push(view);
      schedule();
    },
    closed(viewerId, action, subject) {
      const key = keyOf(viewerId, action, subject);
      const view = views.get(key);
      if (view === undefined || view.openings === 0) return;
      view.openings -= 1;
      if (view.openings > 0) return;
      view.endedAtMs = nowMs();
      view.timer = setTimeout(() => end(key, view), joinMs).unref();
    },
    left(viewerId) {
      for (const [key, view] of views) {
        if (view.viewerId !== viewerId) continue;
        view.endedAtMs ??= nowMs();
        end(key, view);
      }
    },
    async close() {
      for (const [key, view] of views) {
        view.endedAtMs ??= nowMs();
        end(key, view);
      }
      await write();
    },
  };
}
