// `npm run setup`, and before the tests: puts everything in place. `--for start|test|hub` says for what.
import { parseArgs } from 'node:util';

import { followParent } from './setup/followParent.mjs';
import { say } from './setup/progress.mjs';
import { runSetup } from './setup/runSetup.mjs';
import { reportFailure, SetupError } from './setup/setupError.mjs';

const profiles = /** @type {const} */ (['start', 'test', 'hub']);

followParent();

try {
  const profile = readProfile();
  await runSetup(profile);
  say(`everything is in place (for ${profile})`);
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
