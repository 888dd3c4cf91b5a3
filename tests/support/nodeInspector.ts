import type { RunningProcess } from './processes.ts';

/** Settings that let `collectGarbageOf` reach a process of ours, on a free port of this machine only. */
export const inspected = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** Collects the garbage of a Node process that was started with `inspected`; answers the MiB that its program keeps (heap and buffers). */
export async function collectGarbageOf(process: Pick<RunningProcess, 'output'>): Promise<number> {
  const url = /Debugger listening on (ws:\S+)/.exec(process.output())?.[1];
  if (url === undefined)
    throw new Error('the process cannot be reached: it was not started with `inspected`');
  const socket = new WebSocket(url);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error(`no answer at ${url}`)));
    });
    // The second pass takes what finalisers of the first let go.
    for (const id of [1, 2]) await ask(socket, id, 'HeapProfiler.collectGarbage');
    const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())';
    const { result } = await ask(socket, 3, 'Runtime.evaluate', { expression, returnByValue: true });
    return Number(result?.value) / 1024 / 1024;
  } finally {
    socket.close();
  }
}

interface Evaluated {
  result?: { value?: unknown };
}

function ask(socket: WebSocket, id: number, method: string, params: object = {}): Promise<Evaluated> {
  return new Promise((resolve, reject) => {
    const onMessage = ({ data }: MessageEvent): void => {
      const answer = JSON.parse(String(data)) as {
        id?: number;
        result?: Evaluated;
        error?: { message: string };
      };
      if (answer.id !== id) return;
      socket.removeEventListener('message', onMessage);
      if (answer.error === undefined) resolve(answer.result ?? {});
      else reject(new Error(answer.error.message));
    };
    socket.addEventListener('message', onMessage);
    socket.addEventListener('close', () => reject(new Error('the process ended')));
    socket.send(JSON.stringify({ id, method, params }));
  });
}
