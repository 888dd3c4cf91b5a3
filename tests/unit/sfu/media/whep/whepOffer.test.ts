import { describe, expect, it } from 'vitest';
import { writeWhepAnswer } from '../../../../../src-sfu/media/whep/whepAnswer.ts';
import { readWhepOffer } from '../../../../../src-sfu/media/whep/whepOffer.ts';
import type { TransportDescription } from '../../../../../src-shared/media/media.protocol.ts';

const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
const path = `a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 ${fingerprint}\r\na=setup:actpass\r\n`;
const head = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n';
const picture = (codecs: string, more = 'a=recvonly\r\na=rtcp-mux\r\n'): string =>
  `m=video 9 UDP/TLS/RTP/SAVPF 96 103 109\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n${path}${more}${codecs}`;
const sound = `m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\n${path}a=recvonly\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n`;
const h264 = (number: number, profile: string, mode = 1): string =>
  `a=rtpmap:${number} H264/90000\r\na=fmtp:${number} level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}\r\n`;

const transport = {
  transportId: 't',
  workerId: 'w',
  iceParameters: { usernameFragment: 'hub', password: 'hub-password', iceLite: true },
  iceCandidates: [
    { foundation: 'udp', protocol: 'udp', priority: 1, address: '127.0.0.1', port: 4000, type: 'host' },
  ],
  dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: fingerprint }] },
} as unknown as TransportDescription;

function offerOf(text: string) {
  const read = readWhepOffer(text);
  if (!read.ok) throw new Error(read.message);
  return read.offer;
}

describe('an offer to receive a camera', () => {
  it('is answered with the number by which the client knows H.264', () => {
    const offer = offerOf(head + picture(h264(109, '42e01f') + h264(103, '640c1f')) + sound);
    expect(offer.payloadType).toBe(103);
    const answer = writeWhepAnswer(offer, transport, { ssrc: 77, cname: 'c', feedback: [{ type: 'nack' }] });
    expect(answer).toContain('m=video 9 UDP/TLS/RTP/SAVPF 103\r\n');
    expect(answer).toContain(
      'a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f\r\n',
    );
    expect(answer).toContain('a=ssrc:77 cname:c\r\n');
    expect(answer).toContain('a=sendonly\r\n');
    expect(answer).toContain('a=setup:passive\r\n');
    expect(answer).toContain('a=group:BUNDLE 0\r\n');
    // Cameras send no Opus.
    expect(answer).toContain('m=audio 0 UDP/TLS/RTP/SAVPF 111\r\n');
  });

  it('is answered with the sound of the camera where the client takes it by the same path, and without it elsewhere', () => {
    const alaw = `${sound.replace('SAVPF 111', 'SAVPF 111 8 0')}a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n`;
    const offer = offerOf(head + alaw + picture(h264(103, '42e01f')));
    expect(offer.sound).toEqual({ index: 0, codecs: ['PCMA', 'PCMU'] });
    const pictured = { ssrc: 77, cname: 'c', feedback: [] };
    const answer = writeWhepAnswer(offer, transport, pictured, { codec: 'PCMA', ssrc: 78, cname: 'c' });
    expect(answer).toContain('m=audio 9 UDP/TLS/RTP/SAVPF 8\r\n');
    expect(answer).toContain('a=rtpmap:8 PCMA/8000\r\n');
    expect(answer).toContain('a=ssrc:78 cname:c\r\n');
    expect(answer).toContain('a=group:BUNDLE 1 0\r\n');
    const silent = writeWhepAnswer(offer, transport, pictured);
    expect(silent).toContain('a=group:BUNDLE 0\r\n');
    expect(silent).toContain('m=audio 0 UDP/TLS/RTP/SAVPF');
    // Bundled at most, as GStreamer offers it.
    const bundleOnly = alaw.replace('m=audio 9', 'm=audio 0').replace('a=mid', 'a=bundle-only\r\na=mid');
    expect(offerOf(head + bundleOnly + picture(h264(103, '42e01f'))).sound?.index).toBe(0);
    expect(
      offerOf(head + alaw.replace('m=audio 9', 'm=audio 0') + picture(h264(103, '42e01f'))).sound,
    ).toBeUndefined();
    for (const other of [
      head.replace('BUNDLE 0 1', 'BUNDLE 0') + alaw,
      head + alaw.replace('a=rtcp-mux\r\n', ''),
      head + alaw.replace('a=recvonly', 'a=sendonly'),
      head + alaw.replace(/:8 PCMA/, ':97 PCMA').replace(/:0 PCMU/, ':98 PCMU'),
    ])
      expect(offerOf(other + picture(h264(103, '42e01f'))).sound, other).toBeUndefined();
  });

  it.each([
    ['nothing', '', 'malformed_sdp'],
    ['no SDP', '{"type":"offer"}', 'malformed_sdp'],
    ['no section', head, 'malformed_sdp'],
    ['sound alone', head + sound, 'unusable_offer'],
    [
      'a picture that it sends',
      head + picture(h264(103, '42e01f'), 'a=sendonly\r\na=rtcp-mux\r\n'),
      'unusable_offer',
    ],
    ['VP8 alone', head + picture('a=rtpmap:96 VP8/90000\r\n'), 'unusable_offer'],
    ['H.264 in single units alone', head + picture(h264(103, '42e01f', 0)), 'unusable_offer'],
    ['a number that is RTCP’s', head + picture(h264(72, '42e01f')), 'unusable_offer'],
    ['a number out of range', head + picture(h264(1030, '42e01f')), 'unusable_offer'],
    ['RTCP on a port of its own', head + picture(h264(103, '42e01f'), 'a=recvonly\r\n'), 'unusable_offer'],
    [
      'no certificate',
      (head + picture(h264(103, '42e01f'))).replace(/a=fingerprint.*\r\n/, ''),
      'malformed_sdp',
    ],
    ['no ICE', (head + picture(h264(103, '42e01f'))).replace(/a=ice-pwd.*\r\n/, ''), 'malformed_sdp'],
    ['17 sections', head + picture(h264(103, '42e01f')) + sound.repeat(16), 'malformed_sdp'],
  ])('is refused with %s', (_what, text, code) => {
    expect(readWhepOffer(text)).toMatchObject({ ok: false, code });
  });
});
