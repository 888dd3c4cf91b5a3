import { describe, expect, it } from 'vitest';
import {
  voiceOutputBelow,
  voiceOutputOf,
} from '../../../../../../src-sfu/media/sources/gb28181/voiceCalls.ts';
import { readVoice, writeVoice } from '../../../../../../src-sfu/media/sources/gb28181/voiceDescription.ts';
import { findBackChannel } from '../../../../../../src-sfu/media/sources/rtsp/sessionDescription.ts';

const described = (lines: string): ReturnType<typeof readVoice> => readVoice(Buffer.from(lines));

describe('how a recorder takes a voice', () => {
  it('is read from its description: port, who connects, payload type, and the SSRC that it asks for', () => {
    const datagrams =
      'v=0\r\nm=audio 15090 RTP/AVP 8\r\na=recvonly\r\na=rtpmap:8 PCMA/8000\r\ny=0200000777\r\n';
    expect(described(datagrams)).toEqual({ port: 15_090, way: 'udp', payloadType: 8, ssrc: 200_000_777 });
    expect(described('m=audio 5 TCP/RTP/AVP 8\na=setup:passive\n')?.way).toBe('tcpActive');
    expect(described('m=audio 5 TCP/RTP/AVP 8\na=setup:active\n')?.way).toBe('tcpPassive');
    expect(described('m=audio 5 TCP/RTP/AVP 8\n')?.way).toBe('tcpPassive');
    expect(described('m=audio 5 RTP/AVP 0 97\na=rtpmap:97 PCMA/8000\n')?.payloadType).toBe(97);
  });

  it.each([
    'm=video 5 RTP/AVP 96',
    'm=audio 5 RTP/AVP 0',
    'm=audio 5 RTP/AVP 96\na=rtpmap:96 PS/90000',
    'm=audio 999999 RTP/AVP 8',
    'm=audio 5 RTP/AVP 0\na=rtpmap:200 PCMA/8000',
    `${'x=1\n'.repeat(200)}m=audio 5 RTP/AVP 8`,
    '',
  ])('is no voice of ours: %j', (text) => {
    expect(described(text)).toBeUndefined();
  });

  it('names our side in the order that devices want, the SSRC and the format last', () => {
    const talk = writeVoice({
      ...{ platformId: '42120000002000000001', address: '10.77.0.1', port: 30_000, way: 'tcpPassive' },
      ...{ session: 'Talk', payloadType: 8, ssrc: '0200009999' },
    }).toString();
    expect(talk.split('\r\n').slice(5)).toEqual([
      'm=audio 30000 TCP/RTP/AVP 8',
      'a=sendrecv',
      'a=rtpmap:8 PCMA/8000',
      'a=setup:passive',
      'a=connection:new',
      'y=0200009999',
      'f=v/////a/1/8/1',
      '',
    ]);
  });

  it('is its voice output where it lists one, of several the one of the same number, otherwise the channel', () => {
    const channel = '42120000001320000003';
    const output = (serial: number): string => `4212000000137000000${serial}`;
    expect(voiceOutputOf(channel, [channel, output(1)])).toBe(output(1));
    expect(voiceOutputOf(channel, [output(1), output(3), channel])).toBe(output(3));
    expect(voiceOutputOf(channel, [output(1), output(2)])).toBe(channel);
    expect(voiceOutputOf(channel, [channel])).toBe(channel);
  });
});

it('a voice for a camera of a platform is not for the one voice output that it lists, which is in another kitchen', () => {
  const channel = '42120000001320000003';
  expect(voiceOutputBelow(channel, [channel, '42120000001370000001'])).toBe(channel);
  expect(voiceOutputBelow(channel, ['42129900001370000003', channel])).toBe(channel);
  expect(voiceOutputBelow(channel, [channel, '42120000001370000003'])).toBe('42120000001370000003');
});

describe('the loudspeaker of a camera', () => {
  const base = 'rtsp://10.0.0.5/main/';
  const video = 'v=0\na=control:*\nm=video 0 RTP/AVP 96\na=recvonly\na=control:trackID=0\n';

  it('is the sound that goes the other way than the picture, with the payload type of A-law', () => {
    expect(findBackChannel(`${video}m=audio 0 RTP/AVP 0 8\na=control:back\na=sendonly\n`, base)).toEqual({
      controlUrl: `${base}back`,
      sessionUrl: base,
      payloadType: 8,
    });
    expect(
      findBackChannel(
        `${video}m=audio 0 RTP/AVP 97\na=rtpmap:97 PCMA/8000\na=control:back\na=sendonly\n`,
        base,
      ),
    ).toMatchObject({ payloadType: 97 });
    const asServer = video.replace('recvonly', 'sendonly');
    expect(
      findBackChannel(`${asServer}m=audio 0 RTP/AVP 8\na=control:back\na=recvonly\n`, base),
    ).toMatchObject({ controlUrl: `${base}back` });
  });

  it('is not its microphone, and not one that takes other sound', () => {
    expect(findBackChannel(`${video}m=audio 0 RTP/AVP 8\na=control:mic\na=recvonly\n`, base)).toBe('none');
    expect(findBackChannel(video, base)).toBe('none');
    expect(findBackChannel(`${video}m=audio 0 RTP/AVP 0\na=control:back\na=sendonly\n`, base)).toMatchObject({
      payloadType: 0,
      isMuLaw: true,
    });
    const aac = 'm=audio 0 RTP/AVP 97\na=rtpmap:97 MPEG4-GENERIC/16000\na=control:back\na=sendonly\n';
    expect(findBackChannel(`${video}${aac}`, base)).toBe('noALaw');
  });
});
