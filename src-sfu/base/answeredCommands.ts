/** How repeated commands are recognised. */
interface AnsweredCommandsOptions<Result> {
  /** The number of answers that are kept; beyond it the oldest answer is forgotten. */
  remembered: number;
  /** Whether this answer means that the command was carried out. A command that was not carried out is tried again. */
  wasDone(result: Result): boolean;
}

/**
 * Carries out each command once. A repeated command receives the answer of the first one, even while the first one is still
 * being saved. A command that was refused or could not be saved was not carried out, so its repeat runs again.
 * `scope` separates the ids of different senders or requests. Example: `answered('wall:startTour', commandId, run)`.
 */
export function createAnsweredCommands<Result>({
  remembered,
  wasDone,
}: AnsweredCommandsOptions<Result>): (
  scope: string,
  commandId: string,
  run: () => Promise<Result>,
) => Promise<Result> {
  const answers = new Map<string, Promise<Result>>();
  return (scope, commandId, run) => {
    const key = `${scope} ${commandId}`;
    const repeated = answers.get(key);
    if (repeated !== undefined) return repeated;
    const answer = run();
    answers.set(key, answer);
    answer.then(
      (result) => {
        if (!wasDone(result)) answers.delete(key);
      },
      () => answers.delete(key),
    );
    for (const oldest of answers.keys()) {
      if (answers.size <= remembered) break;
      answers.delete(oldest);
    }
    return answer;
  };
}
