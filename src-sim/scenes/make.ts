/**
 * Draws and encodes the clips of all scenes once: `node src-sim/scenes/make.ts`. What is there already is left alone,
 * so an interrupted run is simply run again; with everything there it ends at once.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clipFileName, clipFolder, scenes, specialEncodingScene } from './catalogue.ts';
import { clipsOf } from './encode.ts';
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

/**
 * The C library's settings for a process that takes and gives back pictures of 3.7 MB all the time: keep the memory
 * instead of returning it to the system each time, which made drawing seven times as long.
 */
const allocatorSettings = {
  MALLOC_MMAP_THRESHOLD_: String(32 * 2 ** 20),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 30),
  MALLOC_TOP_PAD_: String(64 * 2 ** 20),
};

async function makeInProcess(folder: string, sequence: Sequence): Promise<void> {
  const script = fileURLToPath(new URL('./makeSequence.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder, JSON.stringify(sequence)], {
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    env: { ...process.env, ...allocatorSettings },
  });
  let complaint = '';
  child.stderr
    ?.setEncoding('utf8')
    .on('data', (text: string) => (complaint = (complaint + text).slice(-4_000)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0)
    throw new Error(complaint.trim() || `the drawing of ${sequence.scene} ended with code ${code}`);
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
      await makeInProcess(folder, sequence);
      done += 1;
      const name = sequence.show === 'black' ? 'covered lens' : `${sequence.scene} (${sequence.show})`;
      process.stdout.write(
        `kitchen scenes: [${done}/${missing.length}] ${name}, ${formatSeconds(Date.now() - startedMs)}\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, lane));
}

try {
  await makeMissing();
} catch (error) {
  process.stderr.write(`kitchen scenes: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
