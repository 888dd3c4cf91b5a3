import { describe, expect, it } from 'vitest';
import { rtpPayloadStart } from '../../../../../src-sfu/media/ingest/rtpPacket.ts';
import { recordingOutput } from '../../../../support/ingestAttempt.ts';
import { pps, rtp, slice, sps640x360, teachMarkers } from './rtpBuilders.ts';

/** A stream that a camera feeds, and sinks that collect copies of what they get. */
function setUp() {
  const clock = { nowMs: 1_000_000 };
  const recording = recordingOutput(() => clock.nowMs);
  const { output } = recording;
  teachMarkers(output);
  output.beginSource({ videoClockRate: 90_000, parameterSets: [sps640x360, pps] });
  recording.video.length = 0;
  let sequence = 1;
  let timestamp = 0;
  const picture = (type: 'idr' | 'predicted', { lost = 0 } = {}): void => {
    sequence += lost;
    output.writeVideo(
      rtp({ sequence, timestamp, payload: slice(type, 400, { seed: sequence }), marker: true }),
    );
    sequence += 1;
    timestamp += 6_000;
    clock.nowMs += 66;
  };
  const sound = (payloadType = 8): void =>
    output.writeAudio(rtp({ sequence, timestamp, payload: Buffer.alloc(160, 0xd5), payloadType }));
  const collect = () => {
    const video: Buffer[] = [];
    const audio: Buffer[] = [];
    const detach = output.attach({
      writeVideo: (packet) => video.push(Buffer.from(packet)),
      writeAudio: (packet) => audio.push(Buffer.from(packet)),
    });
    return { video, audio, detach };
  };
  return { ...recording, picture, sound, collect };
}

const steps = (packets: Buffer[]): number[] =>
  packets
    .slice(1)
    .map((packet, index) => (packet.readUInt16BE(2) - packets[index]!.readUInt16BE(2)) & 0xffff);
const timestamps = (packets: Buffer[]): number[] => packets.map((packet) => packet.readUInt32BE(4));
const nalTypes = (packets: Buffer[]): number[] =>
  packets.map((packet) => (packet[rtpPayloadStart(packet)] ?? 0) & 0x1f);

describe('a sink beside the media worker', () => {
  it('gets what the worker gets, from the next key picture on', () => {
    const { picture, collect, video } = setUp();
    picture('idr');
    const sink = collect();
    picture('predicted');
    expect(sink.video).toHaveLength(0);
    const from = video.length;
    picture('idr');
    picture('predicted');
    expect(nalTypes(sink.video)).toEqual(nalTypes(video.slice(from)));
    expect(nalTypes(sink.video)).toEqual([24, 5, 1]);
    expect(timestamps(sink.video)).toEqual(timestamps(video.slice(from)));
  });

  it('gets pictures that nobody consumes, and no gap when somebody consumes again', () => {
    const { output, picture, collect, video } = setUp();
    const sink = collect();
    picture('idr');
    output.setConsumed(false);
    const sentBefore = video.length;
    picture('predicted');
    picture('idr');
    expect(video).toHaveLength(sentBefore);
    output.setConsumed(true);
    picture('idr');
    picture('predicted');
    expect(video.length).toBeGreaterThan(sentBefore);
    expect(sink.video).toHaveLength(8);
    expect(new Set(steps(sink.video))).toEqual(new Set([1]));
    expect(new Set(steps(video))).toEqual(new Set([1]));
  });

  it('sees each loss of the source as a gap of as many packets', () => {
    const { picture, collect } = setUp();
    const sink = collect();
    picture('idr');
    picture('predicted', { lost: 3 });
    picture('predicted');
    expect(steps(sink.video)).toEqual([1, 4, 1]);
  });

  it('is one of any number, and each leaves by itself', () => {
    const { picture, collect } = setUp();
    const [first, second] = [collect(), collect()];
    picture('idr');
    first.detach();
    picture('predicted');
    expect([first.video.length, second.video.length]).toEqual([2, 3]);
    second.detach();
    picture('predicted');
    expect(second.video).toHaveLength(3);
  });

  it('changes nothing of what the worker gets', () => {
    const [alone, beside] = [setUp(), setUp()];
    beside.collect();
    for (const stream of [alone, beside]) {
      stream.picture('idr');
      stream.picture('predicted', { lost: 2 });
      stream.output.setConsumed(false);
      stream.picture('predicted');
      stream.output.setConsumed(true);
      stream.picture('idr');
      stream.sound();
    }
    expect(beside.video).toEqual(alone.video);
    expect(beside.audio).toEqual(alone.audio);
  });

  it('gets the sound with the payload type of its codec', () => {
    const { output, picture, sound, collect, audio } = setUp();
    const sink = collect();
    picture('idr');
    output.setAudioPayloadType(0);
    sound();
    expect(sink.audio.map((packet) => (packet[1] ?? 0) & 0x7f)).toEqual([0]);
    expect(sink.audio).toEqual(audio);
  });

  it('gets nothing more once the stream is closed', () => {
    const { output, picture, collect } = setUp();
    const sink = collect();
    picture('idr');
    output.close();
    const before = sink.video.length;
    picture('idr');
    expect(sink.video).toHaveLength(before);
  });
});
