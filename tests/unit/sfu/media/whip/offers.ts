const ice = ['a=ice-ufrag:abcd', 'a=ice-pwd:0123456789abcdef01234567'];
const fingerprint = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`;

/** The lines of a picture's section, as an encoder writes them. */
export const h264Section = [
  'm=video 9 UDP/TLS/RTP/SAVPF 98 96 97',
  'c=IN IP4 0.0.0.0',
  'a=mid:v',
  'a=sendonly',
  'a=rtcp-mux',
  'a=rtpmap:98 H265/90000',
  'a=rtpmap:96 H264/90000',
  'a=fmtp:96 packetization-mode=1;profile-level-id=42c015',
  'a=rtcp-fb:96 nack pli',
  'a=rtcp-fb:96 x-own',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid',
  'a=extmap:2 urn:example:own',
  'a=ssrc-group:FID 1000 1001',
  'a=ssrc:1000 cname:encoder',
  'a=ssrc:1001 cname:encoder',
];
export const opusSection = [
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=mid:a',
  'a=sendonly',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 useinbandfec=1',
  'a=ssrc:2000 cname:encoder',
];

/** An offer of these sections, bundled. */
export function offerOf(
  sections: string[][],
  { bundle = 'a=group:BUNDLE v a', setup = 'actpass' }: { bundle?: string; setup?: string } = {},
): string {
  const transport = [...ice, fingerprint, `a=setup:${setup}`];
  const lines = ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', ...(bundle === '' ? [] : [bundle])];
  for (const section of sections) lines.push(...section, ...transport);
  return `${lines.join('\r\n')}\r\n`;
}
