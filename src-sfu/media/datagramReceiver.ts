import { createRequire } from 'node:module';
import { isIPv4 } from 'node:net';
import { dirname, join } from 'node:path';
import { getSystemErrorName } from 'node:util';
import { bindUdp, type PortPlace } from './portRange.ts';

/** A port that receives datagrams. */
export interface DatagramPort {
  /** Datagrams of this IPv4 address are taken as well, from now on. */
  hear(address: string): void;
  close(): void;
}

export interface DatagramPortOptions extends PortPlace {
  /** Datagrams of other addresses are thrown away, but for one that is named to `hear`. */
  from: string;
  /** What the system holds for this port while the hub is busy. */
  receiveBufferBytes: number;
  /** The bytes are to be kept by `keptBytes` alone: their memory may be used again. `isOther`: of the address that `hear` was given. */
  onDatagram(datagram: Buffer, isOther: boolean): void;
}

/** The part that is compiled for Linux: `scripts/datagram-receiver/receiver.cc`. */
interface CompiledReceiver {
  version: number;
  start(memory: Buffer, table: Int32Array, onDatagrams: (count: number) => void): void;
  open(number: number, host: string, port: number, receiveBytes: number, from: string): number;
  hear(number: number, address: string): void;
  close(number: number): void;
}

/** The numbers of `receiver.cc`. */
const version = 2;
const slots = 64;
const slotBytes = 65_536 + 576;
const tableColumns = 4;
/** Beside the media worker, in the cache of a checkout as in a packaged hub. */
const fileName = 'datagram-receiver.node';

/** Opens a port by the compiled receiver, or by Node's own sockets where there is none. Rejects with the system's error. */
export type OpenDatagramPort = (options: DatagramPortOptions) => Promise<DatagramPort>;

/** How the ports of this process receive. */
export type DatagramWay = 'compiled' | 'node';

let opener: OpenDatagramPort | undefined;

/**
 * Opens a port in the way that is best on this machine; the compiled receiver is loaded by the first call, which gives the way to
 * `onWay`. Rejects with the system's error.
 */
export function openDatagramPort(
  options: DatagramPortOptions & { onWay?: (way: DatagramWay) => void },
): Promise<DatagramPort> {
  if (opener === undefined) {
    const compiled = compiledReceiver(process.env.MEDIASOUP_WORKER_BIN);
    opener = compiled ?? openByNode;
    options.onWay?.(compiled === undefined ? 'node' : 'compiled');
  }
  return opener(options);
}

/** Ports of the compiled receiver that lies beside this media worker; undefined where there is none that can be used. */
export function compiledReceiver(mediaWorker: string | undefined): OpenDatagramPort | undefined {
  if (process.platform !== 'linux' || mediaWorker === undefined || mediaWorker === '') return undefined;
  const listeners = new Map<number, DatagramPortOptions['onDatagram']>();
  const memory = Buffer.allocUnsafeSlow(slots * slotBytes);
  const table = new Int32Array(slots * tableColumns);
  let compiled: CompiledReceiver;
  let lastNumber = 0;
  try {
    compiled = createRequire(import.meta.url)(join(dirname(mediaWorker), fileName)) as CompiledReceiver;
    if (compiled.version !== version) return undefined;
    compiled.start(memory, table, (count) => {
      for (let row = 0; row < count * tableColumns; row += tableColumns) {
        const start = table[row + 1]! * slotBytes;
        // One that was closed by a datagram before this one hears nothing.
        listeners.get(table[row]!)?.(memory.subarray(start, start + table[row + 2]!), table[row + 3] === 1);
      }
    });
  } catch {
    return undefined;
  }
  return (options) => {
    const { host, port, from, receiveBufferBytes, onDatagram } = options;
    if (!isIPv4(host) || !isIPv4(from)) return openByNode(options);
    lastNumber += 1;
    const number = lastNumber;
    const error = compiled.open(number, host, port, receiveBufferBytes, from);
    if (error !== 0) return Promise.reject(systemError(error, options));
    listeners.set(number, onDatagram);
    return Promise.resolve({
      hear: (address) => compiled.hear(number, address),
      close() {
        if (listeners.delete(number)) compiled.close(number);
      },
    });
  };
}

/** A port of Node's own: one call into the kernel and one into JavaScript for each datagram. Rejects with the system's error. */
export async function openByNode(options: DatagramPortOptions): Promise<DatagramPort> {
  const { host, port, from, receiveBufferBytes, onDatagram } = options;
  const socket = await bindUdp({ port, host }, { recvBufferSize: receiveBufferBytes });
  let isClosed = false;
  let other: string | undefined;
  socket.on('message', (datagram, sender) => {
    const isOther = sender.address !== from;
    if (datagram.length > 0 && (!isOther || sender.address === other)) onDatagram(datagram, isOther);
  });
  return {
    hear: (address) => void (other = address),
    close() {
      if (!isClosed) socket.close();
      isClosed = true;
    },
  };
}

/** As Node's own sockets name it. */
function systemError(number: number, { host, port }: PortPlace): NodeJS.ErrnoException {
  const code = getSystemErrorName(number);
  return Object.assign(new Error(`bind ${code} ${host}:${port}`), { code, errno: number });
}
