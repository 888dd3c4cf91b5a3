/** What is saved for the wall, and the changes operators make to it. */
import { z } from 'zod';
import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { scheduleProblem } from '../../../src-shared/wall/schedule.ts';
import {
  programmeSchema,
  sceneSchema,
  scheduleEntrySchema,
  type Programme,
  type Scene,
  type ScheduleEntry,
  type WallLibrary,
} from '../../../src-shared/wall/wallLibrary.ts';
import { doneCommandSchema, withDone, type DoneCommand } from './doneCommands.ts';
import type { Change } from './screen.ts';
import { arrange, unknownCamera, unknownSaved, unknownTile } from './commandRefusals.ts';
import type { WallCameras } from './wall.ports.ts';

/** The library and what was changed in it, the newest last. */
export interface KeptLibrary {
  library: WallLibrary;
  changes: readonly Change[];
  /** The commands that were carried out last, the newest last. */
  done?: readonly DoneCommand[] | undefined;
}

/** The library after a change and a description of the change, or the refusal. */
export type LibraryOutcome = { library: WallLibrary; what: string } | Ack<never>;

/** Things of one kind that may be saved. */
const maxSaved = 200;
/** The largest library, in characters of its JSON: every desk receives the whole library when it changes. */
const maxCharacters = 2_000_000;
const maxChanges = 50;

/** Nothing is saved. */
export const emptyLibrary: KeptLibrary = {
  library: { revision: 0, programmes: [], scenes: [], schedule: [] },
  changes: [],
};

const storedLibrarySchema = z.object({
  revision: z.number().int(),
  programmes: z.array(z.unknown()),
  scenes: z.array(z.unknown()),
  schedule: z.array(z.unknown()),
  changes: z.array(z.object({ revision: z.number().int(), what: z.string() })).default([]),
  done: z.array(doneCommandSchema).optional(),
});

/** Plain JSON of the library. */
export function storeLibrary({ library, changes, done }: KeptLibrary): unknown {
  return { ...library, changes, done };
}

/** The library as it was; an entry that can no longer be read is left out and does not take the others with it. */
export function restoreLibrary(value: unknown): KeptLibrary {
  const stored = storedLibrarySchema.safeParse(value);
  if (!stored.success) return emptyLibrary;
  const { revision, changes, programmes, scenes, schedule, done } = stored.data;
  const library = {
    revision,
    programmes: readable(programmes, programmeSchema),
    scenes: readable(scenes, sceneSchema),
    schedule: readable(schedule, scheduleEntrySchema),
  };
  return { library, changes, done };
}

/** The library as its next revision, after a command (`doneKey`). */
export function withChange(
  kept: KeptLibrary,
  library: WallLibrary,
  what: string,
  command: string,
): KeptLibrary {
  const revision = kept.library.revision + 1;
  return {
    library: { ...library, revision },
    changes: [...kept.changes, { revision, what }].slice(-maxChanges),
    done: withDone(kept.done, command, revision),
  };
}

export function saveProgramme(
  library: WallLibrary,
  programme: Programme,
  cameras: WallCameras,
): LibraryOutcome {
  const arranged = arrange(programme.layout);
  if ('ok' in arranged) return arranged;
  const unknown = unknownCamera(Object.values(programme.settings.pins), cameras);
  if (unknown !== undefined) return unknown;
  const programmes = withSaved(library.programmes, programme);
  return fitting(library, { ...library, programmes }, `programme “${programme.name}” was saved`);
}

export function saveScene(library: WallLibrary, scene: Scene, cameras: WallCameras): LibraryOutcome {
  const arranged = arrange(scene.layout);
  if ('ok' in arranged) return arranged;
  const refused =
    unknownTile(Object.keys(scene.cameras), arranged) ?? unknownCamera(Object.values(scene.cameras), cameras);
  if (refused !== undefined) return refused;
  const scenes = withSaved(library.scenes, scene);
  return fitting(library, { ...library, scenes }, `scene “${scene.name}” was saved`);
}

/** Refused while the schedule names it. */
export function removeSaved(
  library: WallLibrary,
  { type, id }: { type: 'programme' | 'scene'; id: string },
): LibraryOutcome {
  const saved = findSaved(library, type, id);
  if (saved === undefined) return unknownSaved(type, id);
  const naming = library.schedule.filter(({ shows }) => shows.type === type && shows.id === id);
  if (naming.length > 0) {
    const screens = [...new Set(naming.map(({ screenId }) => screenId))].join(', ');
    return refuse(
      'bad_request',
      `The schedule puts ${type} “${saved.name}” on screen ${screens}. Take it out of the schedule first.`,
      { reason: 'wall.in_schedule', name: saved.name, screens },
    );
  }
  const without = <T extends { id: string }>(all: readonly T[]): T[] => all.filter((one) => one.id !== id);
  return {
    library:
      type === 'programme'
        ? { ...library, programmes: without(library.programmes) }
        : { ...library, scenes: without(library.scenes) },
    what: `${type} “${saved.name}” was removed`,
  };
}

export function saveSchedule(
  library: WallLibrary,
  schedule: ScheduleEntry[],
  knowsScreen: (screenId: string) => boolean,
): LibraryOutcome {
  const problem = scheduleProblem(schedule);
  if (problem !== undefined) return refuse('bad_request', problem, { reason: 'wall.schedule_clash' });
  for (const { screenId, shows } of schedule) {
    if (findSaved(library, shows.type, shows.id) === undefined) return unknownSaved(shows.type, shows.id);
    if (!knowsScreen(screenId)) {
      return refuse(
        'not_found',
        `The wall has no screen ${screenId}. Open it once, then put it in the schedule.`,
        { reason: 'wall.screen_never_opened', screen: screenId },
      );
    }
  }
  return fitting(library, { ...library, schedule }, 'the schedule was saved');
}

function findSaved(
  library: WallLibrary,
  type: 'programme' | 'scene',
  id: string,
): Programme | Scene | undefined {
  const all: readonly (Programme | Scene)[] = type === 'programme' ? library.programmes : library.scenes;
  return all.find((one) => one.id === id);
}

function withSaved<T extends { id: string }>(all: readonly T[], saved: T): T[] {
  const isKnown = all.some(({ id }) => id === saved.id);
  return isKnown ? all.map((one) => (one.id === saved.id ? saved : one)) : [...all, saved];
}

function fitting(before: WallLibrary, library: WallLibrary, what: string): LibraryOutcome {
  if (library.programmes.length > maxSaved || library.scenes.length > maxSaved) {
    return refuse(
      'too_many',
      `${maxSaved} programmes and ${maxSaved} scenes can be saved. Remove one first.`,
      { reason: 'wall.too_many_saved', limit: maxSaved },
    );
  }
  const characters = JSON.stringify(library).length;
  if (characters > maxCharacters && characters > JSON.stringify(before).length) {
    return refuse(
      'too_many',
      'What is saved for the wall would become too large to send to every desk. Remove something first, or choose by type and district instead of camera by camera.',
      { reason: 'wall.library_too_large' },
    );
  }
  return { library, what };
}

function readable<T>(values: readonly unknown[], schema: z.ZodType<T>): T[] {
  return values.flatMap((value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}
