import { ensureDatagramReceiver } from '../datagramReceiver.mjs';
import { buildMediaWorker, findMediaWorker } from '../mediaWorker.mjs';
import { ensureBrowserUser } from './browserUser.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { requireProjectNode } from './node.mjs';
import { projectDirectory } from './paths.mjs';
import { ensureScenes } from './scenes.mjs';
import { ensureSurfaces } from './surfaces.mjs';
import { ensureSystemPackages, mediaWorkerPackages, profilePackages } from './systemPackages.mjs';

/**
 * What a set-up can be made for: the demonstration, the tests, or a hub alone.
 * @typedef {'start' | 'test' | 'hub'} Profile
 */

/**
 * Puts everything in place that a profile needs. Each step looks first and does nothing when all is there, and each can
 * be interrupted at any point and begun again.
 * @param {Profile} profile
 * @returns {Promise<{ mediaWorker: string, datagramReceiver: string | undefined }>} the media worker's binary, for
 *   MEDIASOUP_WORKER_BIN, and what is beside it on machines that can make it
 */
export async function runSetup(profile) {
  await ensureDependencies({ project: projectDirectory });
  requireProjectNode();
  const found = await findMediaWorker();
  await ensureSystemPackages([...profilePackages[profile], ...(found ? [] : mediaWorkerPackages)]);
  if (profile !== 'hub') await ensureBrowserUser();
  const mediaWorker = found ?? (await buildMediaWorker());
  const [datagramReceiver] = await Promise.all([
    ensureDatagramReceiver(mediaWorker),
    ensureSurfaces(),
    profile === 'hub' ? undefined : ensureScenes(),
  ]);
  return { mediaWorker, datagramReceiver };
}
