/**
 * Ids of commands that make something. Until the hub has answered a command, the same command has the same id, so that the hub makes it once
 * however often the key is pressed again.
 */
export interface RepeatedCommands {
  /** Sends with the id of this command; `isAnswered` says whether the hub has decided. Example of `what`: `recorder m7 Cam 1`. */
  send<Answer>(
    what: string,
    run: (commandId: string) => Promise<Answer>,
    isAnswered: (answer: Answer) => boolean,
  ): Promise<Answer>;
}

export function createRepeatedCommands(newId: () => string): RepeatedCommands {
  const open = new Map<string, string>();
  return {
    async send(what, run, isAnswered) {
      const commandId = open.get(what) ?? newId();
      open.set(what, commandId);
      const answer = await run(commandId);
      if (isAnswered(answer)) open.delete(what);
      return answer;
    },
  };
}

/** Whether the hub decided: not where the connection or the time ran out, or the hub could not store it. */
export function isDecided(answer: { ok: true } | { ok: false; code: string }): boolean {
  return answer.ok || !undecided.has(answer.code);
}

const undecided: ReadonlySet<string> = new Set(['timeout', 'unavailable', 'internal']);
