import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attachment, AttachmentKind } from '../../src-shared/attachments/attachments.protocol.ts';
import type { AttachmentFiles, Cleaned } from '../features/attachments/attachments.ports.ts';
import { voiceTypeOf } from '../features/attachments/voiceContainer.ts';
import { attachmentPaths, attachmentsFolder } from './attachmentPaths.ts';
import { writeDurably } from './durableFile.ts';
import { cleanPicture } from './pictureCleaning.ts';

const plainHash = /^[0-9a-f]{64}$/;
const plainId = /^[\w-]{1,40}$/;
/** Each needs up to 200 MB while it decodes, and a core beside the media's. */
const maxCleanings = 2;
/**
 * `attachments/uploads/….part` in the data folder is what came of an upload so far; what is kept lies beside it
 * (attachmentPaths.ts).
 */
export async function openAttachmentFiles(dataDir: string): Promise<AttachmentFiles> {
  const folder = join(dataDir, attachmentsFolder);
  const uploads = join(folder, 'uploads');
  await mkdir(uploads, { recursive: true, mode: 0o700 });

  const partPath = (attachmentId: string): string => {
    if (!plainId.test(attachmentId)) throw new Error('this is no id of an attachment');
    // Ids that differ by upper and lower case must not meet on a disk that ignores it.
    return join(uploads, `${createHash('sha256').update(attachmentId).digest('hex')}.part`);
  };
  const keptPath = (
    { sha256, mediaType }: Pick<Attachment, 'sha256' | 'mediaType'>,
    part: 'file' | 'thumbnail' = 'file',
  ): string => {
    const path = attachmentPaths(sha256, mediaType)[part === 'file' ? 0 : 1];
    if (path === undefined) throw new Error('this is no file of an attachment');
    return join(dataDir, path);
  };

  /** What is kept now and not listed yet; a sweep leaves it. */
  const underWay = new Map<string, number>();
  let running = 0;
  const waiting: (() => void)[] = [];
  /** A few at a time, in their order. */
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= maxCleanings) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };

  const write = async (bytes: Buffer, mediaType: Attachment['mediaType']) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    underWay.set(sha256, performance.now());
    await writeDurably(keptPath({ sha256, mediaType }), bytes);
    return { ok: true, mediaType, bytes: bytes.byteLength, sha256 } as const;
  };
  const keepPicture = async (sent: Buffer): Promise<Cleaned> => {
    const cleaned = await cleanPicture(sent);
    if (!cleaned.ok) return cleaned;
    const { jpeg, thumbnail, width, height, embedded } = cleaned;
    const kept = await write(jpeg, 'image/jpeg');
    await writeDurably(keptPath(kept, 'thumbnail'), thumbnail);
    return { ...kept, width, height, ...(embedded === undefined ? {} : { embedded }) };
  };
  const keep: Record<AttachmentKind, (sent: Buffer) => Promise<Cleaned>> = {
    photograph: keepPicture,
    async voice(sent) {
      const type = voiceTypeOf(sent);
      return type === undefined ? { ok: false, rejection: 'not_a_voice_note' } : write(sent, type);
    },
    async document(sent) {
      return isPdf(sent) ? write(sent, 'application/pdf') : { ok: false, rejection: 'not_a_document' };
    },
  };

  return {
    sizeOfUpload: (attachmentId) =>
      stat(partPath(attachmentId)).then(
        ({ size }) => size,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return 0;
          throw error;
        },
      ),
    async append(attachmentId, offset, bytes) {
      const file = await open(partPath(attachmentId), offset === 0 ? 'w' : 'r+', 0o600);
      try {
        let written = 0;
        while (written < bytes.byteLength) {
          const { bytesWritten } = await file.write(
            bytes,
            written,
            bytes.byteLength - written,
            offset + written,
          );
          written += bytesWritten;
        }
        await file.datasync();
      } finally {
        await file.close();
      }
      if (offset === 0) await syncFolder(uploads);
    },
    removeUpload: (attachmentId) => rm(partPath(attachmentId), { force: true }),
    async hashOfUpload(attachmentId) {
      const hash = createHash('sha256');
      for await (const piece of createReadStream(partPath(attachmentId))) hash.update(piece as Buffer);
      return hash.digest('hex');
    },
    keepUpload: (attachmentId, kind) =>
      inTurn(async () => keep[kind](await readFile(partPath(attachmentId)))),
    keepPicture: (jpeg) => inTurn(() => keepPicture(Buffer.from(jpeg))),
    pathOf: keptPath,
    async freeBytes() {
      const { bsize, bavail } = await statfs(folder);
      return bsize * bavail;
    },
    async sweep({ uploads: open, known, graceMs }) {
      let removed = 0;
      const isOld = async (path: string): Promise<boolean> => {
        const status = await stat(path).catch(() => undefined);
        return status !== undefined && Date.now() - status.mtimeMs >= graceMs;
      };
      const remove = async (path: string): Promise<void> => {
        if (!(await isOld(path))) return;
        await rm(path, { force: true });
        removed += 1;
      };
      const ofOpen = new Set([...open].map(partPath));
      for (const name of await readdir(uploads)) {
        const path = join(uploads, name);
        if (!ofOpen.has(path)) await remove(path);
      }
      for (const [hash, sinceMs] of underWay) {
        if (performance.now() - sinceMs > keepingMs) underWay.delete(hash);
      }
      for (const name of await readdir(folder)) {
        if (!/^[0-9a-f]{2}$/.test(name)) continue;
        const files = await readdir(join(folder, name));
        const belongs = await known([...new Set(files.map(hashOf))].filter((hash) => plainHash.test(hash)));
        for (const file of files) {
          const isUnfinished = file.endsWith('.new');
          if (!isUnfinished && (belongs.has(hashOf(file)) || underWay.has(hashOf(file)))) continue;
          if (isUnfinished && underWay.has(hashOf(file))) continue;
          await remove(join(folder, name, file));
        }
      }
      return removed;
    },
  };
}

/** No upload takes longer from its kept file to its row. Milliseconds. */
const keepingMs = 10 * 60_000;

function hashOf(name: string): string {
  return name.slice(0, 64);
}

/** ISO 32000-2, 7.5.2 and 7.5.5: the header is the first thing in the file, the end marker among the last. */
function isPdf(bytes: Buffer): boolean {
  return (
    bytes.toString('latin1', 0, 5) === '%PDF-' &&
    bytes.toString('latin1', bytes.length - 1_024).includes('%%EOF')
  );
}

async function syncFolder(folder: string): Promise<void> {
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
