import { createSocket } from 'node:dgram';
import type { Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';

/** How a track's packets reach the client. */
export type TrackTransport =
  | { kind: 'interleaved'; rtpChannel: number; rtcpChannel: number }
  | { kind: 'datagrams'; address: string; rtpPort: number; rtcpPort: number };

/**
 * Picks the first offer of a Transport header (RFC 2326 section 12.39) that the server can serve; `undefined` when
 * there is none. `freeChannel` is used where the client leaves the choice of channels to the server.
 */
export function chooseTransport(
  header: string,
  address: string,
  freeChannel: number,
): TrackTransport | undefined {
  for (const offer of header.split(',')) {
    const [protocol = '', ...parameters] = offer.split(';').map((part) => part.trim());
    const pair = (name: string): [number, number] | undefined => {
      const match = parameters
        .map((text) => new RegExp(`^${name}=(\\d{1,5})(?:-(\\d{1,5}))?$`).exec(text))
        .find(Boolean);
      return match ? [Number(match[1]), Number(match[2] ?? Number(match[1]) + 1)] : undefined;
    };
    if (parameters.includes('multicast')) continue;
    if (/^RTP\/AVP\/TCP$/i.test(protocol)) {
      const [rtpChannel, rtcpChannel] = pair('interleaved') ?? [freeChannel, freeChannel + 1];
      if (Math.max(rtpChannel, rtcpChannel) <= 255) return { kind: 'interleaved', rtpChannel, rtcpChannel };
    } else if (/^RTP\/AVP(\/UDP)?$/i.test(protocol)) {
      const ports = pair('client_port');
      if (ports && ports.every((port) => port > 0 && port < 65_536)) {
        return { kind: 'datagrams', address, rtpPort: ports[0], rtcpPort: ports[1] };
      }
    }
  }
  return undefined;
}

/** The pair of UDP ports that all clients' datagrams leave from: an even one for RTP, the next one for RTCP. */
export interface DatagramPorts {
  rtpPort: number;
  rtcpPort: number;
  sendRtp(packet: Buffer, port: number, address: string): void;
  sendRtcp(packet: Buffer, port: number, address: string): void;
  close(): void;
}

async function bind(host: string, port: number): Promise<DatagramSocket | undefined> {
  const socket = createSocket({ type: 'udp4', sendBufferSize: 1_048_576 });
  socket.bind(port, host);
  try {
    await once(socket, 'listening');
    return socket;
  } catch {
    socket.close();
    return undefined;
  }
}

/** Opens the pair. `onReport` is called with the address and port of each client that sends something to the RTCP port. */
export async function openDatagramPorts(
  host: string,
  onReport: (address: string, port: number) => void,
): Promise<DatagramPorts> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const rtp = await bind(host, 0);
    if (!rtp) break;
    const rtpPort = rtp.address().port;
    const rtcp = rtpPort % 2 === 0 ? await bind(host, rtpPort + 1) : undefined;
    if (!rtcp) {
      rtp.close();
      continue;
    }
    for (const socket of [rtp, rtcp]) socket.on('error', () => undefined); // a client that is gone is no fault of ours
    rtcp.on('message', (_packet, from) => onReport(from.address, from.port));
    const ignore = () => undefined;
    return {
      rtpPort,
      rtcpPort: rtpPort + 1,
      sendRtp: (packet, port, address) => rtp.send(packet, port, address, ignore),
      sendRtcp: (packet, port, address) => rtcp.send(packet, port, address, ignore),
      close: () => {
        rtp.close();
        rtcp.close();
      },
    };
  }
  throw new Error(`no pair of UDP ports is free on ${host}`);
}
