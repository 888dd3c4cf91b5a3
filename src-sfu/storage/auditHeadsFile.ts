import { open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { PublishedHead } from '../features/audit/audit.repository.ts';

const headSchema = z.object({
  atMs: z.number(),
  id: z.number().int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The heads of the audit log in a file outside the database: one JSON object a line, the oldest first. */
export interface AuditHeadsFile {
  /** What is not a head, such as a line that was not written to its end, is left out. No file is an empty one. */
  read(): Promise<PublishedHead[]>;
  /** Durable when the promise resolves. */
  append(head: PublishedHead): Promise<void>;
}

export function openAuditHeadsFile(path: string): AuditHeadsFile {
  return {
    async read() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
      return text.split('\n').flatMap(readHead);
    },
    async append({ atMs, id, hash }) {
      const file = await open(path, 'a+', 0o600);
      try {
        const { size } = await file.stat();
        const { buffer } =
          size === 0 ? { buffer: Buffer.from('\n') } : await file.read(Buffer.alloc(1), 0, 1, size - 1);
        // A line that a power cut left unfinished must not swallow the next one.
        const separator = buffer[0] === 0x0a ? '' : '\n';
        await file.appendFile(`${separator}${JSON.stringify({ atMs, id, hash })}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

function readHead(line: string): PublishedHead[] {
  try {
    const parsed = headSchema.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
