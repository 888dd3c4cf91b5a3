import { join } from 'node:path';

import { projectNode } from './node.mjs';
import { projectDirectory } from './paths.mjs';
import { runCommand } from './runCommand.mjs';
import { SetupError } from './setupError.mjs';

/** Draws the kitchen scenes of the simulated city. The script keeps them in the user's cache and is quick once done. */
export async function ensureScenes() {
  const result = await runCommand(projectNode(), [join('src-sim', 'scenes', 'make.ts')], {
    cwd: projectDirectory,
    show: true,
  });
  if (result.ok) return;
  throw new SetupError(
    'The demonstration scenes could not be drawn; the reason is above.',
    'correct it and start again; what is already drawn is kept.',
  );
}
