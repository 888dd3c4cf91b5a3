import type { MediaWay } from '../../../features/recorders/recorders.ports.ts';
import { isOneMachine } from './mediaPlaces.ts';

export interface MediaOffer {
  platformId: string;
  /** Where we listen. */
  address: string;
  port: number;
  way: MediaWay;
  /** Ten digits: what the device is asked to use as its SSRC. */
  ssrc: string;
  /** A line of the maker's own, without `a=`, such as `streamnumber:1`. */
  line?: string | undefined;
  /** What was recorded is asked for, from and to in Unix seconds. */
  recorded?: { channelId: string; from: number; to: number } | undefined;
}

/** An offer of the kind that devices take: the lines in this order, `y=` and `f=` at the end. */
export function writeOffer(offer: MediaOffer): Buffer {
  const { platformId, address, port, way, ssrc, line, recorded } = offer;
  const isTcp = way !== 'udp';
  const lines = [
    'v=0',
    `o=${platformId} 0 0 IN IP4 ${address}`,
    recorded === undefined ? 's=Play' : 's=Playback',
    ...(recorded === undefined ? [] : [`u=${recorded.channelId}:0`]),
    `c=IN IP4 ${address}`,
    recorded === undefined ? 't=0 0' : `t=${recorded.from} ${recorded.to}`,
    `m=video ${port} ${isTcp ? 'TCP/RTP/AVP' : 'RTP/AVP'} 96`,
    'a=recvonly',
    'a=rtpmap:96 PS/90000',
    ...(line === undefined ? [] : [`a=${line}`]),
    ...(isTcp ? [`a=setup:${way === 'tcpPassive' ? 'passive' : 'active'}`, 'a=connection:new'] : []),
    `y=${ssrc}`,
    'f=',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1');
}

export interface MediaAnswer {
  /** The port the device sends from; 0 when it takes no picture off our hands. */
  port: number;
  /** Name of what the payload type that we offered carries, such as `PS`; undefined when it says nothing. */
  encoding: string | undefined;
  /** The address of one machine that it names for its media; undefined without one. */
  address: string | undefined;
}

const maxLines = 100;

const connectionForm = /^c=IN IP4 ([\d.]{7,15})\b/i;

/** What matters of a device's answer; undefined when it is no session description with a picture. Nothing else is believed. */
export function readAnswer(body: Buffer): MediaAnswer | undefined {
  const lines = body.subarray(0, 8_192).toString('latin1').split('\n', maxLines);
  const form = /^m=video (\d{1,5}) /;
  const at = lines.findIndex((line) => form.test(line));
  const media = form.exec(lines[at] ?? '');
  if (media === null) return undefined;
  const mapped = lines
    .map((line) => /^a=rtpmap:96 ([\w.-]{1,32})\//i.exec(line))
    .find((match) => match !== null);
  return { port: Number(media[1]), encoding: mapped?.[1]?.toUpperCase(), address: mediaAddress(lines, at) };
}

/** The address that a session description names for the medium whose line is at this place: its own, or the one of all media. */
export function mediaAddress(lines: readonly string[], at: number): string | undefined {
  return [...lines.slice(at), ...lines.slice(0, at)]
    .map((line) => connectionForm.exec(line)?.[1])
    .find((address) => address !== undefined && isOneMachine(address));
}
