import type { AttachmentQueue, WaitingAttachment } from '../features/field/attachments/attachmentOutbox.ts';

const databaseName = 'mingchu-attachments';
const waitingStore = 'waiting';
const bytesStore = 'bytes';

/** A queue in memory: it lasts as long as its page. */
export function createMemoryQueue(): AttachmentQueue {
  const kept = new Map<string, { waiting: WaitingAttachment; bytes: ArrayBuffer }>();
  return {
    load: () => Promise.resolve([...kept.values()].map(({ waiting }) => waiting)),
    add(waiting, bytes) {
      kept.set(waiting.attachmentId, { waiting, bytes });
      return Promise.resolve();
    },
    update(waiting) {
      const one = kept.get(waiting.attachmentId);
      if (one !== undefined) one.waiting = waiting;
      return Promise.resolve();
    },
    bytesOf: (attachmentId) => Promise.resolve(kept.get(attachmentId)?.bytes),
    remove(attachmentId) {
      kept.delete(attachmentId);
      return Promise.resolve();
    },
  };
}

/**
 * A queue in the browser's database, which lasts over reloads. Where the browser forbids it or has no room, what comes is kept in memory,
 * and `onPageOnly` is called.
 */
export function openAttachmentQueue(
  databases: IDBFactory | undefined,
  onPageOnly: () => void,
): AttachmentQueue {
  const memory = createMemoryQueue();
  const opening = openDatabase(databases);
  opening.catch(onPageOnly);

  /** Runs one transaction; resolves with the request's result when everything is on the disk. */
  const run = async <T>(
    mode: IDBTransactionMode,
    work: (store: (name: string) => IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> => {
    const database = await opening;
    return new Promise<T>((resolve, reject) => {
      const transaction = database.transaction([waitingStore, bytesStore], mode, { durability: 'strict' });
      const request = work((name) => transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('the database took nothing'));
    });
  };
  return {
    async load() {
      const kept = await run<WaitingAttachment[]>('readonly', (store) => store(waitingStore).getAll()).catch(
        () => [],
      );
      return kept.toSorted((left, right) => left.at.wallMs - right.at.wallMs);
    },
    async add(waiting, bytes) {
      try {
        await run('readwrite', (store) => {
          store(bytesStore).put(bytes, waiting.attachmentId);
          return store(waitingStore).put(waiting, waiting.attachmentId);
        });
      } catch {
        onPageOnly();
        await memory.add(waiting, bytes);
      }
    },
    async update(waiting) {
      await memory.update(waiting);
      if ((await memory.bytesOf(waiting.attachmentId)) !== undefined) return;
      await run('readwrite', (store) => store(waitingStore).put(waiting, waiting.attachmentId));
    },
    async bytesOf(attachmentId) {
      const inMemory = await memory.bytesOf(attachmentId);
      if (inMemory !== undefined) return inMemory;
      return run<ArrayBuffer | undefined>('readonly', (store) => store(bytesStore).get(attachmentId));
    },
    async remove(attachmentId) {
      await memory.remove(attachmentId);
      await run('readwrite', (store) => {
        store(bytesStore).delete(attachmentId);
        return store(waitingStore).delete(attachmentId);
      }).catch(() => undefined);
    },
  };
}

function openDatabase(databases: IDBFactory | undefined): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    if (databases === undefined) return reject(new Error('this browser has no database'));
    const request = databases.open(databaseName, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(waitingStore);
      request.result.createObjectStore(bytesStore);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database did not open'));
  });
}
