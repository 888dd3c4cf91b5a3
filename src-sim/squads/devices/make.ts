/** Makes what a simulated leader's camera and microphone give, once: `node src-sim/squads/devices/make.ts`. */
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { startWorkProcess } from '../../workProcess.ts';
import { deviceFiles } from './deviceFiles.ts';
import { patrolDrawer, patrolFormat } from './patrolScene.ts';
import { makeVoice, wavFile } from './voice.ts';
import { y4mFrame, y4mHead } from './y4m.ts';

const work = startWorkProcess();

const { picture, voice } = deviceFiles();
mkdirSync(dirname(picture), { recursive: true });
removeOldOnes(dirname(dirname(picture)));
/** A file appears under its own name only when it is whole. */
const partOf = (file: string): string => `${file}.part-${process.pid}`;

writeFileSync(partOf(voice), wavFile(makeVoice()));
renameSync(partOf(voice), voice);

const { width, height, frames } = patrolFormat;
const draw = patrolDrawer();
const file = openSync(partOf(picture), 'w');
writeSync(file, y4mHead(patrolFormat));
for (let index = 0; index < frames; index += 1) writeSync(file, y4mFrame(draw(index), width, height));
closeSync(file);
renameSync(partOf(picture), picture);
work.done(0);

/** Another checkout may use others; what is taken away in error is made again. */
function removeOldOnes(folder: string): void {
  const oldestMs = Date.now() - 30 * 86_400_000;
  for (const name of readdirSync(folder)) {
    const other = join(folder, name);
    if (statSync(other).mtimeMs < oldestMs) rmSync(other, { recursive: true, force: true });
  }
}
