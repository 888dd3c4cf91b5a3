import { createSequence } from '../../base/sequence.ts';
import type { Denial } from '../../base/denial.ts';
import type { AuditEvent, AuditRepository } from './audit.repository.ts';

/** Refusals, so that the log shows who tried what; a flood of them does not fill the log. */
export interface AuditDenials {
  denied(denial: Denial): void;
  close(): Promise<void>;
}

/** A repeated refusal is counted, and written once in this time. Milliseconds. */
const periodMs = 60_000;
/** The most different refusals within one period. Further ones are counted together. */
const maxKinds = 200;
const maxUnwritten = 1_000;

export function createAuditDenials(options: {
  repository: Pick<AuditRepository, 'append'>;
  nowMs(): number;
  onFault(error: unknown): void;
}): AuditDenials {
  const counted = new Map<string, { denial: Denial; firstMs: number; times: number }>();
  let timer: NodeJS.Timeout | undefined;
  const writing = createSequence();

  /** Lines that could not be stored: they are written before the next ones. When there are too many, the oldest are dropped. */
  let unwritten: readonly AuditEvent[] = [];

  const append = (events: readonly AuditEvent[]): Promise<void> =>
    writing.exclusive(async () => {
      const lines = [...unwritten, ...events].slice(-maxUnwritten);
      try {
        if (lines.length > 0) await options.repository.append(lines);
        unwritten = [];
      } catch (error) {
        unwritten = lines;
        options.onFault(error);
        timer ??= setTimeout(() => void flush(), periodMs).unref();
      }
    });

  const lineOf = (denial: Denial, atMs: number, times: number): AuditEvent => {
    const { actor, subject, code, address, principal } = denial;
    return {
      atMs,
      actor,
      action: 'session:denied',
      subject,
      detail: { code, address, times },
      principal: principal ?? null,
    };
  };

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const again = [...counted.values()].filter(({ times }) => times > 0);
    counted.clear();
    await append(again.map(({ denial, firstMs, times }) => lineOf(denial, firstMs, times)));
  }

  return {
    denied(denial) {
      const full = counted.size >= maxKinds;
      const one = full ? { ...denial, actor: '', subject: '', address: '', principal: undefined } : denial;
      const key = JSON.stringify([one.actor, one.address, one.subject, one.code]);
      const known = counted.get(key);
      timer ??= setTimeout(() => void flush(), periodMs).unref();
      if (known !== undefined) {
        known.times += 1;
        return;
      }
      // The first is written at once, those after it as a number.
      counted.set(key, { denial: one, firstMs: options.nowMs(), times: full ? 1 : 0 });
      if (!full) void append([lineOf(one, options.nowMs(), 1)]);
    },
    close: flush,
  };
}
