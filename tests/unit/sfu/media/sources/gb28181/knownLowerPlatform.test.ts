import { once } from 'node:events';
import { connect } from 'node:net';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { digestResponse } from '../../../../../../src-sfu/media/sources/gb28181/sipDigest.ts';
import { headerOf } from '../../../../../../src-sfu/media/sources/gb28181/sipMessage.ts';
import { doorInMemory, platformId, type SentMessage } from '../../../../../support/recorderDoor.ts';

// What a well-known Chinese platform with its media server writes when it stands below: its addresses are hosts and ports, its lines end in
// both ways, its list has districts, a platform, a business group and a folder, and its media server is at an address of its own.

const lowerId = '42120200002000000002';
const cameraId = '42120200001320000011';
const lower = { address: '10.77.0.30', port: 5060, protocol: 'udp' } as const;
const realm = platformId.slice(0, 10);

let stage: Awaited<ReturnType<typeof doorInMemory>>;
let password = '';
let cseq = 900;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  // The test's own machine stands for the media server.
  stage = await doorInMemory(Date.now, undefined, { mayHaveMedia: (address) => address === '127.0.0.2' });
  ({ password } = await stage.recorders.add({ recorderId: lowerId, name: '通山县平台' }, 'tests'));
});
afterEach(async () => {
  const closing = stage.door.close();
  await vi.advanceTimersByTimeAsync(5_000);
  await closing;
  vi.useRealTimers();
});

/** Sends one request of the platform; answers with what the hub sent because of it. */
function asks(
  method: string,
  more: readonly string[] = [],
  body: Buffer | string = '',
  { from = lowerId, callId = `${(cseq += 1)}@10.77.0.30`, toTag = '' } = {},
): SentMessage[] {
  stage.news();
  const head = [
    `${method} sip:${platformId}@10.77.0.1:5060 SIP/2.0`,
    `Call-ID: ${callId}`,
    `CSeq: ${(cseq += 1)} ${method}`,
    `From: <sip:${from}@10.77.0.30:5060>;tag=8f1b0c5e`,
    `To: <sip:${method === 'REGISTER' ? lowerId : platformId}@10.77.0.30:5060>${toTag}`,
    'Via: SIP/2.0/UDP 10.77.0.30:5060;rport;branch=z9hG4bK1821122895',
    'Max-Forwards: 70',
    'User-Agent: WVP-Pro v2.7.4.20250615',
    ...more,
    `Content-Length: ${Buffer.from(body).length}`,
  ];
  stage.deliver(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(body)]), lower);
  return stage.news();
}

function registers(): void {
  const contact = [`Contact: <sip:${lowerId}@10.77.0.30:5060>`, 'Expires: 3600'];
  // An older one sends an Authorization without an answer first.
  const uri = `sip:${platformId}@10.77.0.1:5060`;
  const [challenge] = asks('REGISTER', [
    ...contact,
    `Authorization: Digest username="${lowerId}",uri="${uri}",algorithm=MD5`,
  ]);
  expect(challenge?.status).toBe(401);
  const asked = challenge === undefined ? '' : (headerOf(challenge.message, 'www-authenticate') ?? '');
  const nonce = /nonce="([^"]+)"/.exec(asked)?.[1] ?? '';
  const parts = { username: lowerId, realm, nonce, uri, qop: 'auth', nc: '00000001' };
  const cnonce = '5f0a2c1e-0d52-4c55-9b0e-9d4e0b4a8f11';
  const response = digestResponse({ ...parts, cnonce, response: '' }, 'REGISTER', password);
  const [registered] = asks('REGISTER', [
    ...contact,
    `Authorization: Digest username="${lowerId}",realm="${realm}",nonce="${nonce}",uri="${uri}",response="${response}",algorithm=MD5,qop="auth",cnonce="${cnonce}",nc=00000001`,
  ]);
  expect(registered?.status).toBe(200);
}

const xml = ['Content-Type: Application/MANSCDP+xml'];
const items = [
  '<Item>\n<DeviceID>421224</DeviceID>\n<Name>通山县</Name>\n</Item>\n',
  `<Item>\n<DeviceID>${lowerId}</DeviceID>\n<Name>平台</Name>\n<Manufacturer>wvp</Manufacturer>\n<CivilCode>421224</CivilCode>\n<RegisterWay>1</RegisterWay>\n<Secrecy>0</Secrecy>\n</Item>\n`,
  `<Item>\n<DeviceID>42120200002150000001</DeviceID>\n<Name>学校</Name>\n<ParentID>${lowerId}</ParentID>\n</Item>\n`,
  '<Item>\n<DeviceID>42120200002160000001</DeviceID>\n<Name>食堂</Name>\n<ParentID>42120200002150000001</ParentID>\n<BusinessGroupID>42120200002150000001</BusinessGroupID>\n</Item>\n',
  `<Item>\n<DeviceID>${cameraId}</DeviceID>\n<Name>后厨一号</Name>\n<Manufacturer>Hikvision</Manufacturer>\n<CivilCode>421224</CivilCode>\n<ParentID>42120200002160000001</ParentID>\n<Parental>0</Parental>\n<Status>ON</Status>\n<Info>\n  <PTZType>3</PTZType>\n  <BusinessGroupID>42120200002150000001</BusinessGroupID>\n</Info>\n</Item>\n`,
  '<Item>\n<DeviceID>42120200001310000012</DeviceID>\n<Name>推流</Name>\n<ParentID>42120200002160000001</ParentID>\n<Status>OFF</Status>\n<Info>\n</Info>\n</Item>\n',
];

it('registers by its digest, and its list is whole: cameras are channels, districts, platform, group and folder are none', async () => {
  registers();
  const [asked] = stage.sent.filter(
    ({ body, to }) => body.includes('Catalog') && to.address === lower.address,
  );
  const sn = /<SN>(\d+)/.exec(asked?.body ?? '')?.[1] ?? '';
  // One item a message, each in GB2312, each answered before the next one is sent.
  for (const item of items) {
    const text = `<?xml version="1.0" encoding="GB2312"?>\r\n<Response>\r\n<CmdType>Catalog</CmdType>\r\n<SN>${sn}</SN>\r\n<DeviceID>${lowerId}</DeviceID>\r\n<SumNum>${items.length}</SumNum>\r\n<DeviceList Num="1">\r\n${item}</DeviceList>\r\n</Response>\r\n`;
    const [answer] = asks('MESSAGE', xml, iconv.encode(text, 'gb2312'));
    expect(answer?.status).toBe(200);
  }
  const listed = (): unknown => stage.recorders.list().recorders.find((one) => one.recorderId === lowerId);
  expect(listed()).toMatchObject({ isOnline: true });
  expect([...stage.recorders.directory.channelIdsOf(lowerId)].toSorted()).toEqual([
    '42120200001310000012',
    cameraId,
  ]);
  expect(stage.recorders.directory.isFixed(lowerId, cameraId)).toBe(true);
  // A notice of its subscription, whose count is that of all its notices and whose list names a number between blanks.
  const notice = `<?xml version="1.0" encoding="GB2312"?>\r\n<Notify>\r\n<CmdType>Catalog</CmdType>\r\n<SN>393720</SN>\r\n<DeviceID>${lowerId}</DeviceID>\r\n<SumNum>1</SumNum>\r\n<DeviceList Num=" 1 ">\r\n<Item>\n<DeviceID>42120200001310000013</DeviceID>\n<Name>新增</Name>\n<Status>ON</Status>\n<Event>ADD</Event>\n</Item>\n</DeviceList>\r\n</Notify>\r\n`;
  const more = ['Event: Catalog', 'Subscription-State: active;expires=3600', ...xml];
  expect(asks('NOTIFY', more, iconv.encode(notice, 'gb2312'))[0]?.status).toBe(200);
  expect([...stage.recorders.directory.channelIdsOf(lowerId)]).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(0);
});

it('takes the voice for a camera by calling from that camera, with a format of its own beside A-law', async () => {
  registers();
  const asking = new AbortController();
  const ear = stage.door.voices.open({
    ...{ recorderId: lowerId, channelId: cameraId, signal: asking.signal },
    onEnded: () => undefined,
  });
  const notices = (): SentMessage[] => stage.sent.filter(({ body }) => body.includes('Broadcast'));
  await vi.waitFor(() => expect(notices()).toHaveLength(1));
  const [notice] = notices();
  expect(notice?.body).toContain(`<TargetID>${cameraId}<`);
  if (notice !== undefined) stage.answer(notice);
  const sn = /<SN>(\d+)/.exec(notice?.body ?? '')?.[1] ?? '';
  asks(
    'MESSAGE',
    xml,
    `<?xml version="1.0" encoding="GB2312"?>\r\n<Response>\r\n<CmdType>Broadcast</CmdType>\r\n<SN>${sn}</SN>\r\n<DeviceID>${cameraId}</DeviceID>\r\n<Result>OK</Result>\r\n</Response>\r\n`,
  );
  const offer = [
    'v=0',
    `o=${lowerId} 0 0 IN IP4 10.77.0.31`,
    's=Play',
    `u=${cameraId}:0`,
    'c=IN IP4 10.77.0.31',
    't=0 0',
    'm=audio 30500 RTP/AVP 8 96',
    'a=recvonly',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:96 PS/90000',
    'y=0200009101',
    'f=v/2/5/25/1/4096a/1/8/1',
    '',
  ].join('\r\n');
  const callId = 'voice@10.77.0.30';
  const subject = `Subject: ${platformId}:0200009101,${cameraId}:0`;
  const contact = `Contact: <sip:${cameraId}@10.77.0.30:5060>`;
  asks('INVITE', [subject, contact, 'Content-Type: APPLICATION/SDP'], offer, { from: cameraId, callId });
  const answers = (): SentMessage[] =>
    stage.sent.filter(({ status, message }) => status === 200 && headerOf(message, 'call-id') === callId);
  await vi.waitFor(() => expect(answers()).not.toEqual([]));
  expect(answers()[0]?.body).toMatch(/m=audio \d+ RTP\/AVP 8\r\na=sendonly\r\n.*y=0200009101\r\nf=v/s);
  asks('ACK', [], '', { from: cameraId, callId, toTag: ';tag=ours' });
  const open = await ear;
  open.close();
  const [bye] = stage.sent.filter(({ method }) => method === 'BYE');
  expect(bye?.to).toEqual(lower);
  expect(bye && headerOf(bye.message, 'to')).toContain('tag=8f1b0c5e');
});

it('is called for a talk, and its media server connects for the sound', async () => {
  registers();
  stage.recorders.directory.learn(lowerId, { voice: 'talk', way: 'tcpPassive' });
  const ear = stage.door.voices.open({
    ...{ recorderId: lowerId, channelId: cameraId, signal: new AbortController().signal },
    onEnded: () => undefined,
  });
  const calls = (): SentMessage[] => stage.sent.filter(({ method }) => method === 'INVITE');
  await vi.waitFor(() => expect(calls()).toHaveLength(1));
  const [call] = calls();
  if (call === undefined) throw new Error('nobody was called');
  const port = Number(/m=audio (\d+) TCP/.exec(call.body)?.[1]);
  const answer = `v=0\r\nc=IN IP4 127.0.0.2\r\nm=audio 30500 TCP/RTP/AVP 8\r\na=setup:active\r\n`;
  stage.answer(call, '200 OK', answer);
  const server = connect({ host: '127.0.0.1', port, localAddress: '127.0.0.2' });
  try {
    const open = await ear;
    const heard = once(server, 'data');
    open.send(Buffer.alloc(160, 0x2a));
    expect(((await heard) as Buffer[])[0]?.subarray(-160)).toEqual(Buffer.alloc(160, 0x2a));
    open.close();
  } finally {
    server.destroy();
  }
});
