import { describe, expect, it } from 'vitest';
import {
  parseSessionDescription,
  SessionDescriptionError,
} from '../../../../../../src-sfu/media/sources/rtsp/sessionDescription.ts';
import { pps, sps640x360 } from '../../ingest/rtpBuilders.ts';

const head = ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=Media Server', 'c=IN IP4 0.0.0.0', 't=0 0'];
const sets = `${sps640x360.toString('base64')},${pps.toString('base64')}`;
const read = (lines: string[], base = 'rtsp://camera/ch1'): ReturnType<typeof parseSessionDescription> =>
  parseSessionDescription([...head, ...lines].join('\r\n'), base);

describe('session descriptions of cameras', () => {
  it('reads pictures and sound, sets and control addresses', () => {
    const description = read([
      'a=control:rtsp://camera/ch1/',
      'm=video 0 RTP/AVP 96',
      'a=rtpmap:96 H264/90000',
      `a=fmtp:96 packetization-mode=1;profile-level-id=42c016;sprop-parameter-sets=${sets};`,
      'a=control:trackID=1',
      'm=audio 0 RTP/AVP 8',
      'a=control:trackID=2',
      'm=application 0 RTP/AVP 107',
      'a=rtpmap:107 vnd.onvif.metadata/90000',
    ]);
    expect(description).toMatchObject({
      sessionUrl: 'rtsp://camera/ch1/',
      video: { codec: 'H264', payloadType: 96, clockRate: 90_000, controlUrl: 'rtsp://camera/ch1/trackID=1' },
      audio: { codec: 'PCMA', payloadType: 8, clockRate: 8000, controlUrl: 'rtsp://camera/ch1/trackID=2' },
    });
    expect(description.video?.parameterSets).toEqual([sps640x360, pps]);
  });

  it('does without sets, controls and maps that are not there', () => {
    expect(read(['m=video 0 RTP/AVP 96', 'a=rtpmap:96 h264/90000'])).toMatchObject({
      sessionUrl: 'rtsp://camera/ch1',
      video: { codec: 'H264', parameterSets: [], controlUrl: 'rtsp://camera/ch1' },
    });
    expect(read(['m=video 0 RTP/AVP 26'])).toMatchObject({ video: { codec: 'JPEG', clockRate: 90_000 } });
  });

  it.each([
    [
      'a control of digits alone',
      ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=control:1'],
      'rtsp://camera/ch1/1',
    ],
    [
      'a whole other address',
      ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=control:rtsp://u:p@inner/1'],
      'rtsp://inner/1',
    ],
    [
      'a session control *',
      ['a=control:*', 'm=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=control:t'],
      'rtsp://camera/ch1/t',
    ],
  ])('resolves %s', (_name, lines, expected) => {
    expect(read(lines).video?.controlUrl).toBe(expected);
  });

  it('takes the track that can be shown, wherever it stands', () => {
    expect(
      read([
        'm=video 0 RTP/AVP 97',
        'a=rtpmap:97 MP4V-ES/90000',
        'm=video 0 RTP/AVP 98',
        'a=rtpmap:98 H265/90000',
        'm=video 0 RTP/AVP 96',
        'a=rtpmap:96 H264/90000',
        'a=control:third',
        'm=audio 0 RTP/AVP 104',
        'a=rtpmap:104 MPEG4-GENERIC/16000',
        'm=audio 0 RTP/AVP 0',
      ]),
    ).toMatchObject({
      video: { codec: 'H264', controlUrl: 'rtsp://camera/ch1/third' },
      audio: { codec: 'PCMU' },
    });
  });

  it.each([
    ['ONVIF: the back channel is sendonly', ['recvonly'], ['recvonly', 'PCMU'], ['sendonly', 'PCMA'], 'PCMU'],
    ['ONVIF: only a back channel', ['recvonly'], ['sendonly', 'PCMA'], undefined, undefined],
    ['no direction but the back channel’s', [], ['sendonly', 'PCMA'], undefined, undefined],
    ['as the server sees it: it sends', ['sendonly'], ['sendonly', 'PCMA'], undefined, 'PCMA'],
    ['as the server sees it: it only takes', ['sendonly'], ['recvonly', 'PCMA'], undefined, undefined],
    ['a microphone that is off', [], ['inactive', 'PCMA'], undefined, undefined],
    ['both ways', [], ['sendrecv', 'PCMA'], undefined, 'PCMA'],
    ['none at all', [], [undefined, 'PCMA'], undefined, 'PCMA'],
  ] as const)(
    'distinguishes a microphone from a back channel (%s)',
    (_name, [picture], first, second, codec) => {
      const sound = [first, second].flatMap((track) => {
        if (track === undefined) return [];
        const [direction, name] = track;
        const line = name === 'PCMA' ? 'm=audio 0 RTP/AVP 8' : 'm=audio 0 RTP/AVP 0';
        return [line, ...(direction === undefined ? [] : [`a=${direction}`])];
      });
      const lines = [
        'm=video 0 RTP/AVP 96',
        'a=rtpmap:96 H264/90000',
        ...(picture === undefined ? [] : [`a=${picture}`]),
      ];
      expect(read([...lines, ...sound]).audio?.codec).toBe(codec);
      expect(read([...sound, ...lines]).audio?.codec).toBe(codec);
    },
  );

  it('gives a track that names no direction the session’s', () => {
    const lines = ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'm=audio 0 RTP/AVP 8'];
    expect(read(['a=recvonly', ...lines]).audio?.codec).toBe('PCMA');
    expect(read(['a=recvonly', ...lines, 'a=sendonly']).audio).toBeUndefined();
    expect(read(['a=sendonly', ...lines]).audio?.codec).toBe('PCMA');
  });

  it('reads rate and channels of sound', () => {
    const lines = ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'm=audio 0 RTP/AVP 8'];
    expect(read([...lines, 'a=rtpmap:8 PCMA/16000']).audio).toMatchObject({ clockRate: 16_000, channels: 1 });
    expect(read([...lines, 'a=rtpmap:8 PCMA/8000/2']).audio).toMatchObject({ clockRate: 8_000, channels: 2 });
    expect(read(lines).audio).toMatchObject({ clockRate: 8_000, channels: 1 });
  });

  it.each([
    ['nothing', []],
    ['16 tracks and more', Array.from({ length: 17 }, () => 'm=video 0 RTP/AVP 96')],
    ['10,000 lines', Array.from({ length: 10_000 }, () => 'a=x:y')],
    ['a line of 60 KB', [`a=fmtp:96 ${'x'.repeat(60_000)}`]],
  ])('refuses %s', (_name, lines) => {
    expect(() => read(lines)).toThrow(SessionDescriptionError);
  });

  it('takes nothing from tracks that make no sense', () => {
    expect(
      read([
        'm=video x y z',
        'm=video 0 RTP/AVP 300',
        'm=video 0 RTP/AVP 96',
        'a=rtpmap:96 1234/0',
        'm=audio 0 RTP/AVP 96',
      ]),
    ).toEqual({ sessionUrl: 'rtsp://camera/ch1' });
  });

  it('reads a description made to keep its patterns busy in no time', () => {
    const busy = Array.from(
      { length: 300 },
      (_unused, index) =>
        `a=${['candidate', 'imageattr', 'ssrc', 'simulcast'][index % 4]}:${'1 [x=1] '.repeat(900)}`,
    );
    const startedAtMs = performance.now();
    expect(() => read(busy)).toThrow(SessionDescriptionError);
    expect(performance.now() - startedAtMs).toBeLessThan(500);
  });
});
