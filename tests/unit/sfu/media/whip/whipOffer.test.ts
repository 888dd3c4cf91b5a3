import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { writeWhipAnswer } from '../../../../../src-sfu/media/whip/whipAnswer.ts';
import { readWhipOffer, type WhipOffer } from '../../../../../src-sfu/media/whip/whipOffer.ts';
import { h264Section, offerOf, opusSection } from './offers.ts';

const transport = {
  transportId: 't',
  workerId: 'w',
  iceParameters: { usernameFragment: 'hub', password: 'hubpassword', iceLite: true },
  iceCandidates: [
    {
      foundation: 'udpcandidate',
      priority: 1,
      address: '10.0.0.1',
      ip: '10.0.0.1',
      protocol: 'udp' as const,
      port: 40_000,
      type: 'host' as const,
    },
  ],
  dtlsParameters: { fingerprints: [{ algorithm: 'sha-256' as const, value: 'CD:EF' }] },
};
const read = (text: string): WhipOffer => {
  const result = readWhipOffer(text);
  if (!result.ok) throw new Error(result.message);
  return result.offer;
};
const without = (section: string[], start: string): string[] =>
  section.filter((line) => !line.startsWith(start));

describe('a WHIP offer', () => {
  it('becomes what the media worker takes: the first codec it carries, its retransmission, known extensions', () => {
    const [video, audio] = read(offerOf([h264Section, opusSection])).sections;
    expect(video?.taken?.rtpParameters).toEqual({
      mid: 'v',
      codecs: [
        {
          mimeType: 'video/H264',
          payloadType: 96,
          clockRate: 90_000,
          rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
          parameters: {
            'packetization-mode': 1,
            'profile-level-id': '42e01f',
            'level-asymmetry-allowed': 1,
          },
        },
        { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 } },
      ],
      headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 }],
      encodings: [{ ssrc: 1000, rtx: { ssrc: 1001 } }],
      rtcp: { cname: 'encoder', reducedSize: false },
    });
    expect(audio?.taken?.rtpParameters.codecs[0]).toMatchObject({ mimeType: 'audio/opus', channels: 2 });
  });

  it('recognises simulcast by its stream ids', () => {
    const section = [
      ...h264Section.filter((line) => !line.startsWith('a=ssrc')),
      'a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
      'a=rid:q send',
      'a=rid:h send',
      'a=simulcast:send q;h',
    ];
    const offer = read(offerOf([section], { bundle: 'a=group:BUNDLE v' }));
    expect(offer.sections[0]?.taken?.rtpParameters.encodings).toEqual([{ rid: 'q' }, { rid: 'h' }]);
    expect(writeWhipAnswer(offer, transport)).toContain('a=simulcast:recv q;h');
  });

  it('is answered in its own words, received only, with our end of ICE and DTLS', () => {
    const answer = parse(writeWhipAnswer(read(offerOf([h264Section, opusSection])), transport));
    expect(answer.icelite).toBe('ice-lite');
    expect(answer.groups).toEqual([{ type: 'BUNDLE', mids: 'v a' }]);
    expect(answer.media[0]).toMatchObject({
      mid: 'v',
      direction: 'recvonly',
      payloads: '96 97',
      setup: 'passive',
      iceUfrag: 'hub',
      candidates: [{ ip: '10.0.0.1', port: 40_000, transport: 'udp' }],
    });
    expect(answer.media[0]?.fmtp[0]?.config).toContain('profile-level-id=42c015');
    expect(answer.media[0]?.ext).toEqual([{ value: 1, uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' }]);
  });

  it('lets the hub begin DTLS where the client is passive', () => {
    const offer = read(offerOf([h264Section], { setup: 'passive' }));
    expect(offer.dtls.role).toBe('server');
    expect(parse(writeWhipAnswer(offer, transport)).media[0]?.setup).toBe('active');
  });

  it('of two transports is taken for its picture alone; the sound is rejected', () => {
    const offer = read(offerOf([opusSection, h264Section], { bundle: '' }));
    const answer = parse(writeWhipAnswer(offer, transport));
    expect(answer.media.map(({ type, port }) => [type, port])).toEqual([
      ['audio', 0],
      ['video', 9],
    ]);
    expect(answer.groups).toBeUndefined();
  });

  for (const [what, text, status] of [
    ['nothing', '', 400],
    ['garbage', '\u0000\u0001{"sdp": 1}', 400],
    ['no media', 'v=0\r\ns=-\r\n', 400],
    ['too many sections', offerOf(Array.from({ length: 17 }, () => h264Section)), 400],
    ['no certificate', offerOf([h264Section]).replaceAll('sha-256 AB', 'sha-256 XX'), 400],
    ['no ICE credentials', offerOf([h264Section]).replaceAll('a=ice-pwd', 'a=x-pwd'), 400],
    ['only sound', offerOf([opusSection]), 422],
    ['only H265', offerOf([without(h264Section, 'a=rtpmap:96')]), 422],
    ['a sound of G.722', offerOf([h264Section, opusSection]).replaceAll('opus/48000', 'G722/8000'), 422],
    ['no rtcp-mux', offerOf([without(h264Section, 'a=rtcp-mux')]), 422],
    ['a picture to receive', offerOf([h264Section]).replaceAll('a=sendonly', 'a=recvonly'), 422],
  ] as const) {
    it(`is refused when it is ${what}`, () => {
      expect(readWhipOffer(text)).toMatchObject({ ok: false, status });
    });
  }
});
