import { sendHostileMessages, sendHostileRequests } from '../support/fuzz/fuzzRun.ts';
import { collectGarbageOf, inspected } from '../support/nodeInspector.ts';
import { residentMebibytes } from '../support/processStatistics.ts';
import { administratorCookie } from '../support/testAccount.ts';
import { startHubProcess } from '../support/processes.ts';
import { expectedRoutes } from '../unit/sfu/authorityTables.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';
import { failuresIn, watchStalls } from './trustStage.ts';

const total = 100_000;
const shareOverHttp = 0.2;
const connections = 8;
/**
 * Of the messages, this part comes once more before memory is measured for the first time: each kind has come by then, code is compiled,
 * and the allocator has the places that it needs for such messages.
 */
const warmUpShare = 0.5;
/** What ended has let go of everything by then: strangers after 30 s, the thread for large bodies after 30 s. */
const calmMs = 40_000;
const headers: Record<string, string> = { cookie: administratorCookie };

/**
 * `trust.fuzz.crashes`, `.stall` (longest time for which the hub's event loop stood still, once a second), `.memory` and `.kept` (growth
 * of the hub's resident memory, and of what its program keeps after its garbage was collected, from before to after, in percent): 100,000
 * malformed messages over every request and every route. `--count N` for fewer, `--seed N`.
 */
export const benchTrustFuzz: Bench = async (report, progress, options) => {
  const { count = total, seed = Date.now() % 1_000_000 } = options;
  const hub = await startHubProcess({ settings: { MINGCHU_MEDIA_WORKERS: '1', ...inspected } });
  const routes = Object.keys(expectedRoutes);
  progress(`  seed ${seed}`);
  const send = async (messages: number, from: number): Promise<Map<number, number>> => {
    const overHttp = Math.ceil((messages * shareOverHttp) / routes.length);
    const bySocket = Math.ceil((messages * (1 - shareOverHttp)) / connections);
    const [statuses] = await Promise.all([
      sendHostileRequests({ hub, headers, seed: from, routes, timesEach: overHttp, atOnce: 4 }),
      ...Array.from({ length: connections }, (_, index) =>
        sendHostileMessages({ hub, headers, seed: from + 1 + index, count: bySocket }),
      ),
    ]);
    return statuses;
  };
  const calmMemory = async (): Promise<{ resident: number; kept: number }> => {
    await new Promise((resolve) => setTimeout(resolve, calmMs));
    const kept = await collectGarbageOf(hub);
    return { kept, resident: residentMebibytes(hub.pid) };
  };
  try {
    await send(count * warmUpShare, seed);
    const before = await calmMemory();
    const stalls = watchStalls(hub.url, headers);
    const statuses = await send(count, seed + 1_000);
    const samples = await stalls.stop();
    progress(`  answers over HTTP: ${[...statuses].map((pair) => pair.join(': ')).join(', ')}`);
    const after = await calmMemory();
    for (const part of ['resident', 'kept'] as const)
      progress(`  ${part}: ${before[part].toFixed(1)} MiB before, ${after[part].toFixed(1)} MiB after`);
    const failures = failuresIn(hub.output());
    for (const line of failures.slice(0, 20)) progress(`  ${line.slice(0, 2_000)}`);
    const ends = hub.child.exitCode === null ? 0 : 1;
    report(singleFigure('trust.fuzz.crashes', 'count', ends + failures.length, count));
    report(figureOf('trust.fuzz.stall', 'ms', samples));
    report(singleFigure('trust.fuzz.memory', 'percent', (after.resident / before.resident - 1) * 100, count));
    report(singleFigure('trust.fuzz.kept', 'percent', (after.kept / before.kept - 1) * 100, count));
  } finally {
    await hub.stop();
  }
};
