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

/** Stands beside two texts that are equal, while what may not be shown differs. */
const changedMark = 'changed';

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
    changed.map((name) => {
      const [from = '', to = ''] = [before, now].map((kept) => withoutPaths(kept?.[name]?.shown));
      return [name, from === to ? `${from} → ${to} (${changedMark})` : `${from} → ${to}`];
    }),
  );
  const line = { atMs: nowMs(), actor: 'hub', action: 'settings:start', subject: 'hub', detail };
  await store.keep(storedAs, now, before === undefined ? [] : [line]);
}

function keptOf(value: unknown): Kept[string] {
  const texts = (Array.isArray(value) ? value : [value]).map((one) => (one === undefined ? '' : String(one)));
  const sha256 = createHash('sha256').update(texts.join(', ')).digest('hex');
  return { shown: texts.map(withoutPath).join(', '), sha256 };
}

/** As it is shown; an earlier release kept addresses with their paths. */
function withoutPaths(shown = ''): string {
  return shown.split(', ').map(withoutPath).join(', ');
}

/**
 * An address without what may open a door: the name and password before its host, and everything after it, where webhooks and push services
 * have their tokens.
 */
function withoutPath(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  if (!URL.canParse(text)) return text.slice(0, text.indexOf('://') + 3) + '…';
  const { protocol, host } = new URL(text);
  return `${protocol}//${host}`;
}
