import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';

const pollMs = 20;
/** Where the system does not report which ports are bound, ffmpeg is given this long to bind its own. */
const blindWaitMs = 700;
/** What comes before ffmpeg listens: the first key picture of a 1080p stream and some pictures after it. */
const maxHeldBytes = 2 * 1024 * 1024;
/** The held packets leave in portions that a default UDP receive buffer takes. */
const portionPackets = 24;
const portionIntervalMs = 4;

/** Packets on their way to a UDP port of this machine that is not open yet. */
export interface Feed {
  write(packet: Buffer): void;
  close(): void;
}

/**
 * Sends packets to a port of 127.0.0.1 as soon as somebody listens there. Until then it keeps copies: what a camera
 * sends first is a key picture, and without it a second and more would pass before the next one.
 */
export function createFeed(port: number): Feed {
  const socket = createSocket('udp4');
  let held: Buffer[] = [];
  let heldBytes = 0;
  let state: 'waiting' | 'draining' | 'passing' | 'closed' = 'waiting';
  let timer: NodeJS.Timeout | undefined;
  const startedAtMs = performance.now();
  // ffmpeg closes its port when it ends; its end is reported by its process.
  socket.on('error', () => undefined);

  const later = (delayMs: number, step: () => void): void => {
    if (state !== 'closed') timer = setTimeout(step, delayMs);
  };
  const drain = (): void => {
    if (state === 'closed') return;
    for (const packet of held.splice(0, portionPackets)) socket.send(packet);
    if (held.length > 0) later(portionIntervalMs, drain);
    else state = 'passing';
  };
  const poll = (): void => {
    void isUdpPortBound(port).then((bound) => {
      if (state !== 'waiting') return;
      if (bound ?? performance.now() - startedAtMs > blindWaitMs) {
        state = 'draining';
        socket.connect(port, '127.0.0.1', drain);
      } else later(pollMs, poll);
    });
  };
  later(pollMs, poll);

  return {
    write(packet) {
      if (state === 'passing') return socket.send(packet);
      if (state === 'closed') return;
      heldBytes += packet.length;
      if (state === 'waiting' && heldBytes > maxHeldBytes) {
        held = [];
        heldBytes = packet.length;
      }
      held.push(Buffer.from(packet));
    },
    close() {
      if (state === 'closed') return;
      state = 'closed';
      clearTimeout(timer);
      held = [];
      socket.close();
    },
  };
}

/** Whether a UDP port of this machine is bound; undefined where the system has no such list. */
async function isUdpPortBound(port: number): Promise<boolean | undefined> {
  try {
    const table = await readFile('/proc/net/udp', 'latin1');
    return table.includes(`:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 `);
  } catch {
    return undefined;
  }
}
