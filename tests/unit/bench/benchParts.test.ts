import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { descendants } from '../../support/processStatistics.ts';
import { eventually } from '../../support/processes.ts';
import { runBenchParts, type FailedPart } from '../../bench/benchParts.ts';
import { figureOf, singleFigure, type Bench, type Figure } from '../../bench/figures.ts';

/** Whether any process of a group is alive. */
function isInGroup(groupPid: number): boolean {
  try {
    return process.kill(-groupPid, 0);
  } catch {
    return false;
  }
}

const measures =
  (name: string): Bench =>
  async (report) => {
    await Promise.resolve();
    report(singleFigure(name, 'ms', 1));
  };

async function run(parts: Record<string, Bench>, limitMs?: number) {
  const lines: (Figure | FailedPart)[] = [];
  const progress: string[] = [];
  const failed = await runBenchParts({
    parts,
    options: {},
    print: (line) => lines.push(line),
    progress: (text) => progress.push(text),
    limitMs: () => limitMs,
  });
  const names = lines.map((line) => ('failed' in line ? `failed ${line.failed}` : line.figure));
  return { failed, lines, names, progress: progress.join('\n') };
}

describe('the parts of a bench', () => {
  it('all run in order, and none failed', async () => {
    const { failed, names } = await run({ first: measures('first.a'), second: measures('second.a') });
    expect(failed).toEqual([]);
    expect(names).toEqual(['first.a', 'second.a']);
  });

  it('run although one before them failed, which is printed by its name and without a figure', async () => {
    const { failed, names, lines, progress } = await run({
      first: measures('first.a'),
      broken: async (report) => {
        await measures('broken.measured_before')(report, () => undefined, {});
        report(figureOf('broken.nothing', 'ms', []));
      },
      last: measures('last.a'),
    });
    expect(failed).toEqual(['broken']);
    expect(names).toEqual(['first.a', 'broken.measured_before', 'failed broken', 'last.a']);
    expect(lines[2]).toEqual({ failed: 'broken', message: 'broken.nothing: nothing was measured' });
    expect(progress).toContain('failed: broken');
  });

  it('fail by an exception before their first await, by a value that is no error, and by both one after the other', async () => {
    const { failed, lines } = await run({
      atOnce: () => {
        throw new Error('first line\nsecond line');
      },
      noError: () => Promise.reject('words'),
      last: measures('last.a'),
    });
    expect(failed).toEqual(['atOnce', 'noError']);
    expect(lines).toEqual([
      { failed: 'atOnce', message: 'first line' },
      { failed: 'noError', message: 'words' },
      singleFigure('last.a', 'ms', 1),
    ]);
  });

  it('that never end fail at their limit, and what they report later is not printed beside the next', async () => {
    const late = Promise.withResolvers<void>();
    const { failed, names } = await run(
      {
        hangs: async (report) => {
          await late.promise;
          report(singleFigure('hangs.late', 'ms', 1));
        },
        last: async (report) => {
          late.resolve();
          await Promise.resolve();
          report(singleFigure('last.a', 'ms', 1));
        },
      },
      50,
    );
    expect(failed).toEqual(['hangs']);
    expect(names).toEqual(['failed hangs', 'last.a']);
  });

  it('that hang leave no process of theirs running, and end none of anybody else', async () => {
    const bystander = spawn('sleep', ['600']);
    let groupPid = 0;
    const { failed, names, progress } = await run(
      {
        hangs: async () => {
          // A browser is the leader of a group of its own, and starts further processes.
          const browser = spawn('sh', ['-c', 'sleep 600 & sleep 600 & wait'], { detached: true });
          groupPid = browser.pid ?? 0;
          await eventually('the processes of the browser', () =>
            Promise.resolve(descendants(groupPid).length === 2),
          );
          await new Promise(() => undefined);
        },
        last: measures('last.a'),
      },
      2_000,
    );
    expect(failed).toEqual(['hangs']);
    expect(names).toEqual(['failed hangs', 'last.a']);
    expect(progress).toContain('hangs: 3 processes that it left running were ended');
    await eventually('their end', () =>
      Promise.resolve(!descendants(process.pid).some((pid) => pid === groupPid) && !isInGroup(groupPid)),
    );
    expect(bystander.exitCode).toBeNull();
    expect(bystander.signalCode).toBeNull();
    bystander.kill();
  });

  it('fail by a rejection that nobody of theirs awaits', async () => {
    const { failed, names } = await run({
      stray: async () => {
        // An event handler of a library that fails is such a rejection. The test runner would see a real one too.
        queueMicrotask(() => process.emit('unhandledRejection', new Error('stray'), Promise.resolve()));
        await delay(600_000, undefined, { ref: false });
      },
      last: measures('last.a'),
    });
    expect(failed).toEqual(['stray']);
    expect(names).toEqual(['failed stray', 'last.a']);
  });
});
