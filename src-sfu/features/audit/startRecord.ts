import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AuditEvent } from './audit.repository.ts';

/** Where the settings of the last start are kept, together with lines of the audit log. */
export interface StartStore {
  /** Undefined where nothing was kept. */
  read(name: string): Promise<unknown>;
  /** Durable when the promise resolves, all or nothing. */
  keep(name: string, value: unknown, lines: readonly AuditEvent[]): Promise<void>;
}

/** A setting as it is kept: what of it may be shown, and the SHA-256 of all of it. */
const keptSchema = z.record(z.string(), z.object({ shown: z.string(), sha256: z.string() }));
type Kept = z.output<typeof keptSchema>;

const storedAs = 'hub.settingsOfStart';

/**
 * Writes which settings of the environment and of `mingchu.config.json` differ from those of the start before: they are changed outside of
 * the hub, where nobody else notes it. The first start of a database has nothing to compare with, and writes no line. Example of a detail:
 * `{ "keepAuditDays": "0 → 30" }`.
 */
export async function recordStart(options: {
  store: StartStore;
  /** The settings by their names, as they were parsed, and whatever else is to be noted, such as the version. */
  settings: object;
  /** The hub's own time. */
  nowMs(): number;
}): Promise<void> {
  const { store, settings, nowMs } = options;
  const before = keptSchema.safeParse(await store.read(storedAs)).data;
  const now: Kept = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, keptOf(value)] as const),
  );
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(now)])];
  const changed = names.filter((name) => before?.[name]?.sha256 !== now[name]?.sha256);
  if (changed.length === 0) return;
  const detail = Object.fromEntries(
    changed.map((name) => [name, `${before?.[name]?.shown ?? ''} → ${now[name]?.shown ?? ''}`]),
  );
  const line = { atMs: nowMs(), actor: 'hub', action: 'settings:start', subject: 'hub', detail };
  await store.keep(storedAs, now, before === undefined ? [] : [line]);
}

function keptOf(value: unknown): Kept[string] {
  const text = Array.isArray(value) ? value.join(', ') : value === undefined ? '' : String(value);
  return { shown: withoutSecrets(text), sha256: createHash('sha256').update(text).digest('hex') };
}

/** An address without what may open a door: the name and password before its host, and what follows its path. */
function withoutSecrets(text: string): string {
  if (!/^\w+:\/\//.test(text) || !URL.canParse(text)) return text;
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
}
