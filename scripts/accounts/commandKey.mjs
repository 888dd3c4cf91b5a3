import { CommandError } from '../commandLine.mjs';
import { askHub } from './hubSocket.mjs';

/**
 * Asks the hub of this machine for a key over its socket, does the work with it, and gives the key back. A hub elsewhere lets
 * nobody in by that, so that it asks for a key of its own. Throws CommandError.
 * @template T
 * @param {{ hub: string, key: string | undefined, dataDir: string }} target
 * @param {'registry' | 'alerts' | 'recorders' | 'kitchenRecorders' | 'squads' | 'systemKeys'} purpose
 * @param {(key: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withKey({ hub, key, dataDir }, purpose, work) {
  if (key !== undefined) return work(key);
  const { hostname } = new URL(hub);
  if (hostname !== 'localhost' && hostname !== '[::1]' && !hostname.startsWith('127.')) {
    throw new CommandError(
      `The hub at ${hub} runs on another machine: run this there, or name a key of this hub with --key or MINGCHU_API_KEY.`,
    );
  }
  const opened = await askHub(dataDir, { command: 'openKey', purpose });
  try {
    return await work(opened.key);
  } finally {
    await askHub(dataDir, { command: 'endKey', keyId: opened.keyId }).catch(() => undefined);
  }
}
