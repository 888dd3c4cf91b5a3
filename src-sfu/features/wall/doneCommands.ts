import { z } from 'zod';

/**
 * A command that was carried out, with the revision that it was answered with. It is stored in the same value as what it changed: a
 * command that is sent again after a kill of the hub is carried out exactly when its change was not stored.
 */
export const doneCommandSchema = z.object({ command: z.string(), revision: z.number().int() });
export type DoneCommand = z.output<typeof doneCommandSchema>;

/** A desk sends again only what it has no answer to, within seconds; so many of one screen are far more than that. */
const remembered = 64;

/** The command as it is stored: ids of different requests are different commands. */
export function doneKey(name: string, commandId: string): string {
  return `${name} ${commandId}`;
}

/** With one more command, the newest last; the oldest are forgotten. */
export function withDone(
  done: readonly DoneCommand[] | undefined,
  command: string,
  revision: number,
): DoneCommand[] {
  return [...(done ?? []), { command, revision }].slice(-remembered);
}
