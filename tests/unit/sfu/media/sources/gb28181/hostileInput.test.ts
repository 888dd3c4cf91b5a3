import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAnswer } from '../../../../../../src-sfu/media/sources/gb28181/gbSessionDescription.ts';
import { readCatalogue, readManscdp } from '../../../../../../src-sfu/media/sources/gb28181/manscdp.ts';
import { readAlarm } from '../../../../../../src-sfu/media/sources/gb28181/deviceAlarm.ts';
import { PsReceiver } from '../../../../../../src-sfu/media/sources/gb28181/psReceiver.ts';
import { RtpFraming } from '../../../../../../src-sfu/media/sources/gb28181/rtpFraming.ts';
import { SipStream } from '../../../../../../src-sfu/media/sources/gb28181/sipStream.ts';
import { pixelsOf } from '../../../../../../src-sfu/media/sources/gb28181/pictureSize.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from '../../../../../../src-sfu/media/ingest/rtpPacket.ts';
import { writePsPicture, writePsSound } from '../../../../../../src-sim/gb28181/psMuxer.ts';
import { brokenBytes, numbers } from '../../../../../support/fuzz/brokenBytes.ts';
import {
  at,
  channelId,
  doorInMemory,
  home,
  platformId,
  recorderId,
} from '../../../../../support/recorderDoor.ts';

/** `MINGCHU_HOSTILE_COUNT=100000` for the whole run by hand; each input is broken in another way. */
const count = Number(process.env['MINGCHU_HOSTILE_COUNT'] ?? 400);
/** What one input may take. A machine that also runs other things stands still now and then: an input is slow when it is so five times. */
const longestMs = 25;
/** An input that took so long is given again, so that what is reported as the slowest is the input and not the machine. Of 100,000 none is slower. */
const suspectMs = 2;

const nasty = [
  Buffer.from([0]),
  Buffer.from([0, 0, 1, 0xba]),
  Buffer.from([0, 0, 1, 0xe0, 0xff, 0xff]),
  Buffer.from([0x81, 0x30, 0x81, 0x30]),
  Buffer.from('\r\n\r\n'),
  Buffer.from('Content-Length: 4294967295\r\n'),
  Buffer.from('<Item><DeviceID>'),
  Buffer.from('</Item></Item>'),
  Buffer.from('<!ENTITY a "&a;&a;">&a;'),
  Buffer.from('<SumNum>1000000000</SumNum>'),
  Buffer.from('<SumNum>-1</SumNum>'),
  Buffer.from('m=video 99999 RTP/AVP 96\r\n'),
  Buffer.from('%00%0d%0a'),
  Buffer.alloc(300, '<'),
  Buffer.alloc(300, '"'),
  Buffer.alloc(200, 0xff),
];

const broken = (bytes: Buffer, below: (limit: number) => number): Buffer => brokenBytes(bytes, below, nasty);

const sps = Buffer.from([0x67, 0x42, 0xc0, 0x1e, 0x95, 0xa0, 0x5a, 0x05, 0x13, 0xc4]);
const pps = Buffer.from([0x68, 0xce, 0x3c, 0x80]);
const slice = (header: number, length: number): Buffer =>
  Buffer.from([header, 0x88, ...Array.from({ length }, (_, index) => 1 + (index % 254))]);
const item = (number: number): string =>
  `<Item><DeviceID>4212000000132000${String(number).padStart(4, '0')}</DeviceID><Name>后厨&#x4e00;${number}</Name><ParentID>${recorderId}</ParentID><Status>ON</Status></Item>`;
const xml = [
  `<?xml version="1.0" encoding="GB2312"?><Response><CmdType>Catalog</CmdType><SN>7</SN><DeviceID>${recorderId}</DeviceID><SumNum>3</SumNum><DeviceList Num="3">${item(1)}${item(2)}${item(3)}</DeviceList></Response>`,
  `<Notify><CmdType>Keepalive</CmdType><SN>43</SN><DeviceID>${recorderId}</DeviceID><Status>OK</Status></Notify>`,
  `<Notify><CmdType>Alarm</CmdType><SN>4</SN><DeviceID>${channelId}</DeviceID><AlarmPriority>1</AlarmPriority><AlarmMethod>5</AlarmMethod><AlarmTime>2026-11-28T22:00:00</AlarmTime><AlarmDescription>动检</AlarmDescription><Info><AlarmType>2</AlarmType></Info></Notify>`,
  `<Notify CmdType="MediaStatus" SN="3" DeviceID="${recorderId}"><NotifyType>121</NotifyType></Notify>`,
];
const sdp = `v=0\r\no=${recorderId} 0 0 IN IP4 10.77.0.9\r\ns=Play\r\nc=IN IP4 10.77.0.9\r\nt=0 0\r\nm=video 15060 TCP/RTP/AVP 96\r\na=setup:active\r\na=sendonly\r\na=rtpmap:96 PS/90000\r\ny=0200000001\r\nf=\r\n`;
const sip = ['REGISTER', 'MESSAGE', 'NOTIFY', 'INVITE', 'BYE', 'OPTIONS', 'INFO', 'CANCEL'].map(
  (method, index) =>
    `${method} sip:${platformId}@4212000000 SIP/2.0\r\nVia: SIP/2.0/UDP 10.77.0.9:5060;rport;branch=z9hG4bK${index}\r\nf: <sip:${recorderId}@4212000000>;tag=77\r\nTo: <sip:${platformId}@4212000000>\r\ni: call-${index}\r\nCSeq: ${index} ${method}\r\nAuthorization: Digest username="${recorderId}", realm="4212000000", nonce="1.2", uri="sip:a", response="00"\r\nContent-Length: ${Buffer.byteLength(xml[index % 4] ?? '')}\r\n\r\n${xml[index % 4]}`,
);
const answer = `SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.77.0.1:5060;branch=z9hG4bK1\r\nFrom: <sip:${platformId}@4212000000>;tag=0123456789ab\r\nTo: <sip:${channelId}@4212000000>;tag=9\r\nCall-ID: 0123456789abcdef01234567\r\nCSeq: 1 INVITE\r\nContact: <sip:${recorderId}@10.77.0.9:5060>\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`;
const ps = Buffer.concat([
  writePsPicture({ nals: [sps, pps, slice(0x65, 3_000)], isKey: true, ptsTicks: 6_000 }),
  writePsSound(Buffer.alloc(320, 0x55), 6_100),
  writePsPicture({ nals: [slice(0x41, 500)], isKey: false, ptsTicks: 12_000 }),
]);
const framed = Buffer.concat(
  Array.from({ length: 4 }, (_, sequence) => {
    const packet = Buffer.alloc(RTP_HEADER_BYTES + 600);
    writeRtpHeader(packet, 0, 96, sequence, 0, 7);
    ps.copy(packet, RTP_HEADER_BYTES, sequence * 600);
    return Buffer.concat([Buffer.from([packet.length >> 8, packet.length & 0xff]), packet]);
  }),
);

let door: Awaited<ReturnType<typeof doorInMemory>>;
beforeAll(async () => {
  door = await doorInMemory(Date.now);
  door.register();
});
afterAll(() => door.door.close());

function receiver(): PsReceiver {
  return new PsReceiver(
    { onPicture: (picture) => pixelsOf(picture), onSound: () => undefined, onGap: () => undefined },
    () => 0,
  );
}

const kinds: Record<string, { seeds: readonly (string | Buffer)[]; take(bytes: Buffer): void }> = {
  'SIP as datagrams': {
    seeds: [...sip, answer],
    take: (bytes) => door.deliver(bytes, bytes.length % 3 === 0 ? at('10.99.0.1') : home),
  },
  'SIP as a stream': {
    seeds: [sip.join('')],
    take(bytes) {
      const stream = new SipStream(() => undefined);
      for (let from = 0; from < bytes.length && stream.write(bytes.subarray(from, from + 1_000));)
        from += 1_000;
    },
  },
  'XML of a registered recorder': {
    seeds: xml,
    take(bytes) {
      const message = readManscdp(bytes);
      if (message !== undefined) readAlarm(message);
      if (message !== undefined) readCatalogue(message);
      const head = `MESSAGE sip:${platformId}@4212000000 SIP/2.0\r\nFrom: <sip:${recorderId}@4212000000>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 MESSAGE\r\nContent-Length: ${bytes.length}\r\n\r\n`;
      door.deliver(Buffer.concat([Buffer.from(head), bytes]).subarray(0, 65_536));
    },
  },
  'session descriptions': { seeds: [sdp], take: (bytes) => void readAnswer(bytes) },
  'program streams': {
    seeds: [ps],
    take(bytes) {
      const stream = receiver();
      const packet = Buffer.alloc(RTP_HEADER_BYTES + 1_400);
      for (let from = 0, sequence = 0; from < bytes.length; from += 1_400, sequence += 1) {
        const size = Math.min(1_400, bytes.length - from);
        writeRtpHeader(packet, 0, 96 | (from + size === bytes.length ? 0x80 : 0), sequence, 0, 7);
        bytes.copy(packet, RTP_HEADER_BYTES, from, from + size);
        stream.write(packet.subarray(0, RTP_HEADER_BYTES + size));
      }
      stream.write(bytes);
    },
  },
  'RTP over TCP': {
    seeds: [framed],
    take(bytes) {
      const framing = new RtpFraming(() => undefined);
      for (let from = 0; from < bytes.length; from += 1_460)
        framing.write(bytes.subarray(from, from + 1_460));
    },
  },
};

describe(`${count} broken inputs`, () => {
  it.each(Object.entries(kinds))(
    'of %s: none throws, none takes 25 ms',
    (name, { seeds, take }) => {
      const each = Math.ceil(count / Object.keys(kinds).length);
      const below = numbers(20_261_129 + name.length);
      let slowest = 0;
      for (let turn = 0; turn < each; turn += 1) {
        const bytes = broken(Buffer.from(seeds[turn % seeds.length] ?? ''), below);
        const timed = (): number => {
          const beganMs = performance.now();
          take(bytes);
          return performance.now() - beganMs;
        };
        let ms = timed();
        for (let again = 0; ms > suspectMs && again < 4; again += 1) ms = Math.min(ms, timed());
        slowest = Math.max(slowest, ms);
      }
      if (count > 1_000)
        process.stdout.write(`${name}: ${each} inputs, the slowest ${slowest.toFixed(1)} ms\n`);
      expect(slowest).toBeLessThan(longestMs);
    },
    600_000,
  );

  it('leave the door open for who is right', () => {
    expect(door.register().map(({ status }) => status)).toContain(200);
    expect(door.recorders.list().waiting.length).toBeLessThanOrEqual(100);
  });
});
