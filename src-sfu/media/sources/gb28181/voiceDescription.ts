import type { MediaWay } from '../../../features/recorders/recorders.ports.ts';
import { mediaAddress } from './gbSessionDescription.ts';

/** How a device takes sound, as its session description says. */
export interface VoiceTaken {
  port: number;
  /** From where we stand: `tcpPassive` where the device connects to us. */
  way: MediaWay;
  payloadType: number;
  /** The SSRC that it asks for; undefined where it names none that can be one. */
  ssrc: number | undefined;
  /** The address that it names for its sound, if any: believed of platforms alone, for that of a device is often one of its own network. */
  address?: string | undefined;
}

const maxLines = 100;

/** What a device says of the sound that it takes; undefined when it takes no G.711 A-law. */
export function readVoice(body: Buffer): VoiceTaken | undefined {
  const lines = body.subarray(0, 8_192).toString('latin1').split('\n', maxLines);
  const find = (form: RegExp): RegExpExecArray | undefined => {
    for (const line of lines) {
      const match = form.exec(line);
      if (match !== null) return match;
    }
    return undefined;
  };
  const form = /^m=audio (\d{1,5}) (TCP\/)?RTP\/AVP((?: \d{1,3}){1,16})\s*$/i;
  const media = find(form);
  if (media === undefined) return undefined;
  const types = (media[3] ?? '').trim().split(' ').map(Number);
  const mapped = find(/^a=rtpmap:(\d{1,3}) PCMA\/8000/i);
  const payloadType = types.includes(8) ? 8 : Number(mapped?.[1] ?? Number.NaN);
  if (!types.includes(payloadType) || payloadType > 127) return undefined;
  // Without `a=setup` the side that makes the offer connects (RFC 4145, 4).
  const isPassive = find(/^a=setup:passive/i) !== undefined;
  const way = media[2] === undefined ? 'udp' : isPassive ? 'tcpActive' : 'tcpPassive';
  const ssrc = Number(find(/^y=(\d{1,10})/)?.[1] ?? Number.NaN);
  return {
    port: Number(media[1]),
    way,
    payloadType,
    ssrc: ssrc > 0 && ssrc < 2 ** 32 ? ssrc : undefined,
    address: mediaAddress(
      lines,
      lines.findIndex((line) => form.test(line)),
    ),
  };
}

/** Our side of a voice: the offer of a talk, or the answer to a broadcast. */
export function writeVoice(voice: {
  platformId: string;
  /** Where we are. */
  address: string;
  port: number;
  way: MediaWay;
  /** `Talk` asks for both directions, as its devices want it; what comes is thrown away. */
  session: 'Play' | 'Talk';
  payloadType: number;
  ssrc: string | undefined;
}): Buffer {
  const { platformId, address, port, way, session, payloadType, ssrc } = voice;
  const isTcp = way !== 'udp';
  const lines = [
    'v=0',
    `o=${platformId} 0 0 IN IP4 ${address}`,
    `s=${session}`,
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${port} ${isTcp ? 'TCP/RTP/AVP' : 'RTP/AVP'} ${payloadType}`,
    session === 'Talk' ? 'a=sendrecv' : 'a=sendonly',
    `a=rtpmap:${payloadType} PCMA/8000`,
    ...(isTcp ? [`a=setup:${way === 'tcpPassive' ? 'passive' : 'active'}`, 'a=connection:new'] : []),
    ...(ssrc === undefined ? [] : [`y=${ssrc}`]),
    'f=v/////a/1/8/1',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1');
}
