import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Ports that are tried, spread over the range. */
const triedPorts = 8;

/**
 * Whether none of the tried ports of a range can be had by UDP and TCP: another program has them. Where the hub itself uses many of a
 * large range, some of the tried ones are still free.
 */
export async function areTaken(
  host: string,
  { first, last }: { first: number; last: number },
): Promise<boolean> {
  const count = Math.min(triedPorts, last - first + 1);
  for (let tried = 0; tried < count; tried += 1) {
    const port = first + Math.floor((tried * (last - first)) / Math.max(1, count - 1));
    if (await isFree(host, port)) return false;
  }
  return true;
}

async function isFree(host: string, port: number): Promise<boolean> {
  const udp = createSocket('udp4');
  const tcp = createServer();
  try {
    udp.bind(port, host);
    await once(udp, 'listening');
    tcp.listen(port, host);
    await once(tcp, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    udp.close();
    tcp.close();
  }
}
