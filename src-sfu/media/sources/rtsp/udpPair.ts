import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { ReorderBuffer } from '../../ingest/reorderBuffer.ts';
import { RtspError } from './rtspErrors.ts';

/** The two sockets of one track over UDP. */
export interface UdpPair {
  rtp: UdpSocket;
  rtcp: UdpSocket;
  /** Of RTP; RTCP has the next one. */
  port: number;
  reorder: ReorderBuffer;
}

const udpTries = 20;
/** Room for the burst of a large key picture. */
const udpReceiveBufferBytes = 1024 * 1024;

/** An even port for RTP and the next one for RTCP (RFC 3550, 11). Rejects with RtspError. */
export async function openUdpPair(isIpv6: boolean, deliver: (packet: Buffer) => void): Promise<UdpPair> {
  const type = isIpv6 ? 'udp6' : 'udp4';
  for (let tries = 0; tries < udpTries; tries += 1) {
    const rtp = createSocket({ type, recvBufferSize: udpReceiveBufferBytes });
    const rtcp = createSocket({ type });
    try {
      rtp.bind(0);
      await once(rtp, 'listening');
      const { port } = rtp.address();
      if (port % 2 === 0) {
        rtcp.bind(port + 1);
        await once(rtcp, 'listening');
        rtp.on('error', () => undefined);
        rtcp.on('error', () => undefined);
        return { rtp, rtcp, port, reorder: new ReorderBuffer(deliver) };
      }
    } catch {
      // The neighbour port is taken: another pair is tried.
    }
    rtp.close();
    rtcp.close();
  }
  throw new RtspError('protocolError', 'No pair of free UDP ports was found on this machine.');
}

export function closeUdpPair(pair: UdpPair): void {
  pair.reorder.close();
  pair.rtp.close();
  pair.rtcp.close();
}
