import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type ReceivingWay = 'udp' | 'tcpPassive' | 'tcpActive';

/** Where an upper platform receives the pictures of one call. `tcpPassive`: it listens; `tcpActive`: it connects. */
export interface UpperReceiver {
  port: number;
  /** The answer names the other side's port. */
  answered(port: number): void;
  close(): void;
}

export async function openReceiver(
  way: ReceivingWay,
  address: string,
  onPacket: (packet: Buffer) => void,
): Promise<UpperReceiver> {
  if (way === 'udp') {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024 });
    socket.on('message', onPacket);
    socket.bind(0, address);
    await once(socket, 'listening');
    let isClosed = false;
    return {
      port: socket.address().port,
      answered: () => undefined,
      close() {
        if (!isClosed) socket.close();
        isClosed = true;
      },
    };
  }
  let connection: Socket | undefined;
  const read = (socket: Socket): void => {
    connection = socket;
    let held = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const end = 2 + held.readUInt16BE(0);
        onPacket(held.subarray(2, end));
        held = held.subarray(end);
      }
    });
  };
  if (way === 'tcpActive')
    return {
      port: 9,
      answered: (port) => read(connect(port, address)),
      close: () => connection?.destroy(),
    };
  const server = createServer(read).listen(0, address);
  await once(server, 'listening');
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : 0,
    answered: () => undefined,
    close() {
      connection?.destroy();
      server.close();
    },
  };
}
