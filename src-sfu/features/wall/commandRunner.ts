import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { Principal } from '../../../src-shared/session/principal.ts';
import type { Answer, WallLine } from './wall.ports.ts';
import { doneKey, withDone } from './doneCommands.ts';
import { changesSince, type Screen } from './screen.ts';
import { isRefused, type CommandContext, type Outcome } from './screenCommands.ts';
import { holdAfter, holdRefusal, isOverriding } from './screenHolds.ts';
import { defaultScreenId, type ScreenShelf } from './screenShelf.ts';
import type { Sequence } from '../../base/sequence.ts';
import { commandDetail, overridden } from './wallLines.ts';

/** What every command to a screen carries. */
interface ScreenCommand {
  commandId: string;
  screenId: string;
  baseRevision?: number | undefined;
}

/** A command to a screen, of an officer (`actor`, for people to read) who is signed in as the principal. */
export type ScreenCommandOf<Command> = (command: Command, actor: string, principal?: Principal) => Answer;

/** Carries out commands to the screens one after the other, each once; a command is answered when its result is durable. */
export interface CommandRunner {
  /**
   * An operator's command; refused where a supervisor holds the screen against this principal. With `movesOnly` (such as a page
   * turn) the result is shown at once and written a little later.
   */
  command<Command extends ScreenCommand>(
    name: string,
    decide: (screen: Screen, command: Command, context: CommandContext) => Outcome,
    movesOnly?: (command: Command) => boolean,
  ): ScreenCommandOf<Command>;
  /**
   * Changes a screen. A change that cannot be saved is not shown; with `movesOnly` it is shown at once and written a little
   * later. Must be awaited within the sequence.
   */
  change(screenId: string, decide: (screen: Screen) => Outcome, how: Recorded): Answer;
}

/** How a change is stored: at once with its line of the audit log, or soon, where a line is left out for what the hub does by itself. */
export type Recorded =
  | { movesOnly?: boolean; line(before: Screen, after: Screen): WallLine }
  | { movesOnly: true; line?: undefined };

export interface CommandRunnerOptions {
  shelf: ScreenShelf;
  sequence: Sequence;
  answered(name: string, commandId: string, run: () => Answer): Answer;
  /** Whether a surface shows the screen now. */
  isOpen(screenId: string): boolean;
  context(): CommandContext;
  save(screenId: string, screen: Screen, line: WallLine): Promise<void>;
  saveSoon(screenId: string, line?: WallLine): void;
}

/** A runner without commands. */
export function createCommandRunner(options: CommandRunnerOptions): CommandRunner {
  const { shelf, sequence, answered } = options;

  const find = (screenId: string): Screen | Ack<never> => {
    const known = shelf.get(screenId);
    if (known !== undefined) return known;
    if (screenId !== defaultScreenId && !options.isOpen(screenId)) {
      return refuse(
        'not_found',
        `The wall has no screen ${screenId}. Its screens are ${shelf.ids().join(', ')}; a new one is there once it was opened.`,
        { reason: 'wall.no_such_screen', screen: screenId, screens: shelf.ids().join(', ') },
      );
    }
    return (
      shelf.open(screenId) ??
      refuse('too_many', `The wall knows ${shelf.ids().length} screens and no more. Use one of those.`, {
        reason: 'wall.too_many_screens',
        limit: shelf.ids().length,
      })
    );
  };

  const change = async (screenId: string, decide: (screen: Screen) => Outcome, how: Recorded): Answer => {
    const before = find(screenId);
    if ('ok' in before) return before;
    const after = decide(before);
    if (isRefused(after)) return after;
    if (how.movesOnly === true) options.saveSoon(screenId, how.line?.(before, after));
    else await options.save(screenId, after, how.line(before, after));
    shelf.put(screenId, after);
    shelf.announce(screenId);
    return ok({ revision: after.revision });
  };

  return {
    change,
    command: (name, decide, movesOnly) => (asked, actor, principal) => {
      // Decided in the sequence: a supervisor's command that is still being written holds the screen already.
      const decideHeld = (screen: Screen): Outcome => {
        const context = { ...options.context(), isOverriding: isOverriding(principal) };
        const { nowMs } = context.clock;
        const refused = holdRefusal(screen.hold, principal, nowMs) ?? stale(screen, asked);
        const after = refused ?? decide(screen, asked, context);
        if (isRefused(after)) return after;
        return { ...after, hold: holdAfter(screen.hold, principal, actor, nowMs) };
      };
      const key = doneKey(name, asked.commandId);
      const decideOnce = (screen: Screen): Outcome => {
        const after = decideHeld(screen);
        return isRefused(after) ? after : { ...after, done: withDone(screen.done, key, after.revision) };
      };
      return answered(name, asked.commandId, () =>
        sequence.exclusive(async () => {
          // Before the check of what the sender saw: its own command has changed it.
          const done = shelf.get(asked.screenId)?.done?.find(({ command }) => command === key);
          if (done !== undefined) return ok({ revision: done.revision });
          const line = (before: Screen, { chosen }: Screen): WallLine => {
            const { nowMs: atMs } = options.context().clock;
            const named = name === 'showSaved' && chosen !== undefined ? { name: chosen.name } : {};
            const detail = {
              ...commandDetail(asked),
              ...named,
              ...overridden(before, principal, actor, atMs),
            };
            return { atMs, actor, action: `wall:${name}`, subject: asked.screenId, detail };
          };
          return change(asked.screenId, decideOnce, { line, movesOnly: movesOnly?.(asked) ?? false });
        }),
      );
    },
  };
}

function stale(
  { revision, changes }: Screen,
  { screenId, baseRevision }: ScreenCommand,
): Ack<never> | undefined {
  if (baseRevision === undefined || baseRevision === revision) return undefined;
  const summary = changesSince(changes, baseRevision) ?? 'what you saw is not what it shows';
  return refuse(
    'conflict',
    `Screen ${screenId} changed meanwhile (revision ${revision}, yours ${baseRevision}): ${summary}. Check it and choose again.`,
    { reason: 'wall.screen_changed', screen: screenId },
  );
}
