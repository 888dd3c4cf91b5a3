import { createListeners } from '../../../src-shared/listeners.ts';
import type { WorkerDescription } from '../../../src-shared/media/media.protocol.ts';
import type { WorkerDirectory } from './media.ports.ts';

/** The media workers, as the control side of the hub knows them. */
export interface WorkerList {
  /** The workers of the latest report. */
  current(): WorkerDescription[];
  /** How many workers were replaced since the hub started. */
  replacements(): number;
  /** Called when a worker died and another took its place. */
  onReplaced(listener: (deadWorkerId: string) => void): void;
}

/** Reads the list once and updates it by the reports of the media side, which may run in another process. */
export async function createWorkerList(directory: WorkerDirectory): Promise<WorkerList> {
  const replaced = createListeners<[deadWorkerId: string]>();
  let reported: WorkerDescription[] | undefined;
  let replacements = 0;
  directory.onChanged(({ workers, replacedWorkerId }) => {
    reported = workers;
    if (replacedWorkerId === undefined) return;
    replacements += 1;
    replaced.notify(replacedWorkerId);
  });
  const read = await directory.readWorkers();
  // A report that came while the list was read is newer than the answer.
  reported ??= read;
  return {
    current: () => reported ?? [],
    replacements: () => replacements,
    onReplaced: (listener) => void replaced.add(listener),
  };
}
