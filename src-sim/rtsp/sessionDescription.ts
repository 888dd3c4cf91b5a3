import { framesPerSecond } from '../../src-shared/simulation/frameStrip.ts';
import { unitKind } from '../media/accessUnits.ts';
import type { Clip } from '../media/clip.ts';
import { videoPayloadType } from '../media/clip.ts';

/** The static RTP payload type of G.711 A-law (RFC 3551 table 4). */
export const audioPayloadType = 8;

/** The last part of the control URLs of video and sound. */
export const trackNames = ['trackID=0', 'trackID=1'] as const;

/** What a session description is written from. */
export interface DescriptionInput {
  clip: Clip;
  hasAudio: boolean;
  bitrateKbps: number;
  /** Whether SPS and PPS (and VPS) stand in the description. */
  withParameterSets: boolean;
  /** With it the controls are absolute URLs, else they are relative to Content-Base. */
  absoluteBase?: string;
  serverAddress: string;
  sessionNumber: number;
}

function formatParameters(clip: Clip, withParameterSets: boolean): string {
  const encoded = (unit: Buffer | undefined) => unit?.toString('base64') ?? '';
  if (clip.codec === 'h265') {
    const [vps, sps, pps] = [32, 33, 34].map((type) =>
      clip.parameterSets.find((unit) => (((unit[0] ?? 0) >> 1) & 0x3f) === type),
    );
    return withParameterSets
      ? `sprop-vps=${encoded(vps)}; sprop-sps=${encoded(sps)}; sprop-pps=${encoded(pps)}`
      : 'tx-mode=SRST';
  }
  const sps = clip.parameterSets.find((unit) => ((unit[0] ?? 0) & 0x1f) === 7);
  const profileLevel = sps?.subarray(1, 4).toString('hex').toUpperCase() ?? '';
  const sets = clip.parameterSets.filter((unit) => unitKind('h264', unit).isParameterSet).map(encoded);
  const basics = `packetization-mode=1; profile-level-id=${profileLevel}`;
  return withParameterSets ? `${basics}; sprop-parameter-sets=${sets.join(',')}` : basics;
}

/** Writes the SDP (RFC 4566, RFC 6184 section 8.2, RFC 7798 section 7) that answers DESCRIBE. */
export function describeSession(input: DescriptionInput): string {
  const { clip } = input;
  const control = (track: string) => (input.absoluteBase ? `${input.absoluteBase}${track}` : track);
  const lines = [
    'v=0',
    `o=- ${input.sessionNumber} 1 IN IP4 ${input.serverAddress}`,
    's=Kitchen camera',
    'c=IN IP4 0.0.0.0',
    't=0 0',
    `a=control:${input.absoluteBase ?? '*'}`,
    'a=range:npt=0-',
    `m=video 0 RTP/AVP ${videoPayloadType}`,
    `b=AS:${input.bitrateKbps}`,
    `a=rtpmap:${videoPayloadType} ${clip.codec === 'h265' ? 'H265' : 'H264'}/90000`,
    `a=fmtp:${videoPayloadType} ${formatParameters(clip, input.withParameterSets)}`,
    `a=framerate:${framesPerSecond}`,
    `a=x-dimensions:${clip.width},${clip.height}`,
    `a=control:${control(trackNames[0])}`,
    'a=recvonly',
  ];
  if (input.hasAudio) {
    lines.push(
      `m=audio 0 RTP/AVP ${audioPayloadType}`,
      'b=AS:64',
      `a=rtpmap:${audioPayloadType} PCMA/8000`,
      'a=ptime:20',
      `a=control:${control(trackNames[1])}`,
      'a=recvonly',
    );
  }
  return `${lines.join('\r\n')}\r\n`;
}
