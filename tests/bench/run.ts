import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchHub } from './hub.bench.ts';
import { benchIngest } from './ingest.bench.ts';
import { benchWall } from './wall.bench.ts';
import type { Bench, BenchOptions } from './figures.ts';

/** The areas that can be measured, by the first word of their figures. */
const areas: Record<string, Bench> = { hub: benchHub, wall: benchWall, ingest: benchIngest };

/** `npm run bench -- <area>… [--turns N]`: one JSON object a line on stdout; everything else goes to stderr. */
async function main(): Promise<void> {
  const { values, positionals: asked } = parseArgs({
    options: { turns: { type: 'string' } },
    allowPositionals: true,
  });
  const options: BenchOptions = values.turns === undefined ? {} : { turns: Number(values.turns) };
  const unknown = asked.filter((name) => !Object.hasOwn(areas, name));
  if (unknown.length > 0) {
    throw new Error(`unknown area ${unknown.join(', ')}; there are: ${Object.keys(areas).join(', ')}`);
  }
  const progress = (text: string): void => void process.stderr.write(`${text}\n`);
  progress(`on ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`);
  for (const [name, bench] of Object.entries(areas)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    progress(`${name} …`);
    await bench((figure) => void process.stdout.write(`${JSON.stringify(figure)}\n`), progress, options);
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
