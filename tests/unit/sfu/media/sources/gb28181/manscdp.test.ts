import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import {
  catalogueQuery,
  clockOffsetOf,
  keyPictureControl,
  readCatalogue,
  readManscdp,
} from '../../../../../../src-sfu/media/sources/gb28181/manscdp.ts';
import {
  readAnswer,
  writeOffer,
} from '../../../../../../src-sfu/media/sources/gb28181/gbSessionDescription.ts';
import fc from '../../../../../support/properties.ts';

const recorder = '42120000001180000001';
const item = (id: string, name: string, more = '<Status>ON</Status>'): string =>
  `<Item><DeviceID>${id}</DeviceID><Name>${name}</Name>${more}</Item>`;
const catalogue = (content: string, sum = 5): string =>
  `<?xml version="1.0" encoding="GB2312"?><Response><CmdType>Catalog</CmdType><SN>7</SN><DeviceID>${recorder}</DeviceID><SumNum>${sum}</SumNum><DeviceList Num="2">${content}</DeviceList></Response>`;

function itemsOf(text: string | Buffer) {
  const message = readManscdp(Buffer.from(text));
  return message === undefined ? [] : readCatalogue(message).items;
}

describe('MANSCDP', () => {
  const named = (name: string): string => catalogue(item('42120000001320000001', name));
  it.each([
    ['GBK under the name of GB2312', '后厨①镕', iconv.encode(named('后厨①镕'), 'gbk')],
    ['GB18030 with four bytes a character', '𠮷䶮后厨', iconv.encode(named('𠮷䶮后厨'), 'gb18030')],
    ['UTF-8 under the name of GB2312', '𠮷䶮后厨①镕', Buffer.from(named('𠮷䶮后厨①镕'))],
  ])('11 is read as %s', (_what, name, bytes) => {
    expect(itemsOf(bytes)).toEqual([
      {
        deviceId: '42120000001320000001',
        name,
        isOn: true,
        isChannel: true,
        isFixed: false,
        event: undefined,
      },
    ]);
  });

  it('11 has a name here whose first character takes four bytes in GB18030', () => {
    expect(iconv.encode('𠮷', 'gb18030')).toHaveLength(4);
  });

  it('12 reads a keepalive with elements and one with attributes', () => {
    const elements = `<Notify><CmdType>Keepalive</CmdType><SN>43</SN><DeviceID>${recorder}</DeviceID><Status>OK</Status></Notify>`;
    const attributes = `<Notify CmdType="Keepalive" SN="43" DeviceID="${recorder}"/>`;
    for (const text of [elements, attributes])
      expect(readManscdp(Buffer.from(text))).toMatchObject({
        kind: 'Notify',
        command: 'Keepalive',
        sequence: 43,
        deviceId: recorder,
      });
  });

  it('10 keeps every whole item of a list with rubbish, extra end tags, NUL, and a cut end', () => {
    const broken = catalogue(
      `${item('42120000001320000001', 'a&amp;b')}</Item></Item>\0<Item>rubbish</Item>${item('42120000001320000002', 'b\0')}<Item><DeviceID>4212000000132`,
    ).slice(0, -40);
    expect(itemsOf(broken).map(({ deviceId, name }) => [deviceId, name])).toEqual([
      ['42120000001320000001', 'a&b'],
      ['42120000001320000002', 'b'],
    ]);
  });

  it('13 tells channels from folders, groups and districts', () => {
    const items = itemsOf(
      catalogue(
        [
          item('42120000001310000001', 'camera', ''),
          item('42120000001320000002', 'camera off', '<Status>OFF</Status>'),
          item('42120000002150000001', 'group'),
          item('42120000002160000001', 'folder'),
          item('42120000001180000001', 'itself'),
          item('421200', 'district'),
        ].join(''),
      ),
    );
    expect(items.map(({ isChannel, isOn }) => [isChannel, isOn])).toEqual([
      [true, undefined],
      [true, false],
      [false, true],
      [false, true],
      [false, true],
      [false, true],
    ]);
  });

  it.each([-1, 1_000_000_000, 'x'])('does not believe %s items', (sum) => {
    const message = readManscdp(Buffer.from(catalogue(item('42120000001320000001', 'a'), sum as number)));
    expect(message !== undefined && readCatalogue(message).sum).toBeUndefined();
  });

  it.each([
    [
      'an entity bomb',
      `<!DOCTYPE a [<!ENTITY b "${'&c;'.repeat(2_000)}">]><Notify><CmdType>&b;</CmdType></Notify>`,
    ],
    ['deep nesting', `${'<Notify>'.repeat(8_000)}`],
    ['64 KiB of item starts', `<Response><CmdType>Catalog</CmdType>${'<Item'.repeat(12_000)}`],
    ['64 KiB of angle brackets', '<'.repeat(65_536)],
  ])('reads %s in no time', (_what, text) => {
    const beganMs = performance.now();
    itemsOf(text);
    expect(performance.now() - beganMs).toBeLessThan(1_000);
  });

  it('reads characters that are written as numbers, and none that a name may not have', () => {
    const nameOf = (name: string) => itemsOf(catalogue(item('42120000001320000001', name)))[0]?.name;
    expect(nameOf('&#x540E;&#21416;&amp;A')).toBe('后厨&A');
    expect(nameOf('a&#0;&#x1F;&#xD800;&#x110000;&#9999999;&#127;b')).toBe('ab');
    expect(nameOf('&#x20BB7;')).toBe('𠮷');
    expect(nameOf('&nbsp;&#;&#x;')).toBe('&nbsp;&#;&#x;');
  });

  it('never throws, whatever bytes come', () => {
    const text = catalogue(item('42120000001320000001', '后厨'));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(text.length), (noise, at) => {
        const bytes = iconv.encode(text, 'gb18030');
        Buffer.from(noise).copy(bytes, Math.min(at, bytes.length));
        itemsOf(bytes);
        itemsOf(Buffer.from(noise));
      }),
      { numRuns: 1_000 },
    );
  });

  it('asks in bytes that devices of 2016 read', () => {
    expect(catalogueQuery(recorder, 7).toString('latin1').replace(/\r\n/g, '')).toBe(
      `<?xml version="1.0" encoding="GB2312"?><Query><CmdType>Catalog</CmdType><SN>7</SN><DeviceID>${recorder}</DeviceID></Query>`,
    );
  });
});

describe('the request for a key picture', () => {
  it('is spelt as in the edition of 2016', () => {
    expect(keyPictureControl('42120000001320000001', 3).toString()).toContain('<IFameCmd>Send</IFameCmd>');
  });
});

describe('the session description of GB/T 28181', () => {
  it('16 is offered with its lines in their order, y= and f= at its end', () => {
    const offer = {
      platformId: '42120000002000000001',
      address: '10.77.0.1',
      port: 30_000,
      ssrc: '0200000001',
    };
    expect(
      writeOffer({ ...offer, way: 'udp' })
        .toString()
        .split('\r\n'),
    ).toEqual([
      'v=0',
      'o=42120000002000000001 0 0 IN IP4 10.77.0.1',
      's=Play',
      'c=IN IP4 10.77.0.1',
      't=0 0',
      'm=video 30000 RTP/AVP 96',
      'a=recvonly',
      'a=rtpmap:96 PS/90000',
      'y=0200000001',
      'f=',
      '',
    ]);
    expect(writeOffer({ ...offer, way: 'tcpPassive' }).toString()).toContain(
      'm=video 30000 TCP/RTP/AVP 96\r\na=recvonly\r\na=rtpmap:96 PS/90000\r\na=setup:passive\r\na=connection:new\r\ny=',
    );
  });

  it('is read for its port and its encoding; all else of an answer is not believed', () => {
    const answer = 'v=0\r\nm=video 15060 RTP/AVP 96\r\na=sendonly\r\na=rtpmap:96 PS/90000\r\ny=123456789\r\n';
    expect(readAnswer(Buffer.from(answer))).toEqual({ port: 15_060, encoding: 'PS' });
    expect(readAnswer(Buffer.from('m=video 0 RTP/AVP 96\n'))).toEqual({ port: 0, encoding: undefined });
    expect(readAnswer(Buffer.from('m=audio 1 RTP/AVP 8\r\n'))).toBeUndefined();
    const addressIn = (text: string): string | undefined => readAnswer(Buffer.from(text))?.address;
    // The picture's own, then the one of all, and never a group or everybody.
    expect(addressIn('c=IN IP4 10.0.0.1\r\nm=video 9 RTP/AVP 96\r\nc=IN IP4 10.0.0.2\r\n')).toBe('10.0.0.2');
    expect(addressIn('c=IN IP4 10.0.0.1\r\nm=video 9 RTP/AVP 96\r\n')).toBe('10.0.0.1');
    for (const odd of ['239.1.1.1', '255.255.255.255', '0.0.0.0', '999.1.1.1', 'media.example'])
      expect(addressIn(`c=IN IP4 ${odd}\r\nm=video 9 RTP/AVP 96\r\n`)).toBeUndefined();
  });
});

describe('the clock of a recorder', () => {
  const nowMs = Date.parse('2026-11-30T10:00:00Z');
  const minute = 60_000;
  const offset = (time: string) => clockOffsetOf({ text: `<DeviceTime>${time}</DeviceTime>` }, nowMs);
  it.each([
    ['2026-11-30T10:07:00Z', 7 * minute],
    ['2026-11-30T18:07:00.250+08:00', 7 * minute],
    ['2026-11-30 18:07:00 +0800', 7 * minute],
    ['2026-11-30T05:53:00-04:00', -7 * minute],
    // Local time of Xianning with the name of another zone, or of none that the hub has.
    ['2026-11-30T18:00:02Z', 0],
    ['2026-11-30T18:02:00Z', 2 * minute],
    ['2026-11-30T13:30:00Z', 0],
    // No zone: a wrong clock.
    ['2026-11-30T10:31:00Z', 31 * minute],
    ['2026-11-30T18:20:00Z', 500 * minute],
    ['2026-12-01T10:00:00Z', 24 * 60 * minute],
    ['1970-01-01T08:00:00+08:00', -nowMs],
    ['10 in the morning', undefined],
    ['2026-13-30T10:00:00Z', undefined],
  ])('that says %s is ahead by %s ms', (time, ahead) => expect(offset(time)).toBe(ahead));

  it('without a zone is read as local time', () => {
    const local = new Date(nowMs + 7 * minute - new Date(nowMs).getTimezoneOffset() * minute);
    expect(offset(local.toISOString().slice(0, 19))).toBe(7 * minute);
  });
});
