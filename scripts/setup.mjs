// `npm run setup`, and before the tests: puts everything in place. `--for start|test|hub` says for what.
import { parseArgs } from 'node:util';

import { ensureDependencies } from './setup/dependencies.mjs';
import { followParent } from './setup/followParent.mjs';
import { rerunOnProjectNode } from './setup/node.mjs';
import { projectDirectory } from './setup/paths.mjs';
import { say } from './setup/progress.mjs';
import { runSetup } from './setup/runSetup.mjs';
import { reportFailure, SetupError } from './setup/setupError.mjs';

const profiles = /** @type {const} */ (['start', 'test', 'hub']);

followParent();

try {
  const profile = readProfile();
  await ensureDependencies({ project: projectDirectory });
  const code = await rerunOnProjectNode(process.argv.slice(1));
  if (code === undefined) {
    await runSetup(profile);
    say(`everything is in place (for ${profile})`);
  } else process.exitCode = code;
} catch (error) {
  process.exitCode = reportFailure(error);
}

function readProfile() {
  let wanted;
  try {
    wanted = parseArgs({ options: { for: { type: 'string', default: 'start' } } }).values.for;
  } catch (error) {
    throw new SetupError(error.message, `use: node scripts/setup.mjs --for ${profiles.join('|')}`);
  }
  const profile = profiles.find((name) => name === wanted);
  if (profile) return profile;
  throw new SetupError(
    `There is no set-up for "${wanted}".`,
    `use: node scripts/setup.mjs --for ${profiles.join('|')}`,
  );
}
