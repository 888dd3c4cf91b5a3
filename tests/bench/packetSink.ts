/**
 * A process of its own that takes datagrams on so many ports and never reads them: the kernel receives and forgets, so
 * that thousands of receivers cost the bench no processor time. `node packetSink.ts 24` sends its port numbers over IPC.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const ports: number[] = [];
for (let count = Number(process.argv[2] ?? 1); count > 0; count -= 1) {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  ports.push(socket.address().port);
}
process.send?.(ports, () => {
  // From here on nothing is read: this thread never wakes again, until the process is killed.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
