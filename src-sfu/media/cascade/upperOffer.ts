import type { UpperView } from '../../../src-shared/cascade/cascade.protocol.ts';
import { isAnotherMachine, isOneMachine } from '../sources/gb28181/mediaPlaces.ts';

/** What an upper platform asks for in its INVITE. */
export interface UpperOffer {
  /** Where pictures go. */
  address: string;
  port: number;
  way: UpperView['way'];
  /** The number that stands for program streams in its offer. */
  payloadType: number;
  ssrc: number;
  /** The large or the small picture, where it names one. */
  stream?: 'main' | 'sub';
  /** By `tcpPassive`, whether a connection from this address is the platform's; left out: only one from `address`. */
  mayConnect?(address: string): boolean;
}

const maxLines = 100;
const maxBytes = 8_192;

/** Reads a session description; undefined when it asks for no live picture that can be sent: a recording, another format, no address. */
export function readUpperOffer(body: Buffer): UpperOffer | undefined {
  const lines = body
    .subarray(0, maxBytes)
    .toString('latin1')
    .split('\n', maxLines)
    .map((line) => line.trim());
  const valueOf = (form: RegExp): string | undefined =>
    lines.map((line) => form.exec(line)?.[1]).find((value) => value !== undefined);
  if (valueOf(/^s=(\S{1,32})$/)?.toLowerCase() !== 'play') return undefined;
  const media = lines
    .map((line) => /^m=video (\d{1,5}) (TCP\/)?RTP\/AVP\b/i.exec(line))
    .find((match) => match !== null);
  const address = valueOf(/^c=IN IP4 ([\d.]{7,15})\b/i);
  if (media === undefined || media === null || address === undefined || !isOneMachine(address))
    return undefined;
  const port = Number(media[1]);
  const setup = valueOf(/^a=setup:(\w{1,12})$/i)?.toLowerCase();
  const way = media[2] === undefined ? 'udp' : setup === 'active' ? 'tcpPassive' : 'tcpActive';
  // A platform that connects to us needs no port of its own (RFC 4145, 4.1).
  if (port > 65_535 || (port < 1 && way !== 'tcpPassive')) return undefined;
  const named = Number(valueOf(/^a=rtpmap:(\d{1,3}) PS\/90000/i) ?? 96);
  const payloadType = named >= 0 && named <= 127 ? named : 96;
  const ssrc = Number(valueOf(/^y=(\d{1,10})$/i) ?? 0) >>> 0;
  const stream = streamOf(valueOf);
  return { address, port, way, payloadType, ssrc, ...(stream === undefined ? {} : { stream }) };
}

/** By the edition of 2022 and by what makers wrote before it: 0 is the large picture, 1 the small one. */
function streamOf(valueOf: (form: RegExp) => string | undefined): UpperOffer['stream'] {
  const number = valueOf(/^a=(?:streamnumber|streamprofile|stream):\s*(\d{1,2})$/i);
  if (number !== undefined) return number === '0' ? 'main' : 'sub';
  const word = valueOf(/^a=streamMode:\s*(main|sub)$/i)?.toLowerCase();
  return word === 'main' || word === 'sub' ? word : undefined;
}

/**
 * Whether pictures may go to an address that a platform names: to its own, and to those that were entered as its media servers,
 * but to nothing of this machine.
 */
export function mayReceive(
  address: string,
  platform: { address: string; mediaAddresses: readonly string[] },
  isOwn: (address: string) => boolean,
): boolean {
  if (address === platform.address) return true;
  return platform.mediaAddresses.includes(address) && isAnotherMachine(address, isOwn);
}

/** The answer: the hub sends. The lines are in the order that older platforms ask for, `y` and `f` at the end. */
export function writeUpperAnswer(answer: {
  gbId: string;
  address: string;
  port: number;
  offer: UpperOffer;
  ssrc: number;
}): Buffer {
  const { gbId, address, port, offer, ssrc } = answer;
  const { way, payloadType } = offer;
  const lines = [
    'v=0',
    `o=${gbId} 0 0 IN IP4 ${address}`,
    's=Play',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=video ${port} ${way === 'udp' ? '' : 'TCP/'}RTP/AVP ${payloadType}`,
    'a=sendonly',
    `a=rtpmap:${payloadType} PS/90000`,
    ...(way === 'udp' ? [] : [`a=setup:${way === 'tcpActive' ? 'active' : 'passive'}`, 'a=connection:new']),
    `y=${String(ssrc).padStart(10, '0')}`,
    'f=',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1');
}
