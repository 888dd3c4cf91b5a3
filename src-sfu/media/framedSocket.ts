import type { Socket } from 'node:net';

/** Writes one RTP packet on a connection, with two bytes of length before it (RFC 4571). */
export function writeFramed(socket: Socket, packet: Buffer): void {
  const length = Buffer.allocUnsafe(2);
  length.writeUInt16BE(packet.length);
  socket.cork();
  socket.write(length);
  socket.write(packet);
  process.nextTick(() => socket.uncork());
}
