import type { Ack } from '../../src-shared/protocol/define.ts';

/** The answer to a command: the revision it led to. */
export type Answer = Promise<Ack<{ revision: number }>>;

/** Commands remembered, so that a repeated one is answered and not done again. */
const rememberedCommands = 256;

/**
 * Does each command once: a repeat gets the answer of the first, also one that comes while that is still being saved.
 * What was refused or could not be saved was not done, so a repeat of it tries again.
 */
export function createAnsweredCommands(): (name: string, commandId: string, run: () => Answer) => Answer {
  const answers = new Map<string, Answer>();
  return (name, commandId, run) => {
    const key = `${name} ${commandId}`;
    const repeated = answers.get(key);
    if (repeated !== undefined) return repeated;
    const answer = run();
    answers.set(key, answer);
    answer.then(
      ({ ok }) => {
        if (!ok) answers.delete(key);
      },
      () => answers.delete(key),
    );
    for (const oldest of answers.keys()) {
      if (answers.size <= rememberedCommands) break;
      answers.delete(oldest);
    }
    return answer;
  };
}
