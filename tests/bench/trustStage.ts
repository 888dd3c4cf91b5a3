/** Lines of the hub's log that say that something failed inside of it. */
export function failuresIn(output: string): string[] {
  return output.split('\n').filter((line) => /"level":(50|60)|uncaught|unhandled|FATAL/i.test(line));
}

const lagFigure = /^mingchu_nodejs_eventloop_lag_max_seconds ([\d.e+-]+)$/m;
const readEveryMs = 1_000;

/** Reads from the hub, once a second, for how long at most its event loop stood still since; in milliseconds. */
export function watchStalls(hubUrl: string, headers: Record<string, string>): { stop(): Promise<number[]> } {
  const samples: number[] = [];
  let isOver = false;
  const watch = async (): Promise<void> => {
    await read();
    samples.length = 0;
    while (!isOver) {
      await new Promise((resolve) => setTimeout(resolve, readEveryMs));
      await read();
    }
  };
  const read = async (): Promise<void> => {
    const answer = await fetch(`${hubUrl}/metrics`, { headers });
    const text = await answer.text();
    // What floods the hub has the same account, and its budget: the next answer has the longest stall since the last one.
    if (answer.status === 429) return;
    const found = lagFigure.exec(text)?.[1];
    if (found === undefined) throw new Error(`the hub has no such figure: ${text.slice(0, 200)}`);
    samples.push(Number(found) * 1_000);
  };
  const watching = watch();
  return {
    async stop() {
      isOver = true;
      await watching;
      return samples;
    },
  };
}
