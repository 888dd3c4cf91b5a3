import { describe, expect, it } from 'vitest';
import { createWorkerList } from '../../../../src-sfu/features/media/workerList.ts';
import type { WorkersReport } from '../../../../src-sfu/features/media/media.ports.ts';
import { createWorkerDirectory } from '../../../../src-sfu/media/workerDirectory.ts';
import type { MediaWorker } from '../../../../src-sfu/media/workerPool.ts';
import type { WorkerDescription } from '../../../../src-shared/media/media.protocol.ts';

const described = (...ids: string[]): WorkerDescription[] =>
  ids.map((workerId) => ({ workerId, routerRtpCapabilities: {} }));

/** Media that answers and reports when the test says so, as media in another process does. */
function distantMedia() {
  let report: (report: WorkersReport) => void = () => undefined;
  let answer: (workers: WorkerDescription[]) => void = () => undefined;
  const directory = {
    readWorkers: () => new Promise<WorkerDescription[]>((resolve) => (answer = resolve)),
    onChanged: (listener: typeof report) => void (report = listener),
  };
  return {
    directory,
    report: (change: WorkersReport) => report(change),
    answer: (workers: WorkerDescription[]) => answer(workers),
  };
}

describe('the media workers as control knows them', () => {
  it('are those of the answer, and then those of each report', async () => {
    const media = distantMedia();
    const listing = createWorkerList(media.directory);
    media.answer(described('a', 'b'));
    const list = await listing;
    expect(list.current()).toEqual(described('a', 'b'));
    media.report({ workers: described('b') });
    expect(list.current()).toEqual(described('b'));
    expect(list.replacements()).toBe(0);
  });

  it('are those of a report that came before the answer, which is older', async () => {
    const media = distantMedia();
    const listing = createWorkerList(media.directory);
    media.report({ workers: described('b', 'c'), replacedWorkerId: 'a' });
    media.answer(described('a', 'b'));
    const list = await listing;
    expect(list.current()).toEqual(described('b', 'c'));
    expect(list.replacements()).toBe(1);
  });

  it('notify of each replacement, when the list is already the new one', async () => {
    const media = distantMedia();
    const listing = createWorkerList(media.directory);
    media.answer(described('a'));
    const list = await listing;
    const seen: unknown[] = [];
    list.onReplaced((deadWorkerId) => seen.push([deadWorkerId, list.current()]));
    media.report({ workers: [] });
    media.report({ workers: described('d'), replacedWorkerId: 'a' });
    expect(seen).toEqual([['a', described('d')]]);
    expect(list.replacements()).toBe(1);
  });

  it('are reported by the pool when one dies and when another has taken its place', () => {
    const worker = (workerId: string): MediaWorker =>
      ({ workerId, router: { rtpCapabilities: {} } }) as unknown as MediaWorker;
    let running = [worker('a'), worker('b')];
    let died: (dead: MediaWorker) => void = () => undefined;
    let replaced: (dead: MediaWorker, successor: MediaWorker) => void = () => undefined;
    const directory = createWorkerDirectory({
      list: () => running,
      onWorkerDied: (listener) => void (died = listener),
      onWorkerReplaced: (listener) => void (replaced = listener),
    });
    const reports: WorkersReport[] = [];
    directory.onChanged((report) => reports.push(report));
    const [dead] = running;
    if (dead === undefined) throw new Error('The pool has two workers.');
    running = [worker('b')];
    died(dead);
    running = [worker('b'), worker('c')];
    replaced(dead, worker('c'));
    expect(reports).toEqual([
      { workers: described('b') },
      { workers: described('b', 'c'), replacedWorkerId: 'a' },
    ]);
  });
});
