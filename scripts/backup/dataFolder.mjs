import { ConfigError, readConfig } from '../../src-sfu/config.ts';
import { BackupError } from '../../src-sfu/storage/backup/backupManifest.ts';
import { CommandError } from '../commandLine.mjs';

/**
 * The hub's data folder: as named, else as the hub's settings say.
 * @param {string | undefined} named
 */
export function dataFolder(named) {
  if (named !== undefined) return named;
  try {
    return readConfig(process.env, process.cwd()).dataDir;
  } catch (error) {
    throw error instanceof ConfigError ? new CommandError(error.message) : error;
  }
}

/**
 * @template Value
 * @param {Promise<Value>} work
 */
export async function orCommandError(work) {
  try {
    return await work;
  } catch (error) {
    throw error instanceof BackupError ? new CommandError(error.message) : error;
  }
}
