/** Draws and encodes one sequence: `node src-sim/scenes/makeSequence.ts <folder> <sequence as JSON>`; started by make.ts. */
import { loopFrames } from '../../src-shared/simulation/frameStrip.ts';
import { sceneDrawer } from './drawScene.ts';
import { encodeSequence } from './encode.ts';
import type { Sequence } from './encode.ts';
import { startWorkProcess } from '../workProcess.ts';

const work = startWorkProcess();

const [, , folder = '', text = ''] = process.argv;
const sequence = JSON.parse(text) as Sequence;
try {
  await encodeSequence(folder, sequence, loopFrames, sceneDrawer(sequence.scene, sequence.show));
  work.done(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  work.done(1);
}
