import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { listItems } from '../../../../../src-sfu/features/cascade/sharedItems.ts';
import { decodeManscdp } from '../../../../../src-sfu/media/sources/gb28181/manscdp.ts';
import {
  headerOf,
  isRequest,
  parseDatagram,
  type SipMessage,
} from '../../../../../src-sfu/media/sources/gb28181/sipMessage.ts';
import { cameraGbId, stageUpperLink as stage } from '../../../../support/upperLinkStage.ts';
import { ourId, upperId } from '../../../../support/upperStage.ts';

// What a well-known Chinese platform with its media server writes when it stands above, byte by byte: branches and tags of its own form,
// numbers that go on over all requests, line ends of both kinds, an event with an id, a session description with many formats.

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const groupId = '42120000002150000077';
const folderId = '42120000002160000001';
const items = listItems(
  [
    { cameraId: 'c1', name: '实验小学 后厨', district: '咸安区', url: 'rtsp://10.0.0.3/1' },
    { cameraId: 'c2', name: '实验小学 备餐间', district: '咸安区', url: 'rtsp://10.0.0.3/2' },
  ],
  {
    ourId,
    idOf: (kind, subject) => (kind === 'district' ? folderId : `4212000000132000000${subject.slice(1)}`),
    isOnline: () => true,
    canTurn: () => false,
  },
);

let cseq = 4_100;
/** One message of the platform, with its own order of headers. */
function written(
  method: string,
  to: string,
  more: readonly string[] = [],
  body = '',
  toTag = '',
): SipMessage {
  cseq += 1;
  const head = [
    `${method} sip:${to}@172.16.0.9:61000 SIP/2.0`,
    `Call-ID: ${cseq}c4f95ef8510589214ae066f601cf@127.0.0.1`,
    `CSeq: ${cseq} ${method}`,
    `From: <sip:${upperId}@4200000000>;tag=47654518b1b5408491405b71a6711fbe`,
    `To: <sip:${to}@172.16.0.9:61000>${toTag}`,
    'Via: SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bK7096374318',
    'Max-Forwards: 70',
    'User-Agent: WVP-Pro v2.7.4.20250615',
    ...more,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  const message = parseDatagram(Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`));
  if (message === undefined) throw new Error('this is no SIP');
  return message;
}
const xml = ['Content-Type: Application/MANSCDP+xml'];
const query = (command: string, deviceId = ourId, more = ''): SipMessage =>
  written(
    'MESSAGE',
    ourId,
    xml,
    `<?xml version="1.0" encoding="GB2312"?>\r\n<Query>\r\n<CmdType>${command}</CmdType>\r\n<SN>393720</SN>\r\n<DeviceID>${deviceId}</DeviceID>\r\n${more}</Query>\r\n`,
  );

async function registered() {
  const one = stage();
  one.setItems(items);
  const { second } = await one.register(
    'Digest qop="auth",realm="4200000000",nonce="0c6b1a4f5b6e4b1f8a3a",opaque="",stale=FALSE,algorithm=MD5',
  );
  one.answer(second, '200 OK', [
    ['Date', '2026-11-30T23:58:14.015'],
    ['Contact', `<sip:${ourId}@172.16.0.9:61000>`],
    ['Expires', '3600'],
  ]);
  return one;
}
type Stage = Awaited<ReturnType<typeof registered>>;
/** What is sent for a message: statuses, and the texts of messages, each of which is taken. */
async function after(
  one: Stage,
  ...messages: SipMessage[]
): Promise<{ statuses: number[]; texts: string[] }> {
  const statuses: number[] = [];
  const texts: string[] = [];
  for (const message of messages) one.deliver(message);
  for (let round = 0; round < 12; round += 1) {
    await one.tick(1);
    for (const message of one.news()) {
      if ('status' in message.start) statuses.push(message.start.status);
      else if (isRequest(message) && message.start.method === 'MESSAGE') {
        texts.push(decodeManscdp(message.body));
        one.answer(message, '200 OK');
      }
    }
  }
  return { statuses, texts };
}

it('answers its first questions also where they come in one piece with the answer to the registration', async () => {
  const one = await registered();
  // No turn of the event loop lies between the 200 and these.
  const { statuses, texts } = await after(
    one,
    query('DeviceInfo'),
    query('Catalog'),
    query('ConfigDownload', ourId, '<ConfigType>BasicParam</ConfigType>\r\n'),
  );
  expect(statuses).toEqual([200, 200, 200]);
  expect(texts.some((text) => /<CmdType>DeviceInfo.*<Channel>2</s.test(text))).toBe(true);
  expect(texts.filter((text) => text.includes('<CmdType>Catalog')).length).toBeGreaterThan(1);
  // By this it reckons when the hub is gone: without it, by its own 60 s.
  expect(texts.find((text) => text.includes('ConfigDownload'))).toMatch(
    /<Result>OK<.*<Expiration>3600<.*<HeartBeatInterval>60<.*<HeartBeatCount>3</s,
  );
});

it('has folders in a business group, as its tree wants them, and lists what lies below each', async () => {
  const one = await registered();
  const listed = async (deviceId: string): Promise<Map<string, string>> => {
    const { texts } = await after(one, query('Catalog', deviceId));
    const found = texts.flatMap((text) => text.match(/<Item>.*?<\/Item>/gs) ?? []);
    return new Map(found.map((item) => [/<DeviceID>(\d+)</.exec(item)?.[1] ?? '', item]));
  };
  const all = await listed(ourId);
  expect([...all.keys()]).toHaveLength(4);
  expect(all.get(groupId)).toContain(`<ParentID>${ourId}<`);
  expect(all.get(groupId)).not.toContain('BusinessGroupID');
  expect(all.get(folderId)).toContain(`<ParentID>${groupId}</ParentID><BusinessGroupID>${groupId}<`);
  expect(all.get(cameraGbId)).toMatch(
    new RegExp(`<ParentID>${folderId}<.*<Info>.*<BusinessGroupID>${groupId}<`, 's'),
  );
  expect((await listed(groupId)).size).toBe(4);
  expect((await listed(folderId)).size).toBe(3);
  expect((await listed(cameraGbId)).size).toBe(1);
});

it.each([
  ['Catalog;id=1894', ''],
  ['presence', '<CmdType>Catalog</CmdType>'],
])('notifies of changes with the event by which it subscribed, %s', async (event, command) => {
  const one = await registered();
  await one.tick();
  one.news();
  const body = command === '' ? '' : `<Query>${command}<SN>5</SN><DeviceID>${ourId}</DeviceID></Query>`;
  const { statuses } = await after(
    one,
    written('SUBSCRIBE', ourId, [`Event: ${event}`, 'Expires: 600', ...xml], body),
  );
  expect(statuses).toEqual([200]);
  one.setItems(items.slice(0, -1));
  one.link.listChanged();
  await one.tick(400);
  const [notice] = one.news().filter(isRequest);
  expect(notice?.start.method).toBe('NOTIFY');
  expect(notice && headerOf(notice, 'event')).toBe(event);
});

it('goes on with a subscription that is renewed, and ended, without saying again what for', async () => {
  const one = await registered();
  await one.tick();
  const body = `<Query><CmdType>Catalog</CmdType><SN>5</SN><DeviceID>${ourId}</DeviceID></Query>`;
  const first = written('SUBSCRIBE', ourId, ['Event: presence', 'Expires: 600', ...xml], body);
  expect((await after(one, first)).statuses).toEqual([200]);
  const again = (seconds: number): SipMessage => {
    const message = written('SUBSCRIBE', ourId, ['Event: presence', `Expires: ${seconds}`]);
    const headers = new Map(message.headers);
    headers.set('call-id', [headerOf(first, 'call-id') ?? '']);
    return { ...message, headers };
  };
  expect((await after(one, again(600))).statuses).toEqual([200]);
  expect((await after(one, again(0))).statuses).toEqual([200]);
  one.news();
  one.setItems(items.slice(0, -1));
  one.link.listChanged();
  await one.tick(400);
  expect(one.news().filter(isRequest)).toEqual([]);
  // In another dialog it does not count.
  expect(
    (await after(one, written('SUBSCRIBE', ourId, ['Event: presence', 'Expires: 600']))).statuses,
  ).toEqual([489]);
});

it('has a group that is not the hub, also where the hub was given the id of one', () => {
  const [group] = listItems(
    [{ cameraId: 'c1', name: '后厨', district: '咸安区', url: 'rtsp://10.0.0.3/1' }],
    { ourId: groupId, idOf: () => folderId, isOnline: () => true, canTurn: () => false },
  );
  expect(group).toMatchObject({ gbId: '42120000002151000077', parentId: groupId });
});

it('refuses to subscribe to places and alarms, and says at once that nobody above speaks into a kitchen', async () => {
  const one = await registered();
  await one.tick();
  one.news();
  for (const kind of ['MobilePosition', 'Alarm']) {
    const body = `<Query><CmdType>${kind}</CmdType><SN>6</SN><DeviceID>${ourId}</DeviceID></Query>`;
    const wish = written('SUBSCRIBE', ourId, ['Event: presence', 'Expires: 600', ...xml], body);
    expect((await after(one, wish)).statuses).toEqual([489]);
  }
  const notice = `<?xml version="1.0" encoding="GB2312"?>\r\n<Notify>\r\n<CmdType>Broadcast</CmdType>\r\n<SN>17</SN>\r\n<SourceID>${upperId}</SourceID>\r\n<TargetID>${cameraGbId}</TargetID>\r\n</Notify>\r\n`;
  const { statuses, texts } = await after(one, written('MESSAGE', cameraGbId, xml, notice));
  expect(statuses).toEqual([200]);
  expect(texts).toHaveLength(1);
  expect(texts[0]).toMatch(
    new RegExp(`<CmdType>Broadcast<.*<SN>17<.*<DeviceID>${cameraGbId}<.*<Result>ERROR<`, 's'),
  );
});

const formats = [
  'a=recvonly',
  'a=rtpmap:96 PS/90000',
  'a=fmtp:126 profile-level-id=42e01e',
  'a=rtpmap:126 H264/90000',
  'a=rtpmap:125 H264S/90000',
  'a=fmtp:125 profile-level-id=42e01e',
  'a=rtpmap:99 H265/90000',
  'a=rtpmap:98 H264/90000',
  'a=rtpmap:97 MPEG4/90000',
];
const offerBy = (transport: string, setup: readonly string[]): string =>
  [
    'v=0',
    `o=${cameraGbId} 0 0 IN IP4 127.0.0.1`,
    's=Play',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=video 30124 ${transport} 96 126 125 99 34 98 97`,
    ...formats,
    ...setup,
    'a=streamMode:sub',
    'y=0200004217',
    '',
  ].join('\r\n');

it.each([
  ['UDP', 'RTP/AVP', [], 'udp', ''],
  ['TCP-PASSIVE', 'TCP/RTP/AVP', ['a=setup:passive', 'a=connection:new'], 'tcpActive', 'active'],
  ['TCP-ACTIVE', 'TCP/RTP/AVP', ['a=setup:active', 'a=connection:new'], 'tcpPassive', 'passive'],
] as const)(
  'gives it pictures by %s, called by camera or by subject, until its BYE',
  async (_mode, transport, setup, way, answered) => {
    const one = await registered();
    await one.tick();
    one.news();
    // Some platforms call the hub, and name the camera in the subject alone.
    for (const called of [cameraGbId, ourId, groupId, folderId]) {
      const more = [
        `Contact: <sip:${upperId}@127.0.0.1:5060>`,
        `Subject: ${cameraGbId}:0200004217,${upperId}:0`,
        'Content-Type: APPLICATION/SDP',
      ];
      const invite = written('INVITE', called, more, offerBy(transport, setup));
      one.deliver(invite);
      await one.tick();
      const [trying, ok] = one.news();
      expect(trying?.start).toMatchObject({ status: 100 });
      expect(ok?.start).toMatchObject({ status: 200 });
      const body = ok?.body.toString() ?? '';
      expect(body.split('\r\n')[1]).toBe(`o=${cameraGbId} 0 0 IN IP4 172.16.0.9`);
      expect(/a=setup:(\w+)/.exec(body)?.[1] ?? '').toBe(answered);
      expect(one.link.views()).toMatchObject([{ cameraId: 'c1', way }]);
      const within = (method: string): SipMessage => {
        const message = written(
          method,
          cameraGbId,
          [],
          '',
          `;${/tag=\w+/.exec(ok === undefined ? '' : (headerOf(ok, 'to') ?? ''))?.[0] ?? ''}`,
        );
        const headers = new Map(message.headers);
        headers.set('call-id', [headerOf(invite, 'call-id') ?? '']);
        return { ...message, headers };
      };
      one.deliver(within('ACK'));
      await one.tick();
      expect(one.views.at(-1)).toBe('began c1');
      expect((await after(one, within('BYE'))).statuses).toEqual([200]);
      expect(one.views.at(-1)).toBe('ended c1');
    }
  },
);
