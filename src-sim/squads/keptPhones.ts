import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { memberTokenSchema } from '../../src-shared/squads/squads.protocol.ts';

const keptSchema = z.object({
  /** Squads and members that were made here once; who is gone was removed at a desk. */
  made: z.array(z.string()),
  /** The secrets of the phones, by member. */
  tokens: z.record(z.string(), memberTokenSchema),
});
export type Kept = z.output<typeof keptSchema>;

/** What the demo's phones keep from one start to the next. */
export interface KeptPhones {
  readonly kept: Readonly<Kept>;
  made(id: string): void;
  keepToken(memberId: string, token: string): void;
  forgetToken(memberId: string): void;
}

/** Opens the file; one that is missing or spoilt counts as empty. */
export function openKeptPhones(file: string): KeptPhones {
  const kept = read(file);
  const write = (): void => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const part = `${file}.part-${process.pid}`;
    writeFileSync(part, JSON.stringify(kept), { mode: 0o600 });
    renameSync(part, file);
  };
  return {
    kept,
    made(id) {
      if (kept.made.includes(id)) return;
      kept.made.push(id);
      write();
    },
    keepToken(memberId, token) {
      kept.tokens[memberId] = token;
      write();
    },
    forgetToken(memberId) {
      delete kept.tokens[memberId];
      write();
    },
  };
}

function read(file: string): Kept {
  try {
    const result = keptSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (result.success) return result.data;
  } catch {
    // The file is missing or damaged, so every phone signs in again.
  }
  return { made: [], tokens: {} };
}
