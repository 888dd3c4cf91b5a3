import { io, type Socket } from 'socket.io-client';
import * as messagePackParser from 'socket.io-msgpack-parser';
import { refuse } from '../../src-shared/protocol/define.ts';
import type { Ack } from '../../src-shared/protocol/define.ts';
import type {
  Handshake,
  HandshakeRefusal,
  InputOf,
  NoticeName,
  NoticeOf,
  OutputOf,
  RequestName,
} from '../../src-shared/protocol/index.ts';
import { protocolVersion } from '../../src-shared/protocol/version.ts';

/** A notice with the type its name says. */
export type Notice = { [Name in NoticeName]: { name: Name; payload: NoticeOf<Name> } }[NoticeName];

/** A connection to the hub that comes back by itself until it is closed. */
export interface HubClient {
  /** `unavailable` without a connection, `timeout` without an answer. */
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  close(): void;
}

export interface HubClientOptions {
  hubUrl: string;
  /** What the client declares about itself in the handshake, beside the version. */
  who: Pick<Handshake, 'isPhone'>;
  /** A key of the hub; a phone has none. */
  key?: string;
  /** Sent with the handshake, such as a cookie. */
  headers?: Record<string, string>;
  /** Each time that there is a connection; the hub holds nothing of an older one. */
  onConnected(): void;
  onLost?(): void;
  onNotice?(notice: Notice): void;
  /** The hub lets nobody in like this; it is tried again. */
  onRefused?(refusal: HandshakeRefusal): void;
}

const answerMs = 10_000;
/** socket.io does not come back by itself from a refusal, nor when the hub ended the connection. */
const againMs = 3_000;

export function connectHubClient(options: HubClientOptions): HubClient {
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  const socket: Socket = io(options.hubUrl, {
    auth: { protocolVersion, ...options.who },
    extraHeaders: {
      ...options.headers,
      ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
    },
    parser: messagePackParser,
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 300,
    reconnectionDelayMax: 3_000,
  });
  const connectLater = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!isClosed) socket.connect();
    }, againMs);
  };
  socket.on('connect', () => options.onConnected());
  socket.on('disconnect', (reason) => {
    if (isClosed) return;
    options.onLost?.();
    if (reason === 'io server disconnect') connectLater();
  });
  socket.on('connect_error', (error: Error & { data?: HandshakeRefusal }) => {
    if (error.data?.code === undefined) return;
    options.onRefused?.(error.data);
    connectLater();
  });
  // The names and shapes are the hub's to keep: what it sends is typed there.
  socket.onAny((name: string, _sequence: number, payload: unknown) =>
    options.onNotice?.({ name, payload } as Notice),
  );
  return {
    request(name, input) {
      if (!socket.connected)
        return Promise.resolve(
          refuse('unavailable', 'The hub is not connected.', { reason: 'session.not_connected' }),
        );
      return new Promise((resolve) => {
        socket.timeout(answerMs).emit(name, input, (error: Error | null, answer: Ack<never>) => {
          resolve(
            error === null
              ? answer
              : refuse('timeout', 'The hub did not answer in time.', { reason: 'session.no_answer' }),
          );
        });
      });
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      socket.disconnect();
    },
  };
}
