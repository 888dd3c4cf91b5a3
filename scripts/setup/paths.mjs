import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this checkout. */
export const projectDirectory = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * The folder for things that can be made again, shared by all checkouts of this user (XDG Base Directory: an empty
 * variable counts as unset).
 * @param {NodeJS.ProcessEnv} environment
 */
export function cacheDirectory(environment = process.env) {
  return join(environment.XDG_CACHE_HOME || join(environment.HOME || homedir(), '.cache'), 'mingchu');
}

/**
 * The folder where the demonstration hub keeps its database, so that it survives a new checkout.
 * @param {NodeJS.ProcessEnv} environment
 */
export function demoDataDirectory(environment = process.env) {
  return join(
    environment.XDG_DATA_HOME || join(environment.HOME || homedir(), '.local', 'share'),
    'mingchu-demo',
  );
}
