import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writePsPicture } from '../../../../../src-sfu/media/cascade/psMuxer.ts';
import { PsSender } from '../../../../../src-sfu/media/cascade/psSender.ts';
import { readUpperOffer } from '../../../../../src-sfu/media/cascade/upperOffer.ts';
import { createMediaOutput } from '../../../../../src-sfu/media/ingest/mediaOutput.ts';
import { writeRtpHeader } from '../../../../../src-sfu/media/ingest/rtpPacket.ts';
import { packetiseUnit } from '../../../../../src-sim/rtsp/packetiser.ts';
import { splitAccessUnits } from '../../../../../src-sim/media/accessUnits.ts';
import { clipFileName, clipFolder, scenes } from '../../../../../src-sim/scenes/catalogue.ts';
import { receivedPictures } from '../../../../support/upperStage.ts';

const scene = scenes[0]?.id ?? '';
const clip = join(clipFolder(), clipFileName({ scene, show: 'normal', stream: 'sub', encoding: 'h264' }));
const pictures = splitAccessUnits('h264', readFileSync(clip)).slice(0, 40);
const slicesOf = (nals: readonly Buffer[]): Buffer[] =>
  nals.filter((nal) => [1, 5].includes((nal[0] ?? 0) & 0x1f));

const sent = (index: number) => pictures[index % pictures.length] ?? { units: [], isKey: false };

/** A camera's packets into an output of the hub. */
function camera(): {
  output: ReturnType<typeof createMediaOutput>;
  /** `loses` leaves out the packet of this place. */
  picture(index: number, loses?: number): void;
  sound(at: number): void;
} {
  const output = createMediaOutput({
    videoSsrc: 1,
    videoPayloadType: 102,
    audioSsrc: 2,
    audioPayloadType: 8,
    sendVideo: () => undefined,
    sendAudio: () => undefined,
    nowMs: () => 1_000,
  });
  output.beginSource({ videoClockRate: 90_000 });
  output.setConsumed(false);
  let sequence = 65_500;
  return {
    output,
    picture(index, loses) {
      const payloads = sent(index).units.flatMap((unit) => packetiseUnit('h264', unit));
      for (const [place, payload] of payloads.entries()) {
        const packet = Buffer.alloc(12 + payload.length);
        const marker = place === payloads.length - 1 ? 0x80 : 0;
        writeRtpHeader(packet, 0, 96 | marker, sequence, (index * 6_000) >>> 0, 7);
        payload.copy(packet, 12);
        if (place !== loses) output.writeVideo(packet);
        sequence = (sequence + 1) & 0xffff;
      }
    },
    sound(at) {
      const packet = Buffer.alloc(12 + 160, 0x55);
      writeRtpHeader(packet, 0, 8, at & 0xffff, at * 160, 2);
      output.writeAudio(packet);
    },
  };
}

/** A view of that camera, with what arrives above. */
function view(output: ReturnType<typeof createMediaOutput>, known: { sound?: 'PCMA' } = { sound: 'PCMA' }) {
  const above = receivedPictures();
  let takes = true;
  const sender = new PsSender({
    ssrc: 42,
    payloadType: 96,
    ...known,
    send(packet) {
      if (takes) above.write(packet);
      return takes;
    },
  });
  const { kept, detach } = output.attachFromKey(sender);
  sender.begin(kept);
  return {
    ...above,
    sender,
    detach,
    again() {
      detach();
      sender.begin(output.attachFromKey(sender).kept);
    },
    takes(whether: boolean) {
      takes = whether;
    },
  };
}

it('writes program streams that a foreign demuxer reads picture by picture', () => {
  const stream = Buffer.concat(
    pictures.map(({ units, isKey }, index) =>
      writePsPicture({ nals: units, isKey, ticks: 2 ** 32 + index * 6_000 }),
    ),
  );
  const entries = ['-count_frames', '-show_entries', 'stream=codec_name,nb_read_frames', '-of', 'csv=p=0'];
  const read = spawnSync('ffprobe', ['-v', 'error', '-f', 'mpeg', ...entries, 'pipe:0'], { input: stream });
  expect(read.stdout.toString().trim().split('\n')[0]).toBe(`h264,${pictures.length}`);
});

it('begins at once with all that was kept since the last key picture, and goes on without a gap', () => {
  const { output, picture } = camera();
  for (let index = 0; index < 10; index += 1) picture(index);
  const above = view(output);
  expect(above.pictures.length).toBeGreaterThanOrEqual(9);
  expect(above.pictures[0]?.isKey).toBe(true);
  for (let index = 10; index < 20; index += 1) picture(index);
  expect(above.receiver.gaps).toBe(0);
  for (const [index, { nals }] of above.pictures.entries())
    expect(slicesOf(nals.map(({ bytes }) => bytes)), `picture ${index}`).toEqual(slicesOf(sent(index).units));
  expect(above.pictures.length).toBeGreaterThanOrEqual(19);
  // What was kept is played at once, and live pictures at their own pace.
  const times = above.pictures.map(({ pts }) => pts ?? 0);
  expect((times[9] ?? 0) - (times[0] ?? 0)).toBeLessThan(6_000 + 90 * 9);
  expect((times[18] ?? 0) - (times[17] ?? 0)).toBe(6_000);
});

it('leaves out what cannot be shown after a loss, until the next key picture', () => {
  const { output, picture } = camera();
  picture(0);
  const above = view(output);
  picture(1);
  picture(2, 0);
  picture(3);
  expect(above.pictures.length).toBe(2);
  for (let index = 40; index < 43; index += 1) picture(index);
  expect(above.pictures[2]?.isKey).toBe(true);
  expect(above.pictures.length).toBeGreaterThanOrEqual(4);
});

it('sends the group once more when a key picture is asked for, and begins with one where the way up was full', () => {
  const { output, picture } = camera();
  for (let index = 0; index < 5; index += 1) picture(index);
  const above = view(output);
  const before = above.pictures.length;
  above.again();
  expect(above.pictures.slice(before).filter(({ isKey }) => isKey)).toHaveLength(1);
  above.takes(false);
  picture(5);
  above.takes(true);
  const stood = above.pictures.length;
  picture(6);
  expect(above.pictures.length).toBeLessThanOrEqual(stood + 1);
  picture(40);
  picture(41);
  expect(above.pictures.at(-1)).toMatchObject({ codec: 'H264' });
  expect(above.pictures.slice(stood).some(({ isKey }) => isKey)).toBe(true);
});

it('carries the sound beside the pictures', () => {
  const { output, picture, sound } = camera();
  picture(0);
  const above = view(output);
  picture(1);
  for (let at = 0; at < 5; at += 1) sound(at);
  expect(above.receiver.sound).toBe('PCMA');
  expect(Buffer.concat(above.sound)).toEqual(Buffer.alloc(800, 0x55));
});

it('names sound that nobody knew of with the next key picture, and carries it from then on', () => {
  const { output, picture, sound } = camera();
  const above = view(output, {});
  for (let index = 0; index < 4; index += 1) picture(index);
  sound(0);
  picture(4);
  expect([above.sound, above.receiver.sound]).toEqual([[], undefined]);
  let at = 1;
  for (let index = 5; above.receiver.sound === undefined && index < 200; index += 1) {
    picture(index);
    sound(at++);
  }
  expect(above.receiver.sound).toBe('PCMA');
  const before = above.sound.length;
  sound(at);
  expect(above.sound.length).toBe(before + 1);
});

it('takes offers of the three ways, and none that asks for something else or for another machine than one', () => {
  const offer = (media: string, more: readonly string[] = [], address = '10.0.0.1', kind = 'Play'): Buffer =>
    Buffer.from(
      [
        'v=0',
        'o=1 0 0 IN IP4 10.0.0.1',
        `s=${kind}`,
        `c=IN IP4 ${address}`,
        't=0 0',
        media,
        ...more,
        '',
      ].join('\r\n'),
    );
  const udp = readUpperOffer(offer('m=video 6000 RTP/AVP 96 98', ['a=rtpmap:96 PS/90000', 'y=0200000042']));
  expect(udp).toEqual({ address: '10.0.0.1', port: 6000, way: 'udp', payloadType: 96, ssrc: 200_000_042 });
  const tcp = 'm=video 6000 TCP/RTP/AVP 97';
  expect(readUpperOffer(offer(tcp, ['a=setup:passive', 'a=rtpmap:97 PS/90000']))).toMatchObject({
    way: 'tcpActive',
    payloadType: 97,
  });
  expect(readUpperOffer(offer('m=video 0 TCP/RTP/AVP 96', ['a=setup:active']))?.way).toBe('tcpPassive');
  const streamFor = (line: string) => readUpperOffer(offer('m=video 6000 RTP/AVP 96', [line]))?.stream;
  expect(
    ['a=streamnumber:0', 'a=streamnumber:1', 'a=streamprofile:1', 'a=streamMode:SUB', 'a=recvonly'].map(
      streamFor,
    ),
  ).toEqual(['main', 'sub', 'sub', 'sub', undefined]);
  for (const wrong of [
    offer('m=video 6000 RTP/AVP 96', [], '10.0.0.1', 'Playback'),
    offer('m=video 6000 RTP/AVP 96', [], '239.0.0.1'),
    offer('m=video 6000 RTP/AVP 96', [], '255.255.255.255'),
    offer('m=video 6000 RTP/AVP 96', [], '0.0.0.0'),
    offer('m=video 0 RTP/AVP 96'),
    offer('m=video 99999 RTP/AVP 96'),
    offer('m=audio 6000 RTP/AVP 8'),
    Buffer.from('v=0'),
  ])
    expect(readUpperOffer(wrong), wrong.toString()).toBeUndefined();
});
