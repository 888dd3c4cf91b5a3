/** The thread that reads one large registry document (registryJson.ts). */
import { parentPort, workerData } from 'node:worker_threads';
import { parseRegistryJson, type RegistryReading } from './registryDocument.ts';
import type { RegistryPart } from './registryJson.ts';

/** Records in one message: taking one over costs the hub a few milliseconds. */
const recordsPerPart = 500;

const parts = partsOf(await parseRegistryJson(workerData as Uint8Array));
const give = (): void => parentPort?.postMessage(parts.next().value ?? { type: 'end' });
parentPort?.on('message', give);
give();

function* partsOf({ registry, problems, problemCount }: RegistryReading): Generator<RegistryPart, undefined> {
  yield { type: 'problems', problems, problemCount };
  // With a problem nothing is imported.
  if (problemCount > 0) return;
  for (let from = 0; from < registry.sites.length; from += recordsPerPart)
    yield { type: 'sites', records: registry.sites.slice(from, from + recordsPerPart) };
  for (let from = 0; from < registry.cameras.length; from += recordsPerPart)
    yield { type: 'cameras', records: registry.cameras.slice(from, from + recordsPerPart) };
}
