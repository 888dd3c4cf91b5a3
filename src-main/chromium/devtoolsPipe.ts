import type { Readable, Writable } from 'node:stream';

/** A message of the DevTools protocol: an answer (`id`) or an event (`method`). */
interface DevtoolsMessage {
  id?: number;
  method?: string;
  sessionId?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

/** An event that the browser sends without being asked. */
export interface DevtoolsEvent {
  method: string;
  /** Present on events of one page. */
  sessionId: string | undefined;
  params: Record<string, unknown>;
}

/** The DevTools protocol over Chromium's `--remote-debugging-pipe`: JSON, each message ended by a zero byte. */
export interface DevtoolsPipe {
  /** Rejects when the browser refuses, and when it is gone before it answered. */
  send(method: string, params?: object, sessionId?: string): Promise<Record<string, unknown>>;
}

/** Joins the two ends: what is written goes to the browser's descriptor 3, what is read comes from its 4. */
export function openDevtoolsPipe(
  toBrowser: Writable,
  fromBrowser: Readable,
  onEvent: (event: DevtoolsEvent) => void,
): DevtoolsPipe {
  const pending = new Map<
    number,
    { resolve(result: Record<string, unknown>): void; reject(error: Error): void }
  >();
  let lastId = 0;
  let received = '';
  let gone = false;

  const receive = (text: string): void => {
    const message = JSON.parse(text) as DevtoolsMessage;
    if (message.id !== undefined) {
      const waiting = pending.get(message.id);
      pending.delete(message.id);
      if (message.error) waiting?.reject(new Error(message.error.message));
      else waiting?.resolve(message.result ?? {});
    } else if (message.method !== undefined) {
      onEvent({ method: message.method, sessionId: message.sessionId, params: message.params ?? {} });
    }
  };
  const end = (): void => {
    gone = true;
    for (const { reject } of pending.values()) reject(new Error('The browser has ended.'));
    pending.clear();
  };

  fromBrowser.setEncoding('utf8');
  fromBrowser.on('data', (chunk: string) => {
    const parts = (received + chunk).split('\0');
    received = parts.pop() ?? '';
    for (const part of parts) receive(part);
  });
  fromBrowser.once('close', end);
  // A browser that crashes breaks the pipe. Its exit event reports the crash.
  fromBrowser.on('error', end);
  toBrowser.on('error', end);

  return {
    send(method, params = {}, sessionId) {
      return new Promise((resolve, reject) => {
        if (gone) return reject(new Error('The browser has ended.'));
        lastId += 1;
        pending.set(lastId, { resolve, reject });
        const message = { id: lastId, method, params, ...(sessionId === undefined ? {} : { sessionId }) };
        toBrowser.write(`${JSON.stringify(message)}\0`);
      });
    },
  };
}
