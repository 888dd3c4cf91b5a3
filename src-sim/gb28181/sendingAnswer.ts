import type { RecorderHabits } from './recorderHabits.ts';

/** The session description with which a recorder agrees to send. */
export function sendingAnswer(sending: {
  recorderId: string;
  /** The offer. */
  offer: string;
  port: number;
  /** As the offer names it, such as `TCP/RTP/AVP`. */
  transport: string;
  way: 'udp' | 'tcpPassive' | 'tcpActive';
  habits: RecorderHabits;
}): string {
  const { recorderId, offer, port, transport, way, habits } = sending;
  const ssrc = saidSsrc(offer, habits);
  // Behind a router, a device names the address of its own network.
  const named = habits.mediaServer ?? '192.168.1.64';
  const lines = [
    'v=0',
    `o=${recorderId} 0 0 IN IP4 ${named}`,
    offer.includes('s=Playback') ? 's=Playback' : 's=Play',
    `c=IN IP4 ${named}`,
    't=0 0',
    `m=video ${port} ${transport} 96`,
    'a=sendonly',
    'a=rtpmap:96 PS/90000',
    ...(way === 'udp' ? [] : [`a=setup:${way === 'tcpPassive' ? 'active' : 'passive'}`]),
    ...(ssrc === undefined ? [] : [`y=${ssrc}`]),
    '',
  ];
  return lines.join('\r\n');
}

function saidSsrc(offer: string, { saysSsrc }: RecorderHabits): string | undefined {
  switch (saysSsrc) {
    case 'none':
      return undefined;
    case 'zero':
      return '0';
    case 'nineDigits':
      return '200000001';
    case 'other':
      return '0999999999';
    default:
      return /^y=(\d+)/m.exec(offer)?.[1];
  }
}
