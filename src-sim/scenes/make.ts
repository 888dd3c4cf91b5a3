/**
 * Draws and encodes the clips of all scenes once: `node src-sim/scenes/make.ts`. What is there already is left alone,
 * so an interrupted run is simply run again; with everything there it ends at once.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { loopFrames } from '../../src-shared/simulation/frameStrip.ts';
import { clipFileName, clipFolder, scenes, specialEncodingScene } from './catalogue.ts';
import { clipsOf, encodeSequence } from './encode.ts';
import type { Sequence } from './encode.ts';

/** Pictures of older drawings are thrown away when nobody has asked for them this long. */
const keepOldClipsDays = 30;

function allSequences(): Sequence[] {
  const ofScenes = scenes.flatMap((scene) =>
    (['normal', ...scene.extras] as const).map((show): Sequence => ({
      scene: scene.id,
      show,
      encodings:
        scene.id === specialEncodingScene && show === 'normal' ? ['h264', 'longGop', 'h265'] : ['h264'],
    })),
  );
  // The one with three codings takes longest and comes first, so that no core waits for it at the end.
  ofScenes.sort((one, other) => other.encodings.length - one.encodings.length);
  return [...ofScenes, { scene: '', show: 'black', encodings: ['h264'] }];
}

function isMade(folder: string, sequence: Sequence): boolean {
  return clipsOf(sequence).every((clip) => existsSync(join(folder, clipFileName(clip))));
}

function removeLeftovers(folder: string): void {
  const oldest = Date.now() - keepOldClipsDays * 86_400_000;
  for (const name of readdirSync(dirname(folder))) {
    const other = join(dirname(folder), name);
    if (other !== folder && statSync(other).mtimeMs < oldest) rmSync(other, { recursive: true, force: true });
  }
  for (const name of readdirSync(folder)) {
    const part = join(folder, name);
    // A part that nobody wrote to for a while is what a run left behind that was ended in the middle.
    if (name.startsWith('.') && statSync(part).mtimeMs < Date.now() - 600_000) rmSync(part, { force: true });
  }
}

function formatSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

async function makeInWorker(folder: string, sequence: Sequence): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { folder, sequence } });
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', (code) =>
      reject(new Error(`the drawing of ${sequence.scene} ended with code ${code}`)),
    );
  });
  await worker.terminate();
}

async function makeMissing(): Promise<void> {
  const folder = clipFolder();
  mkdirSync(folder, { recursive: true });
  utimesSync(folder, new Date(), new Date());
  removeLeftovers(folder);
  const missing = allSequences().filter((sequence) => !isMade(folder, sequence));
  if (missing.length === 0) {
    process.stdout.write(`kitchen scenes: ready in ${folder}\n`);
    return;
  }
  const startedMs = Date.now();
  let done = 0;
  process.stdout.write(`kitchen scenes: drawing ${missing.length} into ${folder}\n`);
  const waiting = [...missing];
  const lane = async () => {
    for (let sequence = waiting.shift(); sequence; sequence = waiting.shift()) {
      await makeInWorker(folder, sequence);
      done += 1;
      const name = sequence.show === 'black' ? 'covered lens' : `${sequence.scene} (${sequence.show})`;
      process.stdout.write(
        `kitchen scenes: [${done}/${missing.length}] ${name}, ${formatSeconds(Date.now() - startedMs)}\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, lane));
}

if (isMainThread) {
  try {
    await makeMissing();
  } catch (error) {
    process.stderr.write(`kitchen scenes: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
} else {
  // Drawing needs the canvas, which only these workers load: a run that finds all done stays quick.
  const { sceneDrawer } = await import('./drawScene.ts');
  const { folder, sequence } = workerData as { folder: string; sequence: Sequence };
  await encodeSequence(folder, sequence, loopFrames, sceneDrawer(sequence.scene, sequence.show));
  parentPort?.postMessage('made');
}
