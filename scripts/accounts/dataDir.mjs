import { homedir } from 'node:os';
import { join } from 'node:path';

/** Words of `--help` about it. */
export const dataDirUsage =
  '--data FOLDER   the hub\'s data folder, else MINGCHU_DATA_DIR, else that of "npm run hub"; --demo for that of "npm start"';

/**
 * The data folder of the hub on this machine.
 * @param {{ data?: string | undefined, demo?: boolean | undefined }} values of the command line
 * @param {NodeJS.ProcessEnv} environment
 */
export function dataDirOf(values, environment) {
  const home = environment.XDG_DATA_HOME || join(environment.HOME || homedir(), '.local', 'share');
  const own = values.demo === true ? undefined : environment.MINGCHU_DATA_DIR;
  return values.data ?? (own || join(home, values.demo === true ? 'mingchu-demo' : 'mingchu'));
}
