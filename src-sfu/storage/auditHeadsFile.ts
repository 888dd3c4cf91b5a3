import { open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { PublishedHead } from '../features/audit/audit.repository.ts';

const headSchema = z.object({
  atMs: z.number(),
  id: z.number().int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Says that a backup was restored whose log ends at a line: what was published of later lines belongs to the log before. */
const restoredSchema = z.object({ atMs: z.number(), restoredUpTo: z.number().int().min(0) });

/** The heads of the audit log in a file outside the database: one JSON object a line, the oldest first. */
export interface AuditHeadsFile {
  /**
   * The heads of the present log. What is not a head, such as a line that was not written to its end, is left out, and so are heads
   * of a log that a backup replaced. No file is an empty one.
   */
  read(): Promise<PublishedHead[]>;
  /** Durable when the promise resolves. */
  append(head: PublishedHead): Promise<void>;
  /** Marks that a backup was restored whose log ends at a line. Durable when the promise resolves. */
  appendRestored(atMs: number, lastId: number): Promise<void>;
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
      return readHeads(text);
    },
    append: ({ atMs, id, hash }) => appendLine(path, { atMs, id, hash }),
    appendRestored: (atMs, lastId) => appendLine(path, { atMs, restoredUpTo: lastId }),
  };
}

async function appendLine(path: string, line: object): Promise<void> {
  const file = await open(path, 'a+', 0o600);
  try {
    const { size } = await file.stat();
    const { buffer } =
      size === 0 ? { buffer: Buffer.from('\n') } : await file.read(Buffer.alloc(1), 0, 1, size - 1);
    // A line that a power cut left unfinished must not join the next one.
    const separator = buffer[0] === 0x0a ? '' : '\n';
    await file.appendFile(`${separator}${JSON.stringify(line)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

function readHeads(text: string): PublishedHead[] {
  let heads: PublishedHead[] = [];
  for (const line of text.split('\n')) {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      continue;
    }
    const restored = restoredSchema.safeParse(value);
    if (restored.success) heads = heads.filter(({ id }) => id <= restored.data.restoredUpTo);
    const head = headSchema.safeParse(value);
    if (head.success) heads.push(head.data);
  }
  return heads;
}
