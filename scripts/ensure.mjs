// Runs before every npm script (`pre…`), also on Node 20 and with no node_modules at all: puts the dependencies in
// place. With everything there it takes some ten milliseconds.
import { ensureDependencies } from './setup/dependencies.mjs';
import { followParent } from './setup/followParent.mjs';
import { projectDirectory } from './setup/paths.mjs';
import { reportFailure } from './setup/setupError.mjs';

followParent();

try {
  await ensureDependencies({ project: projectDirectory });
} catch (error) {
  process.exitCode = reportFailure(error);
}
