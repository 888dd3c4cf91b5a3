import type { SimulatedEar } from '../cameras/camera.ts';

/** How ONVIF asks for the way back (Streaming Specification, 5.3.1). */
const feature = 'www.onvif.org/ver20/backchannel';
/** The last part of the control URL of the loudspeaker. */
export const earTrackName = 'trackID=2';

/** Whether a request wants the way back. */
export function asksBackChannel(require: string | undefined): boolean {
  return require?.toLowerCase().includes(feature) ?? false;
}

/** Whether the way back begins by this method. */
export function startsEar({ habit }: SimulatedEar, method: string): boolean {
  if (habit === 'refusesPlay') return false;
  return method === (habit === 'needsRecord' ? 'RECORD' : 'PLAY');
}

/** The lines of a session description that offer it. */
export function describeEar(control: string): string {
  const lines = ['m=audio 0 RTP/AVP 0 8', 'a=rtpmap:0 PCMU/8000', 'a=rtpmap:8 PCMA/8000'];
  return [...lines, `a=control:${control}`, 'a=sendonly', ''].join('\r\n');
}
