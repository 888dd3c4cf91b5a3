import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { KeyPicture } from '../../src-shared/cameras/cameras.protocol.ts';
import type { PosterRepository } from '../features/cameras/cameraHealth.repository.ts';
import type { Logger } from '../logger.ts';

export interface PosterFilesOptions {
  /** Made when missing. */
  folder: string;
  /** All pictures together; beyond it those taken longest ago go. */
  limitBytes: number;
  logger: Logger;
}

/** The first line of a file, before the picture's bytes. */
const headSchema = z.object({
  codec: z.string(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  capturedAtMs: z.number(),
  bytes: z.number().int().positive(),
  crc32: z.number().int(),
});

const ending = '.poster';
/** Ids are made by the hub; a text that is not such an id must not become a path. */
const plainId = /^[\w-]{1,64}$/;
/** Writes at one time: pictures must not take the disk from the database. */
const maxWrites = 2;
/** The number of pictures that wait to be written; beyond it the newest is dropped, because the next probe brings another. */
const maxWaiting = 64;
const headLimitBytes = 1024;

/**
 * One file a camera: a line that describes the picture, then its bytes. It is written beside and moved into place, so
 * that a kill leaves the old one or the new one; after a power cut a file that is not whole is known by its checksum.
 */
export async function openPosterFiles(options: PosterFilesOptions): Promise<PosterRepository> {
  const { folder, limitBytes, logger } = options;
  const kept = new Map<string, { bytes: number; capturedAtMs: number }>();
  const times = new Map<string, number>();
  const waiting = new Map<string, KeyPicture>();
  const writing = new Set<string>();
  let totalBytes = 0;
  let idle: { promise: Promise<void>; resolve: () => void } | undefined;

  const pathOf = (cameraId: string): string => join(folder, cameraId + ending);
  const note = (cameraId: string, bytes: number, capturedAtMs: number): void => {
    totalBytes += bytes - (kept.get(cameraId)?.bytes ?? 0);
    kept.set(cameraId, { bytes, capturedAtMs });
    times.set(cameraId, capturedAtMs);
  };
  const forget = async (cameraId: string): Promise<void> => {
    waiting.delete(cameraId);
    totalBytes -= kept.get(cameraId)?.bytes ?? 0;
    kept.delete(cameraId);
    times.delete(cameraId);
    if (plainId.test(cameraId)) await rm(pathOf(cameraId), { force: true });
  };

  const makeRoom = async (): Promise<void> => {
    if (totalBytes <= limitBytes) return;
    const oldestFirst = [...kept].sort(([, left], [, right]) => left.capturedAtMs - right.capturedAtMs);
    for (const [cameraId] of oldestFirst) {
      // Some more than needed, so that not every picture asks for the next one's room.
      if (totalBytes <= limitBytes * 0.95) return;
      await forget(cameraId);
    }
  };

  const write = async (cameraId: string, picture: KeyPicture): Promise<void> => {
    const { annexB, ...description } = picture;
    const head = { ...description, bytes: annexB.byteLength, crc32: crc32(annexB) };
    const content = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), annexB]);
    const beside = `${pathOf(cameraId)}.new`;
    await writeFile(beside, content, { mode: 0o600 });
    await utimes(beside, picture.capturedAtMs / 1000, picture.capturedAtMs / 1000);
    await rename(beside, pathOf(cameraId));
    note(cameraId, content.length, picture.capturedAtMs);
    await makeRoom();
  };

  const writeWaiting = (): void => {
    for (const [cameraId, picture] of waiting) {
      if (writing.size >= maxWrites) return;
      // Two writes of one file would take each other's place.
      if (writing.has(cameraId)) continue;
      waiting.delete(cameraId);
      writing.add(cameraId);
      write(cameraId, picture)
        .catch((error: unknown) =>
          logger.warn({ err: error, cameraId }, 'the poster of a camera could not be stored'),
        )
        .finally(() => {
          writing.delete(cameraId);
          writeWaiting();
        });
    }
    if (writing.size > 0 || waiting.size > 0) return;
    idle?.resolve();
    idle = undefined;
  };

  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    const cameraId = name.slice(0, -ending.length);
    if (name.endsWith(ending) && plainId.test(cameraId)) {
      const { size, mtimeMs } = await stat(join(folder, name));
      note(cameraId, size, Math.round(mtimeMs));
    } else if (name.endsWith(`${ending}.new`)) {
      await rm(join(folder, name), { force: true });
    }
  }
  await makeRoom();

  return {
    times: () => times,
    save(cameraId, picture) {
      const isTooMuch = waiting.size >= maxWaiting && !waiting.has(cameraId);
      if (!plainId.test(cameraId) || isTooMuch) return Promise.resolve();
      waiting.set(cameraId, picture);
      idle ??= Promise.withResolvers<void>();
      const { promise } = idle;
      writeWaiting();
      return promise;
    },
    async find(cameraId) {
      const soon = waiting.get(cameraId);
      if (soon !== undefined) return soon;
      if (!kept.has(cameraId)) return undefined;
      try {
        const picture = parsePoster(await readFile(pathOf(cameraId)));
        if (picture !== undefined) return picture;
        logger.warn({ cameraId }, 'the poster of a camera is damaged and was removed');
      } catch (error) {
        logger.warn({ err: error, cameraId }, 'the poster of a camera cannot be read');
      }
      // A newer picture may have been written meanwhile; if it is removed too, the next probe brings another.
      await forget(cameraId).catch(() => undefined);
      return undefined;
    },
    async remove(cameraIds) {
      for (const cameraId of cameraIds) await forget(cameraId);
    },
  };
}

function parsePoster(file: Buffer): KeyPicture | undefined {
  const lineEnd = file.subarray(0, headLimitBytes).indexOf(0x0a);
  if (lineEnd === -1) return undefined;
  let head: unknown;
  try {
    head = JSON.parse(file.toString('utf8', 0, lineEnd));
  } catch {
    return undefined;
  }
  const parsed = headSchema.safeParse(head);
  if (!parsed.success) return undefined;
  const { bytes, crc32: checksum, ...description } = parsed.data;
  const annexB = file.subarray(lineEnd + 1);
  if (annexB.length !== bytes || crc32(annexB) !== checksum) return undefined;
  return { ...description, annexB: new Uint8Array(annexB) };
}
