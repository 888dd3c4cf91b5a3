import { descendants } from '../support/processStatistics.ts';
import type { Bench, BenchOptions, Figure } from './figures.ts';

/** A part that failed, as a line on stdout: no figure, and the other parts run all the same. */
export interface FailedPart {
  /** Name of the part, such as `wall.frames.64`. */
  failed: string;
  /** The first line of what went wrong; all of it goes to stderr. */
  message: string;
}

export interface BenchRun {
  /** Parts by name, in the order in which they run. */
  parts: Readonly<Record<string, Bench>>;
  options: BenchOptions;
  /** One JSON line. */
  print(line: Figure | FailedPart): void;
  progress(text: string): void;
  /** A part that has not ended by then has failed. Undefined for parts that run for as long as they are asked to. */
  limitMs(part: string): number | undefined;
}

/**
 * Runs the parts one after the other. A part that throws, that does not end in time or during which a fault is thrown
 * outside of its own promises has failed; what it had measured before is printed, nothing else is. Answers the names of
 * the parts that failed.
 */
export async function runBenchParts(run: BenchRun): Promise<string[]> {
  const failed: string[] = [];
  for (const [part, bench] of Object.entries(run.parts)) {
    run.progress(`${part} …`);
    const before = new Set(descendants(process.pid));
    try {
      await runPart(part, bench, run);
    } catch (error) {
      failed.push(part);
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      run.progress(`${part} failed: ${text}`);
      const message = error instanceof Error ? error.message : String(error);
      run.print({ failed: part, message: message.split('\n')[0] ?? '' });
      const ended = endLeftovers(before);
      if (ended > 0) run.progress(`${part}: ${ended} processes that it left running were ended`);
    }
  }
  if (failed.length > 0) run.progress(`failed: ${failed.join(', ')}`);
  return failed;
}

/**
 * Ends what a failed part has started and left running: browsers, hubs and helpers, with all that they have started. They would take
 * the machine from the parts that follow. Answers how many there were.
 */
function endLeftovers(before: ReadonlySet<number>): number {
  const left = descendants(process.pid).filter((pid) => !before.has(pid));
  for (const pid of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
  return left.length;
}

async function runPart(part: string, bench: Bench, run: BenchRun): Promise<void> {
  const stray = Promise.withResolvers<never>();
  const onStray = (error: unknown): void => stray.reject(error);
  const limitMs = run.limitMs(part);
  const timer =
    limitMs === undefined
      ? undefined
      : setTimeout(
          () => stray.reject(new Error(`${part} did not end within ${Math.round(limitMs / 1_000)} s`)),
          limitMs,
        );
  process.on('uncaughtException', onStray);
  process.on('unhandledRejection', onStray);
  let isOver = false;
  try {
    await Promise.race([
      bench(
        (figure) => {
          // What a part still measures after it was abandoned is measured beside the next one.
          if (!isOver) run.print(figure);
        },
        run.progress,
        run.options,
      ),
      stray.promise,
    ]);
  } finally {
    isOver = true;
    clearTimeout(timer);
    process.off('uncaughtException', onStray);
    process.off('unhandledRejection', onStray);
  }
}
