import { z } from 'zod';
import type { Screen } from './screen.ts';
import { storeScreen } from './screenStorage.ts';
import type { Sequence } from '../../base/sequence.ts';
import type { WallLine, WallRepository } from './wall.ports.ts';
import { withLine } from './wallLines.ts';

/** The setting with the ids of the stored screens; each screen has a setting of its own. */
const indexSetting = 'wall.screenIds';
/** The setting in which older versions stored all screens together. */
const formerSetting = 'wall.screens';
const indexSchema = z.array(z.string());
const formerSchema = z.record(z.string(), z.unknown());
/** Page turns are gathered and written at most this often, because a tour over a city is 150 KB. Milliseconds. */
const keepDelayMs = 3_000;

/** Stores screens so that they survive a restart. */
export interface ScreenStore {
  /** The stored screens by their id. */
  load(): Promise<Map<string, unknown>>;
  /** Stores a choice of an operator; durable when it resolves. Must be awaited within the sequence. */
  save(screenId: string, screen: Screen, line: WallLine): Promise<void>;
  /** Stores a page turn within some seconds; with the line of who turned it, where it did not turn by itself. */
  saveSoon(screenId: string, line?: WallLine): void;
  forget(screenId: string): void;
  /** Writes what is still to be written. */
  close(): Promise<void>;
}

export interface ScreenStoreOptions {
  repository: WallRepository;
  sequence: Sequence;
  present(screenId: string): Screen | undefined;
  /** Something could not be written; it is tried again. */
  onFault(error: unknown): void;
}

/** A store that has written nothing yet. */
export function createScreenStore(options: ScreenStoreOptions): ScreenStore {
  const { repository, sequence, present, onFault } = options;
  const kept = new Set<string>();
  const dirty = new Set<string>();
  /** What people did to a screen whose state is not written yet. */
  const lines = new Map<string, readonly WallLine[]>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const settingOf = (screenId: string): string => `wall.screen.${screenId}`;

  const index = async (screenId: string): Promise<void> => {
    if (kept.has(screenId)) return;
    await repository.keep(indexSetting, [...kept, screenId]);
    kept.add(screenId);
  };

  /** Moves screens from the setting of older versions. All of them are stored in the new place before anything is changed. */
  const takeOver = async (): Promise<Map<string, unknown>> => {
    const former = formerSchema.safeParse(await repository.read(formerSetting));
    const screens = new Map(former.success ? Object.entries(former.data) : []);
    for (const [screenId, value] of screens) await repository.keep(settingOf(screenId), value);
    if (screens.size > 0) await repository.keep(indexSetting, [...screens.keys()]);
    for (const screenId of screens.keys()) kept.add(screenId);
    return screens;
  };

  const write = async (): Promise<void> => {
    for (const screenId of [...dirty]) {
      dirty.delete(screenId);
      const screen = present(screenId);
      let done = lines.get(screenId) ?? [];
      lines.delete(screenId);
      try {
        if (screen === undefined) {
          if (!kept.has(screenId) && done.length === 0) continue;
          await repository.keep(settingOf(screenId), null, done);
          done = [];
          // Its place in the list goes last: as long as it has one, the next try begins here again.
          const others = [...kept].filter((id) => id !== screenId);
          await repository.keep(indexSetting, others);
          kept.delete(screenId);
        } else {
          await repository.keep(settingOf(screenId), storeScreen(screen), done);
        }
        done = [];
        if (screen !== undefined) await index(screenId);
      } catch (error) {
        if (done.length > 0) lines.set(screenId, [...done, ...(lines.get(screenId) ?? [])]);
        dirty.add(screenId);
        onFault(error);
      }
    }
  };

  const writeSoon = (): void => {
    if (closed) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void sequence.exclusive(write).then(() => {
        if (dirty.size > 0) writeSoon();
      });
    }, keepDelayMs);
  };

  const saveSoon = (screenId: string, line?: WallLine): void => {
    if (line !== undefined) lines.set(screenId, withLine(lines.get(screenId) ?? [], line));
    dirty.add(screenId);
    writeSoon();
  };

  return {
    async load() {
      const ids = indexSchema.safeParse(await repository.read(indexSetting));
      if (!ids.success) return takeOver();
      const values = new Map<string, unknown>();
      for (const screenId of ids.data) {
        kept.add(screenId);
        values.set(screenId, await repository.read(settingOf(screenId)));
      }
      return values;
    },
    async save(screenId, screen, line) {
      await repository.save(settingOf(screenId), storeScreen(screen), line.actor, line.atMs, line);
      await index(screenId);
      if (!lines.has(screenId)) dirty.delete(screenId);
    },
    saveSoon,
    forget: (screenId) => saveSoon(screenId),
    async close() {
      closed = true;
      clearTimeout(timer);
      await sequence.exclusive(write);
    },
  };
}
