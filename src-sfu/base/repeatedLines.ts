/** A line that repeats is written again after this time, with the number of its repeats. Milliseconds. */
const countedForMs = 60_000;
/** More different lines than this are not remembered at the same time: the others are written each time. */
const maxRemembered = 500;

/** What makes two lines the same: the sentence, the error's message, and the fields that are text, such as a camera's id. */
function causeOf(line: readonly unknown[]): string {
  const [fields, sentence] = line;
  if (typeof fields !== 'object' || fields === null) return String(fields);
  const parts = Object.entries(fields).flatMap(([name, value]) => {
    if (value instanceof Error) return [`${name}=${value.message}`];
    return typeof value === 'string' ? [`${name}=${value}`] : [];
  });
  return [sentence, ...parts].join('\n');
}

/**
 * Keeps a fault that repeats from filling the log. The first line of a cause is written at once. Its repeats are counted, and after
 * a minute the latest of them is written with their number in the field `times`; where there were none, the cause is forgotten.
 * Example: 100 failed writes in one minute become two lines, the second with `"times":99`.
 */
export function createRepeatedLines(): {
  /** Calls `write` with the line, at once or later. A line is a pino call's arguments: fields and a sentence, or a sentence. */
  pass(line: readonly unknown[], write: (line: readonly unknown[]) => void): void;
} {
  const remembered = new Map<string, { times: number; writeLatest: () => void }>();

  const awaitRepeats = (cause: string): void => {
    const timer = setTimeout(() => {
      const known = remembered.get(cause);
      if (known === undefined || known.times === 0) {
        remembered.delete(cause);
        return;
      }
      known.writeLatest();
      known.times = 0;
      awaitRepeats(cause);
    }, countedForMs);
    timer.unref();
  };

  return {
    pass(line, write) {
      const cause = causeOf(line);
      const known = remembered.get(cause);
      if (known === undefined) {
        write(line);
        if (remembered.size >= maxRemembered) return;
        remembered.set(cause, { times: 0, writeLatest: () => undefined });
        awaitRepeats(cause);
        return;
      }
      known.times += 1;
      const [fields, ...rest] = line;
      known.writeLatest = () =>
        write(
          typeof fields === 'object' && fields !== null
            ? [{ ...fields, times: known.times }, ...rest]
            : [{ times: known.times }, ...line],
        );
    },
  };
}
