// The settings of the hub on this machine, by which commands find its files.
import { ConfigError, readConfig } from '../src-sfu/config.ts';
import { CommandError } from './commandLine.mjs';

/**
 * The hub's settings; its data folder may be named.
 * @param {string | undefined} dataDir
 */
export function hubSettings(dataDir) {
  try {
    const config = readConfig(process.env, process.cwd());
    return dataDir === undefined ? config : { ...config, dataDir };
  } catch (error) {
    throw error instanceof ConfigError ? new CommandError(error.message) : error;
  }
}
