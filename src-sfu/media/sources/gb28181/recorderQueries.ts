import type { Manscdp } from './manscdp.ts';

export interface RecorderQueriesOptions {
  /** Sends a query; its answers come with this number. */
  send(recorderId: string, body: Buffer): void;
}

interface Waiting {
  messages: Manscdp[];
  isWhole(messages: readonly Manscdp[]): boolean;
  finish(messages: Manscdp[] | undefined): void;
}

const limitMs = 3_000;
/** More questions at once than desks ask. */
const maxWaiting = 500;

/** Questions of MANSCDP whose answers come as messages of their own, by the number of the question. */
export class RecorderQueries {
  readonly #options: RecorderQueriesOptions;
  readonly #waiting = new Map<string, Waiting>();
  #sequence = Math.floor(Math.random() * 10_000);

  constructor(options: RecorderQueriesOptions) {
    this.#options = options;
  }

  /** The answers, as many as are needed or came within 3 s; undefined where none came. */
  ask(
    recorderId: string,
    command: string,
    write: (sequence: number) => Buffer,
    isWhole: (messages: readonly Manscdp[]) => boolean = () => true,
  ): Promise<Manscdp[] | undefined> {
    if (this.#waiting.size >= maxWaiting) return Promise.resolve(undefined);
    this.#sequence = (this.#sequence + 1) % 1_000_000;
    const key = keyOf(recorderId, command, this.#sequence);
    const messages: Manscdp[] = [];
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(messages.length === 0 ? undefined : messages), limitMs);
      const finish = (answer: Manscdp[] | undefined): void => {
        clearTimeout(timer);
        this.#waiting.delete(key);
        resolve(answer);
      };
      this.#waiting.set(key, { messages, isWhole, finish });
      this.#options.send(recorderId, write(this.#sequence));
    });
  }

  /** A message of a recorder; whether somebody waits for it. */
  came(recorderId: string, message: Manscdp): boolean {
    if (message.sequence === undefined || message.kind !== 'Response') return false;
    const waiting = this.#waiting.get(keyOf(recorderId, message.command, message.sequence));
    if (waiting === undefined) return false;
    waiting.messages.push(message);
    if (waiting.isWhole(waiting.messages)) waiting.finish(waiting.messages);
    return true;
  }

  close(): void {
    for (const { finish } of [...this.#waiting.values()]) finish(undefined);
  }
}

function keyOf(recorderId: string, command: string, sequence: number): string {
  return `${recorderId} ${command} ${sequence}`;
}
