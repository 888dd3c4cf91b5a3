import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { Programme, Scene, WallLibrary } from '../../../src-shared/wall/wallLibrary.ts';
import type { Answer } from './wall.ports.ts';
import { doneKey } from './doneCommands.ts';
import {
  emptyLibrary,
  removeSaved,
  restoreLibrary,
  saveProgramme,
  saveScene,
  saveSchedule,
  storeLibrary,
  withChange,
  type LibraryOutcome,
} from './library.ts';
import { changesSince } from './screen.ts';
import type { Sequence } from '../../base/sequence.ts';
import type { WallCameras, WallRepository } from './wall.ports.ts';
import { commandDetail } from './wallLines.ts';

/** What operators save for the wall. */
export interface LibraryService {
  load(): Promise<void>;
  present(): WallLibrary;
  saveProgramme(command: InputOf<'wall:saveProgramme'>, actor: string): Answer;
  saveScene(command: InputOf<'wall:saveScene'>, actor: string): Answer;
  removeSaved(command: InputOf<'wall:removeSaved'>, actor: string): Answer;
  /** With `overridesHolds` it also applies at once to screens that a supervisor holds. */
  saveSchedule(
    command: InputOf<'wall:saveSchedule'>,
    actor: string,
    options?: { overridesHolds: boolean },
  ): Answer;
}

export interface LibraryServiceOptions {
  cameras: WallCameras;
  repository: WallRepository;
  sequence: Sequence;
  /** Carries out a command once. */
  answered(name: string, commandId: string, run: () => Answer): Answer;
  knowsScreen(screenId: string): boolean;
  nowMs(): number;
  /** The library was changed, and is durable. Awaited within the sequence. */
  onChanged(library: WallLibrary, options: { overridesHolds: boolean }): Promise<void>;
}

const settingName = 'wall.library';

/** A library that is not loaded yet. */
export function createLibraryService(options: LibraryServiceOptions): LibraryService {
  const { cameras, repository, sequence, answered, nowMs } = options;
  let kept = emptyLibrary;

  const change = (
    name: string,
    { commandId, baseRevision }: { commandId: string; baseRevision?: number | undefined },
    actor: string,
    about: { subject: string; detail: object },
    edit: (library: WallLibrary) => LibraryOutcome,
    overridesHolds = false,
  ): Answer =>
    answered(name, commandId, () =>
      sequence.exclusive(async () => {
        const key = doneKey(name, commandId);
        const done = kept.done?.find(({ command }) => command === key);
        if (done !== undefined) return ok({ revision: done.revision });
        const stale = refuseStale(baseRevision);
        if (stale !== undefined) return stale;
        const outcome = edit(kept.library);
        if ('ok' in outcome) return outcome;
        const next = withChange(kept, outcome.library, outcome.what, key);
        const line = { atMs: nowMs(), actor, action: `wall:${name}`, ...about };
        await repository.save(settingName, storeLibrary(next), actor, line.atMs, line);
        kept = next;
        await options.onChanged(next.library, { overridesHolds });
        return ok({ revision: next.library.revision });
      }),
    );

  const refuseStale = (baseRevision: number | undefined): Ack<never> | undefined => {
    const { revision } = kept.library;
    if (baseRevision === undefined || baseRevision === revision) return undefined;
    const changes = changesSince(kept.changes, baseRevision) ?? 'what you saw is not what is saved';
    return refuse(
      'conflict',
      `The library changed meanwhile (revision ${revision}, yours ${baseRevision}): ${changes}. Check it and save again.`,
      { reason: 'wall.library_changed' },
    );
  };

  return {
    async load() {
      kept = restoreLibrary(await repository.read(settingName));
    },
    present: () => kept.library,
    saveProgramme: (command, actor) =>
      change('saveProgramme', command, actor, savedAs(command.programme), (library) =>
        saveProgramme(library, command.programme, cameras),
      ),
    saveScene: (command, actor) =>
      change('saveScene', command, actor, savedAs(command.scene), (library) =>
        saveScene(library, command.scene, cameras),
      ),
    removeSaved: (command, actor) => {
      const { type, id } = command;
      const named = kept.library[type === 'scene' ? 'scenes' : 'programmes'].find((one) => one.id === id);
      const about = { subject: id, detail: { type, ...(named === undefined ? {} : { name: named.name }) } };
      return change('removeSaved', command, actor, about, (library) => removeSaved(library, command));
    },
    saveSchedule: (command, actor, { overridesHolds } = { overridesHolds: false }) => {
      const screens = [...new Set(command.schedule.map(({ screenId }) => screenId))];
      return change(
        'saveSchedule',
        command,
        actor,
        { subject: 'schedule', detail: { entries: command.schedule.length, screens } },
        (library) => saveSchedule(library, command.schedule, options.knowsScreen),
        overridesHolds,
      );
    },
  };
}

/** What the audit log says of a programme or a scene: a scene's cameras, so that one can see which it had at that time. */
function savedAs({ id, ...saved }: Programme | Scene): { subject: string; detail: object } {
  return { subject: id, detail: { name: saved.name, ...commandDetail(saved) } };
}
