import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { OpenedMedia } from '../../../../../src-sfu/media/cascade/upperCalls.ts';
import { decodeManscdp, readCatalogue } from '../../../../../src-sfu/media/sources/gb28181/manscdp.ts';
import {
  headerOf,
  isRequest,
  parseDatagram,
  writeMessage,
} from '../../../../../src-sfu/media/sources/gb28181/sipMessage.ts';
import fc from '../../../../support/properties.ts';
import {
  camera,
  cameraGbId,
  folder,
  offer,
  stageUpperLink as stage,
} from '../../../../support/upperLinkStage.ts';
import { ourId, upperId } from '../../../../support/upperStage.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('registers with the digest that is asked for, and takes the address by which it is seen for its Contact', async () => {
  const withQop = stage({ registerSeconds: 100 });
  const { first, second } = await withQop.register();
  expect(headerOf(first, 'authorization')).toBeUndefined();
  expect(headerOf(second, 'authorization')).toMatch(/qop=auth, nc=00000001/);
  expect(headerOf(first, 'contact')).toBe(`<sip:${ourId}@10.0.0.2:40000>`);
  // The challenge already says by which address it sees us.
  expect(headerOf(second, 'contact')).toBe(`<sip:${ourId}@172.16.0.9:61000>`);
  withQop.answer(second, '200 OK', [['Server', 'Upper']]);
  await withQop.tick();
  expect(withQop.link.standing()).toMatchObject({
    state: 'registered',
    seenAs: '172.16.0.9:61000',
    make: 'Upper',
  });
  await withQop.tick(100_000 * 0.8);
  const again = withQop.news().find((message) => isRequest(message) && message.start.method === 'REGISTER');
  expect(again && headerOf(again, 'contact')).toBe(`<sip:${ourId}@172.16.0.9:61000>`);
  const without = stage();
  const { second: plain } = await without.register('Digest realm="4200000000", nonce="n1"');
  expect(headerOf(plain, 'authorization')).not.toMatch(/qop|nc=/);
  const clear = stage();
  clear.link.open();
  await clear.tick();
  const [asked] = clear.news();
  if (asked !== undefined) clear.answer(asked, '401 Unauthorized', [['WWW-Authenticate', 'Basic realm="x"']]);
  await clear.tick();
  // A password is never sent as it is.
  expect(clear.link.standing().lastProblem?.problem).toBe('no_challenge');
});

it.each([
  ['403 Forbidden', 'not_allowed'],
  ['404 Not Found', 'unknown_id'],
  ['401 Unauthorized', 'wrong_password'],
  ['500 Fault', 'refused'],
] as const)('says what %s means, and tries again later and later', async (status, problem) => {
  const one = stage();
  const { second } = await one.register();
  one.answer(second, status, [['WWW-Authenticate', 'Digest realm="4200000000", nonce="n2"']]);
  await one.tick();
  expect(one.link.standing()).toMatchObject({ state: 'failed', lastProblem: { problem } });
  await one.tick(1_900);
  expect(one.news()).toHaveLength(0);
  await one.tick(60_000);
  expect(one.news().length).toBeGreaterThan(0);
});

it('keeps itself alive, registers again when it is forgotten, and when three keepalives are lost ends what was watched', async () => {
  const one = stage();
  await one.registered();
  await one.tick(60_000);
  const [keepalive] = one.news();
  expect(decodeManscdp(keepalive?.body ?? Buffer.alloc(0))).toMatch(/Keepalive.*<Status>OK/s);
  if (keepalive !== undefined) one.answer(keepalive, '403 Forbidden');
  await one.tick();
  expect(one.statuses()).toEqual(['REGISTER']);
  const lost = stage();
  await lost.registered();
  await lost.ask('INVITE', cameraGbId, { body: offer });
  expect(lost.link.views()).toHaveLength(1);
  await lost.tick(3 * 68_000 + 1_000);
  expect(lost.link.standing().lastProblem?.problem).toBe('keepalives_lost');
  expect(lost.link.views()).toEqual([]);
  expect(lost.media.closed).toBe(1);
});

it('does not register at itself, and signs off when it is closed', async () => {
  const self = stage({}, { ours: true });
  self.link.open();
  await self.tick();
  expect(self.news()).toEqual([]);
  expect(self.link.standing().state).toBe('ourselves');
  const one = stage();
  await one.registered();
  const closing = one.link.close();
  await one.tick();
  const [last] = one.news();
  expect(last && headerOf(last, 'expires')).toBe('0');
  await one.tick(1_100);
  await closing;
});

it('gives its list in pieces that fit a datagram, whole and in its own charset', async () => {
  const one = stage();
  const many = [folder, ...Array.from({ length: 40 }, (_, index) => camera(index + 1))];
  one.setItems(many);
  await one.registered();
  await one.ask('MESSAGE', ourId, {
    body: `<Query><CmdType>Catalog</CmdType><SN>7</SN><DeviceID>${ourId}</DeviceID></Query>`,
  });
  const items = new Map<string, string>();
  for (let round = 0; round < 60; round += 1)
    for (const message of one.news()) {
      if (!isRequest(message)) continue;
      const text = decodeManscdp(message.body);
      expect(text).toContain('<SN>7</SN>');
      const part = readCatalogue({ text });
      expect(part.sum).toBe(many.length);
      for (const item of part.items) items.set(item.deviceId, item.name);
      one.answer(message, '200 OK');
      await one.tick();
    }
  expect([...items.keys()].sort()).toEqual(many.map(({ gbId }) => gbId).sort());
  expect(items.get(cameraGbId)).toBe('实验小学食堂 <后厨> 1');
  expect(Math.max(...one.bytes.map(({ length }) => length))).toBeLessThanOrEqual(1_300);
});

it('notifies who subscribed of what came, went, and is on or off, until it ends', async () => {
  const one = stage();
  await one.registered();
  const body = `<Query><CmdType>Catalog</CmdType><SN>1</SN><DeviceID>${ourId}</DeviceID></Query>`;
  const headers = [
    ['Event', 'Catalog'],
    ['Expires', '600'],
  ] as const;
  const callId = await one.ask('SUBSCRIBE', ourId, { body, headers });
  expect(one.statuses()).toEqual([200]);
  expect(one.link.standing().subscribedUntilMs).toBe(Date.now() + 600_000);
  one.setItems([folder, camera(1, false), camera(2)]);
  one.link.listChanged();
  await one.tick(500);
  const [notice] = one.news();
  expect(notice && headerOf(notice, 'call-id')).toBe(callId);
  const events = readCatalogue({ text: decodeManscdp(notice?.body ?? Buffer.alloc(0)) }).items;
  expect(events.map(({ deviceId, event }) => `${deviceId.slice(-1)} ${event}`)).toEqual(['1 OFF', '2 ADD']);
  if (notice !== undefined) one.answer(notice, '200 OK');
  await one.tick();
  await one.ask('SUBSCRIBE', ourId, { body, headers: [['Expires', '0']], callId, sequence: 2 });
  one.news();
  one.setItems([]);
  one.link.listChanged();
  await one.tick(500);
  expect(one.news()).toEqual([]);
  expect((await one.ask('SUBSCRIBE', ourId, { headers: [['Event', 'presence']] }), one.statuses())).toEqual([
    489,
  ]);
});

it('answers a call with what is sent where, begins with ACK, and ends with BYE; each view is known with its end', async () => {
  const one = stage();
  await one.registered();
  const callId = await one.ask('INVITE', cameraGbId, { body: offer });
  const [trying, good] = one.news();
  expect(trying?.start).toMatchObject({ status: 100 });
  expect(good?.start).toMatchObject({ status: 200 });
  expect(good?.body.toString()).toMatch(
    /m=video 30000 RTP\/AVP 96\r\na=sendonly\r\na=rtpmap:96 PS\/90000\r\ny=0000000001/,
  );
  // Unacknowledged, the answer comes again.
  await one.tick(600);
  expect(one.statuses()).toEqual([200]);
  expect(one.media.begun).toBe(0);
  await one.ask('ACK', cameraGbId, { callId });
  await one.ask('ACK', cameraGbId, { callId });
  expect(one.media.begun).toBe(1);
  await one.ask('BYE', cameraGbId, { callId, sequence: 2 });
  await one.ask('BYE', cameraGbId, { callId: 'never', sequence: 2 });
  expect(one.statuses()).toEqual([200, 481]);
  expect(one.views).toEqual(['began c1', 'ended c1']);
  expect(one.media.closed).toBe(1);
});

it('refuses what may not be watched, a recording, a flood, and more views than agreed', async () => {
  const one = stage({ maxViews: 1 });
  await one.registered();
  await one.ask('INVITE', '42120000001320000099', { body: offer });
  one.setVerdict(() => ({ verdict: 'shut' }));
  await one.ask('INVITE', cameraGbId, { body: offer });
  one.setVerdict((gbId) => ({ verdict: 'may', cameraId: gbId }));
  await one.ask('INVITE', cameraGbId, { body: offer.replace('Play', 'Playback') });
  await one.ask('INVITE', cameraGbId, { body: offer });
  await one.ask('INVITE', '42120000001320000002', { body: offer });
  expect(one.statuses()).toEqual([404, 403, 488, 100, 200, 486]);
  await one.tick(1_000);
  one.news();
  for (let number = 0; number < 500; number += 1) await one.ask('INVITE', cameraGbId, { body: offer });
  // Each that got through ended the one before; the rest cost nothing, and most were not even read.
  expect(one.media.opened).toBeLessThanOrEqual(12);
  expect(one.media.opened - one.media.closed).toBeLessThanOrEqual(1);
  expect(one.statuses().filter((status) => status === 503).length).toBeLessThanOrEqual(100);
});

it('ends the old call of a camera when a new one comes, and every call of which the right ended meanwhile', async () => {
  const one = stage();
  await one.registered();
  await one.ask('INVITE', cameraGbId, { body: offer });
  one.news();
  await one.ask('INVITE', cameraGbId, { body: offer });
  expect(one.statuses()).toEqual(['BYE', 100, 200]);
  expect(one.link.endViews((cameraId) => cameraId === 'c1')).toBe(1);
  expect(one.statuses()).toEqual(['BYE']);
  let finish: (opened: OpenedMedia) => void = () => undefined;
  one.setOpen(() => new Promise((resolve) => (finish = resolve)));
  const callId = await one.ask('INVITE', cameraGbId, { body: offer });
  await one.ask('CANCEL', cameraGbId, { callId });
  let closed = 0;
  finish({
    ok: true,
    media: {
      port: 1,
      ssrc: 1,
      begin: () => undefined,
      again: () => undefined,
      close: () => void (closed += 1),
    },
  });
  await one.tick();
  expect(one.statuses()).toEqual([100, 487, 200]);
  expect(closed).toBe(1);
});

it('turns a camera only where it was allowed, asks for key pictures, and shows by which id it is called', async () => {
  const control = (inner: string): string =>
    `<Control><CmdType>DeviceControl</CmdType><SN>1</SN><DeviceID>${cameraGbId}</DeviceID>${inner}</Control>`;
  const one = stage();
  await one.registered();
  await one.ask('MESSAGE', cameraGbId, { body: control('<PTZCmd>A50F01023232506B</PTZCmd>') });
  await one.ask('MESSAGE', cameraGbId, { body: control('<IFameCmd>Send</IFameCmd>') });
  await one.ask('MESSAGE', cameraGbId, {
    body: control('<TeleBoot>Boot</TeleBoot>'),
    from: '42000000002000000009',
  });
  expect(one.statuses()).toEqual([403, 200, 403]);
  expect(one.turned).toEqual(['key c1']);
  expect(one.link.standing().saysId).toBe('42000000002000000009');
  const allowed = stage({ mayTurn: true });
  await allowed.registered();
  const callId = await allowed.ask('MESSAGE', cameraGbId, {
    body: control('<PTZCmd>A50F01023232506B</PTZCmd>'),
  });
  // Sent again because its answer was lost, it is not done twice.
  await allowed.ask('MESSAGE', cameraGbId, { body: control('<PTZCmd>A50F01023232506B</PTZCmd>'), callId });
  await allowed.ask('MESSAGE', cameraGbId, { body: control('<PTZCmd>A50F0100000000B5</PTZCmd>') });
  await allowed.ask('MESSAGE', cameraGbId, { body: control('<PTZCmd>A50F01023232506C</PTZCmd>') });
  expect(allowed.statuses()).toEqual([200, 200, 200, 400]);
  expect(allowed.turned.map((word) => word.split(' ')[1]?.slice(0, 4))).toEqual(['-0.1', '0']);
});

it('lists the views that a camera remembers, and goes to one of them where turning is allowed', async () => {
  const go = (number: number, command = 0x82): string => {
    const head = [0xa5, 0x0f, 0x01, command, 0, number, 0];
    const sum = head.reduce((total, byte) => total + byte, 0) & 0xff;
    const bytes = Buffer.from([...head, sum])
      .toString('hex')
      .toUpperCase();
    return `<Control><CmdType>DeviceControl</CmdType><SN>1</SN><DeviceID>${cameraGbId}</DeviceID><PTZCmd>${bytes}</PTZCmd></Control>`;
  };
  const one = stage();
  await one.registered();
  await one.ask('MESSAGE', cameraGbId, { body: go(3) });
  expect([one.statuses(), one.turned]).toEqual([[403], []]);
  const allowed = stage({ mayTurn: true });
  await allowed.registered();
  // The one that is there, one that is not, and one that is to be saved or deleted.
  for (const body of [go(3), go(4), go(3, 0x81), go(3, 0x83)])
    await allowed.ask('MESSAGE', cameraGbId, { body });
  expect(allowed.statuses()).toEqual([200, 404, 400, 400]);
  expect(allowed.turned).toEqual(['c1 to 3']);
  const query = `<Query><CmdType>PresetQuery</CmdType><SN>9</SN><DeviceID>${cameraGbId}</DeviceID></Query>`;
  await allowed.ask('MESSAGE', cameraGbId, { body: query });
  const listed = allowed
    .news()
    .map(({ body }) => decodeManscdp(body))
    .join('');
  expect(listed).toContain('<SN>9</SN>');
  expect(listed).toContain('<PresetList Num="1">');
  expect(listed).toContain('<PresetID>3</PresetID><PresetName>灶台 &lt;左&gt;</PresetName>');
});

it('says what it is and how it stands, and answers nobody before it is registered', async () => {
  const one = stage();
  one.link.open();
  await one.tick();
  one.news();
  await one.ask('INVITE', cameraGbId, { body: offer });
  expect(one.statuses()).toEqual([403]);
  const two = stage();
  await two.registered();
  const query = (command: string): string =>
    `<Query><CmdType>${command}</CmdType><SN>5</SN><DeviceID>${ourId}</DeviceID></Query>`;
  for (const command of ['DeviceInfo', 'DeviceStatus', 'RecordInfo'])
    await two.ask('MESSAGE', ourId, { body: query(command) });
  const texts = two
    .news()
    .filter(isRequest)
    .map(({ body }) => decodeManscdp(body));
  expect(texts[0]).toMatch(/<Manufacturer>Mingchu.*<Channel>1</s);
  expect(texts[1]).toMatch(/<Online>ONLINE/);
  expect(texts[2]).toMatch(/<SumNum>0/);
});

it('stands whatever comes from above: broken SIP, broken XML, broken offers', async () => {
  const one = stage({ mayTurn: true });
  await one.registered();
  const bodies = [
    offer,
    `<Query><CmdType>Catalog</CmdType><SN>7</SN><DeviceID>${ourId}</DeviceID></Query>`,
    `<Control><CmdType>DeviceControl</CmdType><SN>1</SN><DeviceID>${cameraGbId}</DeviceID><PTZCmd>A50F01023232506B</PTZCmd></Control>`,
  ];
  const methods = [
    'INVITE',
    'MESSAGE',
    'SUBSCRIBE',
    'BYE',
    'ACK',
    'CANCEL',
    'INFO',
    'NOTIFY',
    'OPTIONS',
    'REGISTER',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...methods),
      fc.constantFrom(...bodies),
      fc.array(fc.record({ at: fc.nat(600), bytes: fc.uint8Array({ maxLength: 12 }) }), { maxLength: 4 }),
      async (method, body, cuts) => {
        const whole = writeMessage(
          `${method} sip:${cameraGbId}@10.0.0.2 SIP/2.0`,
          [
            ['Via', 'SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bK1'],
            ['From', `<sip:${upperId}@4200000000>;tag=up`],
            ['To', `<sip:${cameraGbId}@4200000000>`],
            ['Call-ID', `broken-${method}`],
            ['CSeq', `1 ${method}`],
          ],
          Buffer.from(body),
        );
        let bytes = whole;
        for (const { at, bytes: put } of cuts)
          bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + 1)]);
        const message = parseDatagram(bytes);
        if (message !== undefined) one.deliver(message);
        await one.tick(20);
      },
    ),
    { numRuns: 300 },
  );
  await one.tick(5_000);
  one.news();
  await one.ask('OPTIONS', ourId);
  expect(one.statuses()).toContain(200);
  expect(one.link.views().length).toBeLessThanOrEqual(1);
});
