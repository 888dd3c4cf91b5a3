import { io, type Socket } from 'socket.io-client';
import * as messagePackParser from 'socket.io-msgpack-parser';
import type { Ack } from '../../src-shared/protocol/define.ts';
import {
  protocolVersion,
  type HubToSurfaceEvents,
  type InputOf,
  type NoticeName,
  type NoticeOf,
  type OutputOf,
  type RequestName,
  type SurfaceToHubEvents,
} from '../../src-shared/protocol/index.ts';
import { administratorCookie } from './testAccount.ts';

/** A bare surface on a real socket, for tests of the hub. */
export interface SurfaceClient {
  socket: Socket<HubToSurfaceEvents, SurfaceToHubEvents>;
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  /** Sends any input, also a wrong one, under the name of a request that exists. */
  requestAnything(name: RequestName, ...rest: unknown[]): Promise<Ack<unknown>>;
  /** Sends a message of a name that the hub does not know. */
  requestUnknown(name: string, ...rest: unknown[]): Promise<Ack<unknown>>;
  /** Notices so far, in order. */
  notices: { name: NoticeName; sequence: number; payload: unknown }[];
  noticesOf<Name extends NoticeName>(name: Name): NoticeOf<Name>[];
  close(): void;
}

/**
 * Connects to a hub, signed in as the administrator of tests: not as a phone, and not with a cookie of its own (`cookie: ''` is
 * nobody's). Rejects with the hub's refusal.
 */
export function connectSurface(
  url: string,
  auth: Record<string, unknown> = { protocolVersion },
  extraHeaders: Record<string, string> = {},
): Promise<SurfaceClient> {
  const socket: Socket<HubToSurfaceEvents, SurfaceToHubEvents> = io(url, {
    parser: messagePackParser,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    auth,
    extraHeaders:
      'cookie' in extraHeaders || 'isPhone' in auth
        ? extraHeaders
        : { ...extraHeaders, cookie: administratorCookie },
  });
  const notices: SurfaceClient['notices'] = [];
  socket.onAny((name: NoticeName, sequence: number, payload: unknown) =>
    notices.push({ name, sequence, payload }),
  );
  const requestUnknown = (name: string, ...rest: unknown[]): Promise<Ack<unknown>> =>
    (socket as Socket).timeout(10_000).emitWithAck(name, ...rest) as Promise<Ack<unknown>>;
  /** A refusal of a request that does not exist says nothing about the hub, so it fails the test. */
  const requestKnown = async (name: string, ...rest: unknown[]): Promise<Ack<unknown>> => {
    const answer = await requestUnknown(name, ...rest);
    if (!answer.ok && answer.code === 'unknown_request') throw new Error(`The hub knows no request ${name}.`);
    return answer;
  };
  const client: SurfaceClient = {
    socket,
    request: (name, input) => requestKnown(name, input) as never,
    requestAnything: requestKnown,
    requestUnknown,
    notices,
    noticesOf: (name) =>
      notices.filter((notice) => notice.name === name).map((notice) => notice.payload) as never,
    close: () => void socket.disconnect(),
  };
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(client));
    socket.once('connect_error', (error) => {
      socket.disconnect();
      reject(error);
    });
  });
}
