import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** First and last port that may be taken. */
export interface PortRange {
  first: number;
  last: number;
}

/** Another program, or another stream of the hub, has every port of the range. */
export class PortsTakenError extends Error {}

/** A port cannot be opened, and not because it is taken: another port would not open either. The message says the cause. */
export class PortError extends Error {}

/** Who may send to a port that was opened. */
export interface PortPlace {
  port: number;
  /** The address of this machine at which it is opened. */
  host: string;
}

/**
 * Opens the first free port of a range, beginning anywhere in it. `open` rejects with the system's error. A port that the system keeps
 * for itself (EACCES, such as the excluded ranges of Windows) is passed over as a taken one is. Rejects with `PortsTakenError` when no
 * port is left, and with `PortError` at the first error of another kind or where the system gives none of the range.
 */
export async function takePort<Opened>(
  { first, last }: PortRange,
  open: (port: number) => Promise<Opened>,
): Promise<Opened> {
  const count = last - first + 1;
  const start = Math.floor(Math.random() * count);
  let denied: { port: number; error: unknown } | undefined;
  let isAnyTaken = false;
  for (let tried = 0; tried < count; tried += 1) {
    const port = first + ((start + tried) % count);
    try {
      return await open(port);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE') isAnyTaken = true;
      else if (code === 'EACCES') denied = { port, error };
      else throw portError(port, error);
    }
  }
  if (denied !== undefined && !isAnyTaken) throw portError(denied.port, denied.error);
  throw new PortsTakenError(
    `All ports from ${first} to ${last} for recorders are taken. Widen gb28181MediaPorts (MINGCHU_GB28181_MEDIA_PORTS).`,
  );
}

function portError(port: number, error: unknown): PortError {
  return new PortError(`Port ${port} for media cannot be opened: ${(error as Error).message}.`, {
    cause: error,
  });
}

/** A bound UDP socket. Rejects with the system's error; errors that come later are ignored. */
export async function bindUdp(
  { port, host }: PortPlace,
  options: { recvBufferSize?: number } = {},
): Promise<UdpSocket> {
  const socket = createSocket({ type: 'udp4', ...options });
  try {
    socket.bind(port, host);
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('error', () => undefined);
  return socket;
}

/** A listening TCP server. Rejects with the system's error; errors that come later are ignored. */
export async function listenTcp(
  { port, host }: PortPlace,
  onConnection: (socket: Socket) => void,
): Promise<Server> {
  const server = createServer(onConnection);
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    server.close();
    throw error;
  }
  server.on('error', () => undefined);
  return server;
}
