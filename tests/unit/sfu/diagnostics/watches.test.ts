import { describe, expect, it } from 'vitest';
import {
  hubTroubleKinds,
  levelOfTrouble,
  partOfTrouble,
} from '../../../../src-shared/diagnostics/hubTroubles.ts';
import { hubParts } from '../../../../src-shared/diagnostics/hubTroubles.ts';
import { createClockWatch } from '../../../../src-sfu/features/diagnostics/clockWatch.service.ts';
import { lookAtDisk } from '../../../../src-sfu/features/diagnostics/diskWatch.service.ts';
import { createIntegrity } from '../../../../src-sfu/features/diagnostics/integrity.service.ts';
import { createStoreWatch } from '../../../../src-sfu/features/diagnostics/storeWatch.service.ts';
import { createTroubleBoard } from '../../../../src-sfu/features/diagnostics/troubleBoard.ts';
import { createWorkersWatch } from '../../../../src-sfu/features/diagnostics/workersWatch.service.ts';
import { troubleOf } from '../../../../src-sfu/storage/storeErrors.ts';

const silent = { error: () => undefined, warn: () => undefined, info: () => undefined };

/** A board with a clock and timers that the test moves. */
function stage() {
  let now = 1_000;
  const timers = new Set<{ atMs: number; work(): void }>();
  const board = createTroubleBoard({ kinds: hubTroubleKinds, logger: silent, nowMs: () => now });
  return {
    board,
    nowMs: () => now,
    startTimer(work: () => void, delayMs: number) {
      const timer = { atMs: now + delayMs, work };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    /** Lets time pass, with everything that was to be done meanwhile. */
    async pass(ms: number): Promise<void> {
      const endMs = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ atMs }) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        timers.delete(next);
        now = next.atMs;
        next.work();
        for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      }
      now = endMs;
    },
    said: () => board.list().map(({ kind }) => kind),
  };
}

const thrown = (code: string): Error => Object.assign(new Error(code), { code });

/** A store that works, or fails with an error of this code. */
function watchedStore(on: ReturnType<typeof stage>) {
  let fault: string | undefined;
  let checks = 0;
  const reopened: boolean[] = [];
  let told: (error: Error | undefined) => void = () => undefined;
  const watch = createStoreWatch({
    ...on,
    store: {
      onOutcome: (listener) => (told = listener),
      troubleOf,
      probe(reopens) {
        reopened.push(reopens);
        return fault === undefined ? Promise.resolve() : Promise.reject(thrown(fault));
      },
    },
    checkIntegrity: () => (checks += 1),
  });
  return {
    watch,
    reopened,
    checks: () => checks,
    break(code: string): void {
      fault = code;
      told(thrown(code));
    },
    mend: () => (fault = undefined),
    commit: () => told(undefined),
    refuse: (code: string) => told(thrown(code)),
  };
}

describe('the store, watched', () => {
  it.each([
    ['SQLITE_FULL', 'database_full'],
    ['ENOSPC', 'database_full'],
    ['SQLITE_READONLY', 'database_read_only'],
    ['SQLITE_READONLY_DBMOVED', 'database_read_only'],
    ['SQLITE_IOERR_WRITE', 'database_failing'],
    ['STORE_THREAD_ENDED', 'database_failing'],
    ['SQLITE_CANTOPEN', 'database_failing'],
  ] as const)('says %s as %s, and takes it back when writing works again', async (code, kind) => {
    const on = stage();
    const store = watchedStore(on);
    store.break(code);
    expect(on.said()).toEqual([kind]);
    await on.pass(60_000);
    expect(on.said()).toEqual([kind]);
    store.mend();
    await on.pass(3_000);
    expect(on.said()).toEqual([]);
  });

  it('says a lock only when it stays, and takes it back with the first commit', async () => {
    const on = stage();
    const store = watchedStore(on);
    store.break('SQLITE_BUSY');
    expect(on.said()).toEqual([]);
    store.mend();
    await on.pass(5_000);
    expect(on.said()).toEqual([]);
    store.break('SQLITE_BUSY');
    await on.pass(1_500);
    expect(on.said()).toEqual(['database_locked']);
    store.commit();
    expect(on.said()).toEqual([]);
  });

  it('does not take back a full disk for one small commit', async () => {
    const on = stage();
    const store = watchedStore(on);
    store.break('SQLITE_FULL');
    store.commit();
    expect(on.said()).toEqual(['database_full']);
    store.mend();
    await on.pass(1_000);
    expect(on.said()).toEqual(['database_full']);
    store.break('SQLITE_FULL');
    store.mend();
    await on.pass(1_000);
    expect(on.said()).toEqual(['database_full']);
    await on.pass(1_000);
    expect(on.said()).toEqual([]);
  });

  it('says the last cause where one follows another', () => {
    const on = stage();
    const store = watchedStore(on);
    store.break('SQLITE_FULL');
    store.break('SQLITE_READONLY');
    expect(on.said()).toEqual(['database_read_only']);
  });

  it('opens the file again where that may help', async () => {
    const on = stage();
    const store = watchedStore(on);
    store.break('SQLITE_FULL');
    await on.pass(1_000);
    store.break('SQLITE_IOERR_SHORT_READ');
    await on.pass(1_000);
    expect(store.reopened).toEqual([false, true]);
  });

  it('keeps saying that the file is damaged although it can be written, and has it checked once', async () => {
    const on = stage();
    const store = watchedStore(on);
    store.refuse('SQLITE_CORRUPT');
    store.refuse('SQLITE_CORRUPT_INDEX');
    store.commit();
    await store.watch.look();
    await on.pass(60_000);
    expect(on.said()).toEqual(['database_damaged']);
    expect(store.checks()).toBe(1);
  });

  it.each(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_ERROR', 'SQLITE_TOOBIG'])(
    'says nothing of a statement that is refused for what it says (%s)',
    async (code) => {
      const on = stage();
      watchedStore(on).refuse(code);
      await on.pass(10_000);
      expect(on.said()).toEqual([]);
    },
  );

  it('finds a trouble although nobody writes', async () => {
    const on = stage();
    const store = watchedStore(on);
    store.break('SQLITE_CONSTRAINT');
    expect(on.said()).toEqual([]);
    store.refuse('SQLITE_CONSTRAINT');
    const broken = watchedStore(on);
    broken.break('SQLITE_ERROR');
    await broken.watch.look();
    expect(on.said()).toEqual([]);
    broken.break('SQLITE_FULL');
    await broken.watch.look();
    expect(on.said()).toEqual(['database_full']);
  });
});

describe('the check of the whole database', () => {
  it('says that it is damaged, checks again, and takes it back when it is sound', async () => {
    const on = stage();
    const results = [
      { state: 'damaged', found: 'row 3 missing from index' },
      { state: 'unreadable', found: 'database is locked' },
      { state: 'sound' },
    ] as const;
    let started = 0;
    const integrity = createIntegrity({
      ...on,
      logger: silent,
      start: () => {
        const result = results[started] ?? { state: 'sound' as const };
        started += 1;
        return { result: Promise.resolve(result), cancel: () => undefined };
      },
    });
    expect(integrity.state()).toBe('not_checked');
    integrity.check();
    integrity.check();
    expect([integrity.state(), started]).toEqual(['checking', 1]);
    await on.pass(0);
    await Promise.resolve();
    await Promise.resolve();
    expect([integrity.state(), on.said()]).toEqual(['damaged', ['database_damaged']]);
    await on.pass(10 * 60_000);
    expect([integrity.state(), on.said()]).toEqual(['unreadable', ['database_damaged']]);
    await on.pass(10 * 60_000);
    expect([integrity.state(), on.said()]).toEqual(['sound', []]);
  });
});

describe('the disk, watched', () => {
  const mebibyte = 1024 * 1024;
  it.each([
    ['has room', 500_000, 100_000, false, []],
    ['has little, which is much of a small disk', 2_000, 900, false, []],
    ['has few percent of a large disk, which is a lot', 1_000_000, 20_000, false, []],
    ['has little of both', 500_000, 900, false, ['disk_low']],
    ['is full', 500_000, 3, false, ['disk_full']],
    ['can only be read', 500_000, 3, true, ['disk_read_only']],
  ] as const)('says what is so of one that %s', async (_name, total, free, isReadOnly, said) => {
    const on = stage();
    const state = { totalBytes: total * mebibyte, freeBytes: free * mebibyte, isReadOnly };
    await lookAtDisk(on.board, () => Promise.resolve(state));
    expect(on.said()).toEqual(said);
    await lookAtDisk(on.board, () => Promise.reject(thrown('ENOENT')));
    expect(on.said()).toEqual(said);
    await lookAtDisk(on.board, () =>
      Promise.resolve({ ...state, freeBytes: 100_000 * mebibyte, isReadOnly: false }),
    );
    expect(on.said()).toEqual([]);
  });
});

describe('the clock, watched', () => {
  it.each([86_400_000 * 3, -86_400_000 * 3, 5_000])(
    'says a step of %d ms, until an hour has passed',
    async (step) => {
      const on = stage();
      const watch = createClockWatch(on);
      watch.stepped(step);
      expect(on.board.list()).toMatchObject([{ kind: 'clock_stepped', stepSeconds: step / 1_000 }]);
      await on.pass(3_599_000);
      expect(on.said()).toEqual(['clock_stepped']);
      await on.pass(1_000);
      expect(on.said()).toEqual([]);
    },
  );

  it('takes it back when the date is set back, and adds steps up', async () => {
    const on = stage();
    const watch = createClockWatch(on);
    watch.stepped(0);
    expect(on.said()).toEqual([]);
    watch.stepped(90_000_000);
    watch.stepped(10_000_000);
    expect(on.board.list()).toMatchObject([{ stepSeconds: 100_000 }]);
    watch.stepped(-100_000_400);
    expect(on.said()).toEqual([]);
    await on.pass(4_000_000);
    expect(on.said()).toEqual([]);
  });
});

describe('media workers, watched', () => {
  it('says nothing of one that is replaced at once, and counts those that stay away', async () => {
    const on = stage();
    let running = 2;
    const watch = createWorkersWatch({ ...on, wanted: 2, running: () => running });
    const become = (count: number): void => {
      running = count;
      watch.changed();
    };
    become(1);
    await on.pass(500);
    become(2);
    await on.pass(10_000);
    expect(on.said()).toEqual([]);
    become(1);
    await on.pass(2_000);
    expect(on.board.list()).toMatchObject([{ kind: 'workers_some_dead', running: 1, wanted: 2 }]);
    become(0);
    expect(on.said()).toEqual(['workers_all_dead']);
    become(1);
    expect(on.said()).toEqual(['workers_some_dead']);
    become(2);
    expect(on.said()).toEqual([]);
  });
});

describe('the board of troubles', () => {
  it('knows a part and a level of every kind', () => {
    for (const kind of hubTroubleKinds) {
      expect(hubParts, kind).toContain(partOfTrouble(kind));
      expect(['degraded', 'failing'], kind).toContain(levelOfTrouble(kind));
    }
  });

  it('says the worst of a part, keeps the beginning, and notifies only of changes', async () => {
    const on = stage();
    let changes = 0;
    on.board.onChanged(() => (changes += 1));
    on.board.put('disk_low', { freeMebibytes: 900 });
    expect([on.board.levelOf('disk'), on.board.levelOf('clock')]).toEqual(['degraded', 'ok']);
    await on.pass(5_000);
    on.board.put('disk_low', { freeMebibytes: 900 });
    on.board.remove('disk_full');
    expect(changes).toBe(1);
    on.board.put('disk_low', { freeMebibytes: 800 });
    on.board.put('disk_full');
    expect(changes).toBe(3);
    expect(on.board.levelOf('disk')).toBe('failing');
    expect(on.board.list()).toEqual([
      { kind: 'disk_low', sinceMs: 1_000, freeMebibytes: 800 },
      { kind: 'disk_full', sinceMs: 6_000 },
    ]);
  });
});
