/** Reads a registry from bytes of JSON: a large one in a thread of its own, which hands its records over some at a time. */
import { Worker } from 'node:worker_threads';
import type { CameraImport, RegistryImport, SiteImport } from '../../../src-shared/cameras/registryImport.ts';
import { registryFault } from '../../../src-shared/cameras/registryFault.ts';
import type { RegistryProblem } from '../../../src-shared/cameras/registryReport.ts';
import { parseRegistryJson, type RegistryReading } from './registryDocument.ts';

/** What the thread answers, one part for each message that it is sent: no part takes the hub more than some milliseconds. */
export type RegistryPart =
  | { type: 'problems'; problems: RegistryProblem[]; problemCount: number }
  | { type: 'sites'; records: SiteImport[] }
  | { type: 'cameras'; records: CameraImport[] }
  | { type: 'end' };

/** A document up to this size is read at once, which takes less than 50 ms whatever is in it. */
const smallBytes = 256 * 1024;
/** A document of 50,000 cameras takes about 3 s. */
const timeLimitMs = 60_000;
/**
 * JSON of 32 MiB takes at most 1,060 MiB (lists inside one another; twice what `alertBodyReader.ts` measured of 16). The limit lies far
 * above, because memory that runs out inside JSON.parse ends the whole process.
 */
const memoryLimitMb = 2_048;

/** As `parseRegistryJson`, without stopping the hub for the time that a large document takes. */
export function readRegistryJson(
  bytes: Uint8Array,
  limits = { smallBytes, timeLimitMs },
): Promise<RegistryReading> {
  return bytes.byteLength <= limits.smallBytes
    ? parseRegistryJson(bytes)
    : readByThread(bytes, limits.timeLimitMs);
}

function readByThread(bytes: Uint8Array, limitMs: number): Promise<RegistryReading> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./registryJsonWorker.ts', import.meta.url), {
      workerData: bytes,
      resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
    });
    const registry: RegistryImport = { sites: [], cameras: [] };
    let found: Pick<RegistryReading, 'problems' | 'problemCount'> = { problems: [], problemCount: 0 };
    const end = (): void => {
      clearTimeout(timer);
      void worker.terminate();
    };
    const refuse = (value: string): void => {
      end();
      resolve(tooLarge(value));
    };
    const timer = setTimeout(() => refuse(`${limitMs / 1_000} s`), limitMs);
    worker.on('message', (part: RegistryPart) => {
      if (part.type === 'end') {
        end();
        return resolve({ registry, ...found });
      }
      if (part.type === 'problems') found = { problems: part.problems, problemCount: part.problemCount };
      else if (part.type === 'sites') registry.sites.push(...part.records);
      else registry.cameras.push(...part.records);
      worker.postMessage('next');
    });
    worker.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return refuse(`${memoryLimitMb} MiB`);
      end();
      reject(error);
    });
  });
}

function tooLarge(value: string): RegistryReading {
  const message = `this takes more than any registry needs (${value}): split it`;
  const problem = { path: '', message, ...registryFault('documentTooLarge', { value }) };
  return { registry: { sites: [], cameras: [] }, problems: [problem], problemCount: 1 };
}
