/**
 * A set-up step that cannot go on. It says what happened and what the reader can do about it; the entry scripts print
 * both without a stack, for these are circumstances of the machine, not faults of the program.
 */
export class SetupError extends Error {
  /**
   * @param {string} whatHappened one sentence
   * @param {string} whatToDo one sentence, or a command to type
   */
  constructor(whatHappened, whatToDo) {
    super(whatHappened);
    this.name = 'SetupError';
    this.whatToDo = whatToDo;
  }
}

/**
 * Prints a failed step for a person and returns the exit code to end with.
 * @param {unknown} error
 */
export function reportFailure(error) {
  if (error instanceof SetupError) {
    process.stderr.write(`\nmingchu: ${error.message}\n         What to do: ${error.whatToDo}\n`);
  } else {
    process.stderr.write(`\nmingchu: the set-up failed unexpectedly.\n`);
    console.error(error);
  }
  return 1;
}
