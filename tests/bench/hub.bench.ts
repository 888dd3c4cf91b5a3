import { startHubProcess } from '../support/processes.ts';
import { figureOf, type Bench } from './figures.ts';

const starts = 10;

/** `hub.ready`: from starting the process to its line "hub ready", with a store that exists. */
export const benchHub: Bench = async (report, progress) => {
  const first = await startHubProcess();
  await first.stop();
  const samples: number[] = [];
  for (let index = 0; index < starts; index += 1) {
    const startedAt = performance.now();
    const hub = await startHubProcess({ dataDir: first.dataDir });
    samples.push(performance.now() - startedAt);
    await hub.stop();
    progress(`  start ${index + 1} of ${starts}: ${Math.round(samples.at(-1) ?? 0)} ms`);
  }
  report(figureOf('hub.ready', 'ms', samples));
};
