import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRecordersService } from '../../../../../../src-sfu/features/recorders/recorders.service.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from '../../../../../../src-sfu/media/ingest/rtpPacket.ts';
import { gb28181TurnHeads } from '../../../../../../src-sfu/media/sources/gb28181/gb28181Turning.ts';
import { digestResponse } from '../../../../../../src-sfu/media/sources/gb28181/sipDigest.ts';
import { headerOf, parameterOf } from '../../../../../../src-sfu/media/sources/gb28181/sipMessage.ts';
import {
  at,
  channelId,
  doorInMemory,
  home,
  memoryRecorders,
  recorderId,
  type SentMessage,
} from '../../../../../support/recorderDoor.ts';
import { silentLogger } from '../../../../../support/ingestAttempt.ts';

const realImmediate = setImmediate;

/** The numbers are those of the quirks in the table of the design of recorders. */
let stage: Awaited<ReturnType<typeof doorInMemory>>;
beforeEach(async () => {
  vi.useFakeTimers({ now: new Date('2026-11-28T14:13:58.015Z') });
  stage = await doorInMemory(Date.now);
});
afterEach(async () => {
  const closing = stage.door.close();
  await vi.advanceTimersByTimeAsync(5_000);
  await closing;
  vi.useRealTimers();
});

const message = (body: string) => ({ body });
const keepalive = `<Notify><CmdType>Keepalive</CmdType><SN>43</SN><DeviceID>${recorderId}</DeviceID><Status>OK</Status></Notify>`;
const channel = (number: number): string => `421200000013200000${String(number).padStart(2, '0')}`;
const item = (number: number, more = '<Status>ON</Status>'): string =>
  `<Item><DeviceID>${channel(number)}</DeviceID><Name>Kitchen ${number}</Name>${more}</Item>`;
const catalogue = (sn: number | string, sum: number, items: string, root = 'Response'): string =>
  `<${root}><CmdType>Catalog</CmdType><SN>${sn}</SN><DeviceID>${recorderId}</DeviceID><SumNum>${sum}</SumNum><DeviceList Num="1">${items}</DeviceList></${root}>`;
const asked = (sent: readonly SentMessage[], command: string): SentMessage[] =>
  sent.filter(({ method, body }) => method === 'MESSAGE' && body.includes(`<CmdType>${command}</CmdType>`));
const sequenceIn = (sent: SentMessage | undefined): string => /<SN>(\d+)/.exec(sent?.body ?? '')?.[1] ?? '';
const listed = () => stage.recorders.list().recorders[0];
const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('1 challenges with realm, nonce, algorithm and qop, and takes an answer without qop', () => {
  const [challenge] = stage.request('REGISTER');
  expect(challenge?.status).toBe(401);
  expect(challenge && headerOf(challenge.message, 'www-authenticate')).toMatch(
    /^Digest realm="4212000000", nonce="[\da-f.]+", algorithm=MD5, qop="auth"$/,
  );
  expect(stage.register().map(({ status }) => status)).toContain(200);
});

it('asks by SHA-256 as well who is set to it, and lets it in by either; nobody else is asked or let in by that', async () => {
  const challenges = (id = recorderId): readonly string[] => {
    const [challenge] = stage.request('REGISTER', { id });
    return challenge?.message.headers.get('www-authenticate') ?? [];
  };
  const registers = (algorithm: 'SHA-256' | undefined): number | undefined => {
    const nonce = /nonce="([^"]+)"/.exec(challenges()[0] ?? '')?.[1] ?? '';
    const digest = { username: recorderId, realm: '4212000000', nonce, uri: 'sip:hub', response: '' };
    const by = algorithm === undefined ? {} : { algorithm };
    const response = digestResponse({ ...digest, nc: '', cnonce: '', ...by }, 'REGISTER', stage.password);
    const said = algorithm === undefined ? '' : `, algorithm=${algorithm}`;
    const authorization = `Digest username="${recorderId}", realm="4212000000", nonce="${nonce}", uri="sip:hub", response="${response}"${said}`;
    const headers = [['Authorization', authorization]] as const;
    return stage.request('REGISTER', { headers })[0]?.status;
  };
  expect(challenges()).toHaveLength(1);
  expect(registers('SHA-256')).toBe(401);
  await stage.recorders.setSha256(recorderId, true, 'Clerk');
  expect(challenges().map((one) => /algorithm=([^,]+)/.exec(one)?.[1])).toEqual(['MD5', 'SHA-256']);
  expect(challenges('42120000001189999999')).toHaveLength(1);
  expect(registers('SHA-256')).toBe(200);
  expect(registers(undefined)).toBe(200);
  await stage.recorders.setSha256(recorderId, false, 'Clerk');
  expect(registers('SHA-256')).toBe(401);
});

it('3 takes a new port of the same address at once', () => {
  stage.register();
  const [answer] = stage.request('MESSAGE', { ...message(keepalive), from: at(home.address, 61_000) });
  expect(answer?.status).toBe(200);
  expect(stage.recorders.directory.placeOf(recorderId)?.port).toBe(61_000);
});

it('takes nothing from port 0, to which nothing can be answered', async () => {
  stage.register();
  expect(stage.request('MESSAGE', { ...message(keepalive), from: at(home.address, 0) })).toEqual([]);
  expect(stage.recorders.directory.placeOf(recorderId)).toEqual(home);
  const after = await createRecordersService({
    repository: Object.assign(memoryRecorders(), {
      list: () =>
        Promise.resolve([
          {
            recorderId,
            name: 'School',
            password: 'kitchen-7-kitchen',
            place: at(home.address, 0),
            learned: {},
            setsClock: true,
          },
        ]),
    }),
    logger: silentLogger,
    nowMs: Date.now,
  });
  expect(after.directory.placeOf(recorderId)).toBeUndefined();
});

const moved = at('10.77.0.50', 5_070);
/** Keepalives come from another address, where the device answers; it does not answer any more where it was. */
async function seemsToHaveMoved(): Promise<void> {
  stage.register();
  expect(stage.request('MESSAGE', { ...message(keepalive), from: moved })[0]?.status).toBe(403);
  const [atOld] = asked(stage.sent, 'DeviceStatus');
  expect(atOld?.to.address).toBe(home.address);
  await passes(3_100);
  const atNew = asked(stage.news(), 'DeviceStatus').find(({ to }) => to.address === moved.address);
  expect(atNew).toBeDefined();
  if (atNew !== undefined) stage.answer(atNew);
  await passes(0);
}
/** The keepalive once more, with an answer to this challenge. */
function answered(challenge: SentMessage | undefined, password: string, from = moved): number | undefined {
  const header = challenge && headerOf(challenge.message, 'www-authenticate');
  const nonce = /nonce="([^"]+)"/.exec(header ?? '')?.[1] ?? '';
  const digest = { username: recorderId, realm: '4212000000', nonce, uri: 'sip:hub', response: '' };
  const response = digestResponse({ ...digest, nc: '', cnonce: '' }, 'MESSAGE', password);
  const authorization = `Digest username="${recorderId}", realm="4212000000", nonce="${nonce}", uri="sip:hub", response="${response}"`;
  const headers = [['Authorization', authorization]] as const;
  return stage.request('MESSAGE', { ...message(keepalive), from, headers })[0]?.status;
}
const placeNow = () => stage.recorders.directory.placeOf(recorderId);

it('3 adopts a new address where the recorder answers, and no longer where it was, once it shows its password', async () => {
  await seemsToHaveMoved();
  expect(placeNow()).toEqual(home);
  expect(listed()?.lastError?.message).toMatch(/answers at 10\.77\.0\.50 now and no longer at .* password/);
  expect(listed()?.misplaced).toMatchObject({ problem: 'moved', address: '10.77.0.50' });
  const [challenge] = stage.request('MESSAGE', { ...message(keepalive), from: moved });
  expect(challenge?.status).toBe(401);
  expect(answered(challenge, stage.password)).toBe(200);
  expect(placeNow()).toEqual(moved);
  expect(stage.request('MESSAGE', { ...message(keepalive), from: moved })[0]?.status).toBe(200);
});

it('3 adopts a new address by a registration there, which ends the challenges', async () => {
  await seemsToHaveMoved();
  expect(stage.register(moved).map(({ status }) => status)).toContain(200);
  expect(placeNow()).toEqual(moved);
  expect(stage.request('MESSAGE', { ...message(keepalive), from: moved })[0]?.status).toBe(200);
});

it('sends nothing of the recorder’s to an address that answers for it without its password', async () => {
  await seemsToHaveMoved();
  const [challenge] = stage.request('MESSAGE', { ...message(keepalive), from: moved });
  expect(answered(challenge, 'guessed')).toBe(401);
  expect(answered(undefined, stage.password)).toBe(401);
  // What was made for one address is of no use at another.
  expect(answered(challenge, stage.password, at('10.66.0.6'))).toBe(403);
  for (let turn = 0; turn < 20; turn += 1)
    expect(stage.request('MESSAGE', { ...message(keepalive), from: moved })[0]?.status).toBe(401);
  await passes(60_000);
  stage.door.askCatalogue(recorderId);
  expect(placeNow()).toEqual(home);
  const there = stage.sent.filter(({ to, method }) => to.address === moved.address && method !== '');
  expect(there.length).toBeGreaterThan(0);
  expect(there.every(({ body }) => body.includes('<CmdType>DeviceStatus</CmdType>'))).toBe(true);
  // The recorder itself comes back where it was.
  expect(stage.register().map(({ status }) => status)).toContain(200);
  expect(stage.request('MESSAGE', { ...message(keepalive), from: moved })[0]?.status).toBe(403);
});

it('a stolen id from another address moves nothing, and is said', async () => {
  stage.register();
  const thief = at('10.66.0.6');
  stage.request('MESSAGE', { ...message(keepalive), from: thief });
  const [probe] = asked(stage.sent, 'DeviceStatus');
  // An answer of the thief to what was asked elsewhere is none.
  if (probe !== undefined) stage.answer(probe, '200 OK', '', thief);
  await passes(100);
  if (probe !== undefined) stage.answer(probe);
  await passes(5_000);
  expect(stage.recorders.directory.placeOf(recorderId)).toEqual(home);
  expect(listed()?.lastError?.message).toContain(thief.address);
  expect(listed()?.misplaced).toMatchObject({ problem: 'two_devices', address: thief.address });
  // However often it tries, it is looked into once in 15 s.
  stage.news();
  for (let turn = 0; turn < 50; turn += 1) stage.request('MESSAGE', { ...message(keepalive), from: thief });
  expect(asked(stage.sent, 'DeviceStatus')).toHaveLength(1);
});

it('two devices with one id and the right password are said to be two', async () => {
  stage.register();
  stage.register(at('10.77.0.20'));
  await passes(1_000);
  stage.register(home);
  expect(listed()?.lastError?.message).toMatch(/Two devices use this id, one at .* and one at /);
  expect(listed()?.misplaced).toMatchObject({ problem: 'two_devices', address: '10.77.0.20' });
});

it('a recorder that is removed while it is found at another address does not come back by that', async () => {
  stage.register();
  stage.request('MESSAGE', { ...message(keepalive), from: moved });
  await passes(3_100);
  const atNew = asked(stage.news(), 'DeviceStatus').find(({ to }) => to.address === moved.address);
  await stage.recorders.remove(recorderId, 'tests');
  await stage.recorders.add({ recorderId, name: 'School' }, 'tests');
  if (atNew !== undefined) stage.answer(atNew);
  await passes(0);
  expect(atNew).toBeDefined();
  expect(stage.recorders.directory.placeOf(recorderId)).toBeUndefined();
});

it('ends what a recorder agrees to only after it was removed: the call, the subscriptions and the connection', async () => {
  const peer = { ...home, protocol: 'tcp' as const };
  stage.register(peer);
  // The catalogue is not answered; after that the hub subscribes.
  await passes(10_000);
  const asks = stage.sent.filter(({ method }) => method === 'SUBSCRIBE');
  expect(asks).toHaveLength(2);
  const watching = stage.door.lines.join(
    { recorderId, channelId, stream: 'main' },
    { onPacket: () => undefined, onRestart: () => undefined, onEnded: () => undefined },
    8_000,
  );
  const refused = expect(watching).rejects.toMatchObject({ failure: 'unauthorized' });
  await vi.waitFor(() => expect(stage.sent.some(({ method }) => method === 'INVITE')).toBe(true));
  const invite = stage.sent.find(({ method }) => method === 'INVITE');

  await stage.recorders.remove(recorderId, 'tests');
  expect(stage.hungUp).toEqual([peer]);
  stage.news();
  if (invite !== undefined) stage.answer(invite, '200 OK', 'v=0\r\nm=video 9000 RTP/AVP 96\r\n');
  for (const ask of asks) stage.answer(ask);
  await passes(0);
  const news = stage.news();
  expect(news.map(({ method }) => method)).toEqual(expect.arrayContaining(['ACK', 'BYE']));
  const ends = news.filter(({ method }) => method === 'SUBSCRIBE');
  expect(ends.map(({ message: end }) => headerOf(end, 'expires'))).toEqual(['0', '0']);
  await refused;
});

it.each([
  ['never answers', undefined],
  ['says that it was cancelled', '487 Request Terminated'],
])(
  'hears nothing more of a recorder that sends before it %s, and takes its question back',
  async (_how, answer) => {
    stage.register(at('127.0.0.1'));
    const onPacket = vi.fn();
    const watching = stage.door.lines.join(
      { recorderId, channelId, stream: 'main' },
      { onPacket, onRestart: () => undefined, onEnded: () => undefined },
      8_000,
    );
    const refused = expect(watching).rejects.toMatchObject({ failure: 'unauthorized' });
    await vi.waitFor(() => expect(stage.sent.some(({ method }) => method === 'INVITE')).toBe(true));
    const invite = stage.sent.find(({ method }) => method === 'INVITE');
    const port = Number(/m=video (\d+)/.exec(invite?.body ?? '')?.[1]);
    const sender = createSocket('udp4').bind(0, '127.0.0.1');
    await once(sender, 'listening');
    let sequence = 0;
    /** Sends one packet, and waits until what was sent by then has come: the network is asked between two real turns. */
    const send = async (): Promise<void> => {
      const packet = Buffer.alloc(RTP_HEADER_BYTES + 10);
      writeRtpHeader(packet, 0, 96, (sequence += 1), 0, 7);
      sender.send(packet, port, '127.0.0.1');
      for (let turn = 0; turn < 3; turn += 1) {
        sender.send('own', sender.address().port, '127.0.0.1');
        await once(sender, 'message');
        await new Promise<void>((resolve) => void realImmediate(() => resolve()));
      }
    };
    try {
      await send();
      expect(onPacket).toHaveBeenCalledTimes(1);
      stage.news();
      await stage.recorders.remove(recorderId, 'tests');
      const cancels = stage.news().filter(({ method }) => method === 'CANCEL');
      expect(cancels.map(({ message: sent }) => [headerOf(sent, 'call-id'), headerOf(sent, 'via')])).toEqual([
        [invite && headerOf(invite.message, 'call-id'), invite && headerOf(invite.message, 'via')],
      ]);
      await send();
      expect(onPacket).toHaveBeenCalledTimes(1);
      if (invite !== undefined && answer !== undefined) stage.answer(invite, answer);
      else await passes(10_000);
      await refused;
    } finally {
      sender.close();
    }
  },
);

it('a recorder that cannot be removed from a full disk is out all the same, and is listed to be removed again', async () => {
  stage.register();
  stage.repository.failing = true;
  await expect(stage.recorders.remove(recorderId, 'tests')).rejects.toThrow('disk full');
  expect(listed()?.isOnline).toBe(false);
  expect(stage.recorders.directory.placeOf(recorderId)).toBeUndefined();
  expect(stage.register().map(({ status }) => status)).toContain(403);
  stage.repository.failing = false;
  expect(await stage.recorders.remove(recorderId, 'tests')).toBe(true);
  expect(listed()).toBeUndefined();
});

it('a recorder whose password is changed is out before the new one is stored, and comes in with the new one only', async () => {
  stage.register();
  const revoked: unknown[] = [];
  stage.recorders.onRevoked((...which) => revoked.push(which));
  const stored = Promise.withResolvers<void>();
  vi.spyOn(stage.repository, 'add').mockReturnValueOnce(stored.promise as Promise<undefined>);
  const changing = stage.recorders.add({ recorderId, name: 'Canteen', password: 'another-one' }, 'tests');
  expect(revoked).toEqual([[recorderId, home]]);
  expect(listed()?.isOnline).toBe(false);
  expect(stage.recorders.directory.placeOf(recorderId)).toBeUndefined();
  expect(stage.request('MESSAGE', message(keepalive))[0]?.status).toBe(403);
  expect(stage.register().map(({ status }) => status)).toContain(403);
  stored.resolve();
  await changing;
  expect(stage.recorders.directory.passwordOf(recorderId)).toBe('another-one');
  expect(stage.register().map(({ status }) => status)).toContain(403);
  expect(revoked).toHaveLength(1);
});

it('a recorder whose new password cannot be stored is out all the same, and comes in again with the one of before', async () => {
  stage.register();
  stage.repository.failing = true;
  const change = { recorderId, name: 'Canteen', password: 'another-one' };
  const changing = stage.recorders.add(change, 'tests');
  expect(stage.register().map(({ status }) => status)).toContain(403);
  await expect(changing).rejects.toThrow('disk full');
  expect(stage.recorders.list().waiting).toEqual([]);
  expect(listed()).toMatchObject({ name: 'School', isOnline: false, address: undefined });
  expect(stage.request('MESSAGE', message(keepalive))[0]?.status).toBe(403);
  expect(stage.recorders.directory.passwordOf(recorderId)).toBe(stage.password);
  expect(stage.register().map(({ status }) => status)).toContain(200);
});

it('a recorder that is removed while its new password is stored stays out', async () => {
  stage.register();
  const stored = Promise.withResolvers<void>();
  vi.spyOn(stage.repository, 'add').mockReturnValueOnce(stored.promise as Promise<undefined>);
  const change = { recorderId, name: 'Canteen', password: 'another-one' };
  const changing = stage.recorders.add(change, 'tests');
  await stage.recorders.remove(recorderId, 'tests');
  stored.resolve();
  await changing;
  expect(stage.recorders.list().recorders).toEqual([]);
});

it('a recorder whose password was taken from it is refused whatever it sends from where it was', () => {
  stage.register();
  const alarms: unknown[] = [];
  stage.recorders.onAlarm((from) => alarms.push(from));
  const before = listed()?.heardAtMs;
  vi.advanceTimersByTime(1_000);
  vi.spyOn(stage.recorders.directory, 'passwordOf').mockReturnValue(undefined);
  const alarm = `<Notify><CmdType>Alarm</CmdType><SN>4</SN><DeviceID>${channelId}</DeviceID><AlarmPriority>1</AlarmPriority><AlarmMethod>5</AlarmMethod><AlarmTime>1999-01-01T00:00:00</AlarmTime></Notify>`;
  for (const [method, body] of [
    ['MESSAGE', keepalive],
    ['MESSAGE', alarm],
    ['NOTIFY', alarm],
    ['OPTIONS', ''],
  ] as const)
    expect(stage.request(method, message(body)).map(({ status }) => status)).toEqual([403]);
  expect(alarms).toEqual([]);
  expect(listed()?.heardAtMs).toBe(before);
});

it('a recorder whose password cannot be read is nowhere after a start, also where its place is kept', async () => {
  const repository = memoryRecorders();
  const row = { recorderId, name: 'School', place: home, learned: {}, setsClock: true };
  for (const [password, place] of [
    ['kitchen-7-kitchen', home],
    [undefined, undefined],
  ] as const) {
    vi.spyOn(repository, 'list').mockResolvedValue([{ ...row, password }]);
    const { directory } = await createRecordersService({ repository, logger: silentLogger, nowMs: Date.now });
    expect(directory.placeOf(recorderId)).toEqual(place);
    expect(directory.isKnownAddress(home.address)).toBe(place !== undefined);
  }
});

it('4 asks a silent recorder before it is called offline, and believes any answer', async () => {
  stage.register();
  await passes(100_000);
  stage.news();
  let probes: SentMessage[] = [];
  for (let second = 0; second < 30 && probes.length === 0; second += 1) {
    await passes(1_000);
    probes = asked(stage.news(), 'DeviceStatus');
  }
  expect(probes).toHaveLength(1);
  if (probes[0] !== undefined) stage.answer(probes[0], '405 Method Not Allowed');
  await passes(65_000);
  expect(listed()?.isOnline).toBe(true);
  await passes(200_000);
  expect(listed()?.isOnline).toBe(false);
});

it('5 answers a keepalive without a body, and counts it', async () => {
  stage.register();
  await passes(170_000);
  expect(stage.request('MESSAGE')[0]?.status).toBe(200);
  await passes(170_000);
  expect(listed()?.isOnline).toBe(true);
});

it('6 refuses a sender that is not registered, which makes it register', () => {
  expect(stage.request('MESSAGE', message(keepalive)).map(({ status }) => status)).toEqual([403]);
  expect(listed()?.isOnline).toBe(false);
});

it('7 collects a catalogue by number and id, doubled and in any order', async () => {
  stage.register();
  const sn = sequenceIn(asked(stage.sent, 'Catalog')[0]);
  for (const number of [3, 1, 1, 2]) stage.request('MESSAGE', message(catalogue(sn, 3, item(number))));
  expect(listed()).toMatchObject({ announcedItems: 3, receivedItems: 3 });
  expect(
    listed()
      ?.channels.map(({ name }) => name)
      .sort(),
  ).toEqual(['Kitchen 1', 'Kitchen 2', 'Kitchen 3']);
  await passes(60_000);
  expect(new Set(asked(stage.sent, 'Catalog').map(sequenceIn)).size).toBe(1);
});

it('8 asks twice more for what is missing, says how many came, and deletes nothing', async () => {
  stage.register();
  const sn = sequenceIn(asked(stage.sent, 'Catalog')[0]);
  for (let number = 0; number < 96; number += 1)
    stage.request('MESSAGE', message(catalogue(sn, 100, item(number))));
  stage.request('MESSAGE', message(catalogue(sn, 100, '')));
  for (let turn = 0; turn < 5; turn += 1) await passes(3_100);
  expect(new Set(asked(stage.sent, 'Catalog').map(sequenceIn)).size).toBe(3);
  expect(listed()).toMatchObject({ announcedItems: 100, receivedItems: 96 });
  expect(listed()?.channels.filter(({ isGone }) => isGone)).toEqual([]);
});

it('8 calls a channel gone that two whole catalogues in a row leave out, and keeps it', async () => {
  for (const numbers of [[1, 2], [1], [1]]) {
    stage.news();
    stage.register();
    const sn = sequenceIn(asked(stage.news(), 'Catalog')[0] ?? asked(stage.sent, 'Catalog').at(-1));
    expect(listed()?.channels.filter(({ isGone }) => isGone)).toEqual([]);
    for (const number of numbers)
      stage.request('MESSAGE', message(catalogue(sn, numbers.length, item(number))));
    await passes(31_000);
  }
  expect(listed()?.channels.map(({ isGone }) => isGone)).toEqual([false, true]);
  const sn = 1;
  stage.request('MESSAGE', message(catalogue(sn, 1, item(2))));
  expect(listed()?.channels.map(({ isGone }) => isGone)).toEqual([false, false]);
});

it('9 takes an unasked answer with one channel for what it is', async () => {
  stage.register();
  const sn = sequenceIn(asked(stage.sent, 'Catalog')[0]);
  stage.request('MESSAGE', message(catalogue(sn, 2, item(1) + item(2))));
  for (let turn = 0; turn < 3; turn += 1) stage.request('MESSAGE', message(catalogue(999_999, 1, item(1))));
  expect(listed()?.channels.map(({ isGone }) => isGone)).toEqual([false, false]);
  expect(listed()).toMatchObject({ announcedItems: 2, receivedItems: 2 });
  const notice = catalogue(5, 1, item(3, '<Event>ADD</Event><Status>ON</Status>'), 'Notify');
  stage.request('NOTIFY', message(notice));
  expect(listed()?.channels).toHaveLength(3);
  expect(listed()).toMatchObject({ announcedItems: 2, receivedItems: 2 });
});

it('8 counts what came of the last catalogue, not of all of them', async () => {
  for (const numbers of [[1, 2, 3], [1]]) {
    stage.news();
    stage.register();
    const sn = sequenceIn(asked(stage.sent, 'Catalog').at(-1));
    for (const number of numbers)
      stage.request('MESSAGE', message(catalogue(sn, numbers.length, item(number))));
    expect(listed()).toMatchObject({ announcedItems: numbers.length, receivedItems: numbers.length });
    await passes(31_000);
  }
});

it('asks for a catalogue when a person wants it, however short ago the recorder registered, but not twice in 3 s', async () => {
  expect(stage.door.askCatalogue(recorderId)).toBe('absent');
  stage.register();
  await passes(5_000);
  stage.news();
  expect(stage.door.askCatalogue(recorderId)).toBe('asked');
  expect(asked(stage.news(), 'Catalog')).toHaveLength(1);
  await passes(2_000);
  stage.news();
  expect(stage.door.askCatalogue(recorderId)).toBe('tooSoon');
  expect(asked(stage.news(), 'Catalog')).toEqual([]);
  await passes(1_100);
  expect(stage.door.askCatalogue(recorderId)).toBe('asked');
});

it.each([-1, 1_000_000_000, 0])(
  'a catalogue of %i items ends all the same, and says what came',
  async (sum) => {
    stage.register();
    const sn = sequenceIn(asked(stage.sent, 'Catalog')[0]);
    stage.request('MESSAGE', message(catalogue(sn, sum, item(1))));
    await passes(60_000);
    expect(listed()?.channels).toHaveLength(1);
    expect(asked(stage.sent, 'Catalog').length).toBeLessThan(20);
  },
);

it('a catalogue whose folders lie in each other is a flat list of channels', () => {
  stage.register();
  const folder = (id: string, parent: string): string =>
    `<Item><DeviceID>${id}</DeviceID><Name>f</Name><ParentID>${parent}</ParentID></Item>`;
  const [a, b] = ['42120000002160000001', '42120000002160000002'];
  const inLoop = item(1, `<ParentID>${a}</ParentID><Status>ON</Status>`);
  const loop = folder(a, b) + folder(b, a) + folder(a, a) + inLoop;
  stage.request('MESSAGE', message(catalogue(1, 4, loop)));
  expect(listed()?.channels.map(({ channelId: id }) => id)).toEqual([channel(1)]);
});

it('a full disk while a catalogue comes loses none of it', async () => {
  stage.register();
  await passes(100);
  stage.repository.failing = true;
  stage.request('MESSAGE', message(catalogue(1, 2, item(1) + item(2))));
  await passes(20_000);
  expect(stage.repository.saved).toEqual([]);
  expect(listed()?.channels).toHaveLength(2);
  stage.repository.failing = false;
  await passes(5_100);
  expect(stage.repository.saved).toEqual([channel(1), channel(2)]);
});

it('12 reads command and number from attributes', () => {
  stage.register();
  const sn = sequenceIn(asked(stage.sent, 'Catalog')[0]);
  const body = `<Response CmdType="Catalog" SN="${sn}" DeviceID="${recorderId}"><SumNum>1</SumNum><DeviceList>${item(1)}</DeviceList></Response>`;
  stage.request('MESSAGE', message(body));
  expect(listed()?.channels).toHaveLength(1);
});

it('14 sends nothing that a datagram of 1,300 bytes does not hold', async () => {
  stage.register();
  await passes(30_000);
  for (const { message: sent } of stage.sent) expect(sent.body.length).toBeLessThan(1_300);
});

it('28 has ids of its own for each request, a cookie in each branch, and a tag only inside dialogs', async () => {
  stage.register();
  for (let turn = 0; turn < 20; turn += 1) stage.door.askKeyPicture(recorderId, channelId);
  await passes(20_000);
  const requests = stage.sent.filter(({ method }) => method !== '');
  const first = requests.filter(({ body }) => body.includes('IFameCmd'));
  expect(new Set(first.map(({ message: sent }) => headerOf(sent, 'call-id'))).size).toBe(20);
  for (const { message: sent } of requests) {
    expect(parameterOf(headerOf(sent, 'via'), 'branch')).toMatch(/^z9hG4bK/);
    expect(parameterOf(headerOf(sent, 'to'), 'tag')).toBeUndefined();
  }
});

it('28 takes answers without Via, and late ones, for what they are', async () => {
  stage.register();
  const probe = asked(stage.sent, 'Catalog')[0];
  const bare = `SIP/2.0 200 OK\r\nCall-ID: ${probe && headerOf(probe.message, 'call-id')}\r\nCSeq: 1 MESSAGE\r\n\r\n`;
  stage.deliver(Buffer.from(bare));
  stage.news();
  await passes(2_000);
  expect(stage.news().filter(({ body }) => body === probe?.body)).toEqual([]);
  await passes(20_000);
  stage.deliver(Buffer.from(bare));
  expect(listed()?.isOnline).toBe(true);
});

it('29 gives the time as local time without a zone', () => {
  const answer = stage.register().find(({ status }) => status === 200);
  expect(answer && headerOf(answer.message, 'date')).toMatch(/^2026-11-2[89]T\d\d:\d\d:58\.\d{3}$/);
});

it('29 gives no time to a recorder for which that is switched off, from its next registration on', async () => {
  await stage.recorders.setClock(recorderId, false, 'Clerk');
  const answer = stage.register().find(({ status }) => status === 200);
  expect(answer).toBeDefined();
  expect(answer && headerOf(answer.message, 'date')).toBeUndefined();
});

it('is asked for a key picture in the words of the edition that it registered with', () => {
  const key = (): string => {
    stage.door.askKeyPicture(recorderId, channelId);
    return stage.news().at(-1)?.body ?? '';
  };
  stage.register();
  expect(key()).toMatch(/GB2312[^]*<IFameCmd>/);
  const answers = stage.register(home, [['X-GB-Ver', '3.0']]);
  const taken = answers.find(({ status }) => status === 200);
  expect(taken && headerOf(taken.message, 'x-gb-ver')).toBe('3.0');
  expect(key()).toMatch(/GB18030[^]*<IFrameCmd>/);
});

it('subscribes to catalogue and alarms, renews at half the time, and follows ON, OFF, ADD, DEL and UPDATE', async () => {
  stage.register();
  const sn = sequenceIn(asked(stage.sent, 'Catalog')[0]);
  stage.request('MESSAGE', message(catalogue(sn, 1, item(1))));
  const subscriptions = () => stage.sent.filter(({ method }) => method === 'SUBSCRIBE');
  expect(subscriptions().map(({ message: sent }) => headerOf(sent, 'event'))).toEqual([
    'Catalog',
    'presence',
  ]);
  for (const one of subscriptions()) stage.answer(one);
  const notify = (number: number, event: string, more = ''): void => {
    const body = catalogue(5, 1, item(number, `<Event>${event}</Event>${more}`), 'Notify');
    expect(stage.request('NOTIFY', message(body))[0]?.status).toBe(200);
  };
  const state = () => listed()?.channels.map(({ isOn, isGone }) => [isOn, isGone]);
  notify(1, 'OFF');
  expect(state()).toEqual([[false, false]]);
  notify(1, 'ON');
  notify(2, 'ADD', '<Status>ON</Status>');
  expect(state()).toEqual([
    [true, false],
    [true, false],
  ]);
  notify(2, 'UPDATE', '<Status>OFF</Status>');
  notify(1, 'DEL');
  expect(state()).toEqual([
    [true, true],
    [false, false],
  ]);
  for (let turn = 0; turn < 40; turn += 1) {
    await passes(50_000);
    stage.request('MESSAGE', message(keepalive));
  }
  expect(subscriptions().length).toBeGreaterThanOrEqual(4);
  const renewed = subscriptions()[2];
  expect(renewed && parameterOf(headerOf(renewed.message, 'to'), 'tag')).toBe('9');
});

it('asks a channel which presets it uses, in parts as they come; a recorder that does not say is waited for 3 s', async () => {
  stage.register();
  stage.news();
  const asking = stage.door.presetsOf(recorderId, channelId);
  const [query] = asked(stage.news(), 'PresetQuery');
  expect(query?.body).toContain(`<DeviceID>${channelId}</DeviceID>`);
  const part = (numbers: readonly number[], sn = sequenceIn(query)): string =>
    `<Response><CmdType>PresetQuery</CmdType><SN>${sn}</SN><DeviceID>${channelId}</DeviceID><SumNum>3</SumNum><PresetList Num="${numbers.length}">${numbers.map((number) => `<Item><PresetID>${number}</PresetID><PresetName>p</PresetName></Item>`).join('')}</PresetList></Response>`;
  stage.request('MESSAGE', message(part([9], '999999')));
  stage.request('MESSAGE', message(part([1, 2])));
  stage.request('MESSAGE', message(part([7])));
  expect(await asking).toEqual(new Set([1, 2, 7]));
  const unanswered = stage.door.presetsOf(recorderId, channelId);
  await passes(3_100);
  expect(await unanswered).toBeUndefined();
});

it('knows by DeviceStatus how wrong a recorder’s clock is, and asks for what it recorded by that clock', async () => {
  stage.register();
  const sn = sequenceIn(asked(stage.sent, 'Catalog')[0]);
  stage.request('MESSAGE', message(catalogue(sn, 1, item(1))));
  const [query] = asked(stage.sent, 'DeviceStatus');
  const status = (time: string): string =>
    `<Response><CmdType>DeviceStatus</CmdType><SN>${sequenceIn(query)}</SN><DeviceID>${recorderId}</DeviceID><Result>OK</Result><DeviceTime>${time}</DeviceTime></Response>`;
  const local = (ms: number): string =>
    new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  const offset = () => stage.recorders.directory.clockOffsetOf(recorderId);
  expect(query).toBeDefined();
  stage.request('MESSAGE', message(status('not a time')));
  expect(listed()?.clockOffsetMs).toBeUndefined();
  // Some seconds of way and rounding are none.
  stage.request('MESSAGE', message(status(local(Date.now() - 2_000))));
  expect(listed()?.clockOffsetMs).toBe(0);
  stage.request('MESSAGE', message(status(local(Date.now() + 3 * 86_400_000))));
  expect(offset() / 1_000).toBeCloseTo(3 * 86_400, -1);
  const from = Math.floor(Date.now() / 1_000) - 60;
  const opening = stage.door.lines.openRecorded(
    { recorderId, channelId },
    { from, to: from + 60 },
    { onPacket: () => undefined, onRestart: () => undefined, onEnded: () => undefined },
    2_000,
  );
  const refused = expect(opening).rejects.toThrow();
  await vi.waitFor(() => expect(stage.sent.some(({ method }) => method === 'INVITE')).toBe(true));
  const times = /t=(\d+) (\d+)/.exec(stage.sent.find(({ method }) => method === 'INVITE')?.body ?? '');
  expect(Number(times?.[1]) - from).toBe(Math.round(offset() / 1_000));
  expect(Number(times?.[2]) - Number(times?.[1])).toBe(60);
  await passes(10_000);
  await refused;
});

it('knows by PTZType which cameras have no motor; a notice without it changes nothing', () => {
  stage.register();
  const sn = sequenceIn(asked(stage.sent, 'Catalog')[0]);
  const fixed = '<Status>ON</Status><Info><PTZType>3</PTZType></Info>';
  const dome = '<Status>ON</Status><Info><PTZType>1</PTZType></Info>';
  stage.request('MESSAGE', message(catalogue(sn, 3, item(1, fixed) + item(2, dome) + item(3))));
  const heads = gb28181TurnHeads({ door: stage.door });
  const causes = () => [1, 2, 3].map((number) => heads.whyNot(`gb28181://${recorderId}/${channel(number)}`));
  expect(causes()).toEqual(['no_motor', undefined, undefined]);
  const notice = catalogue(5, 1, item(1, '<Event>OFF</Event>'), 'Notify');
  stage.request('NOTIFY', message(notice));
  expect(causes()).toEqual(['no_motor', undefined, undefined]);
  stage.request('MESSAGE', message(catalogue(6, 1, item(1, dome))));
  expect(causes()).toEqual([undefined, undefined, undefined]);
});

describe('subscriptions', () => {
  const subscribes = (sent: readonly SentMessage[]) => sent.filter(({ method }) => method === 'SUBSCRIBE');
  const callIdOf = (sent: SentMessage | undefined) => sent && headerOf(sent.message, 'call-id');
  const expiresOf = (sent: SentMessage) => headerOf(sent.message, 'expires');
  /** Time in which the recorder goes on with keepalives. */
  const staysFor = async (seconds: number): Promise<void> => {
    for (let left = seconds; left > 0; left -= 20) {
      await passes(20_000);
      stage.request('MESSAGE', message(keepalive));
    }
  };
  /** Registers, and agrees to what it is asked for. */
  async function subscribed(): Promise<SentMessage[]> {
    stage.register();
    await passes(10_000);
    const asks = subscribes(stage.sent).slice(0, 2);
    for (const one of asks) stage.answer(one);
    await passes(0);
    return asks;
  }

  it('are made again when the recorder registers by another Call-ID, as one does that was restarted', async () => {
    const first = await subscribed();
    const before = stage.sent.length;
    stage.register();
    await passes(0);
    const after = () => subscribes(stage.sent.slice(before)).map((one) => [callIdOf(one), expiresOf(one)]);
    // At once: the catalogue that was asked for as well has not come.
    const others = [
      [expect.not.stringMatching(callIdOf(first[0]) ?? ''), '3600'],
      [expect.not.stringMatching(callIdOf(first[1]) ?? ''), '3600'],
    ];
    expect(after()).toEqual(others);
    // What it sent by the former ones is missed only when it agreed to these.
    for (const one of subscribes(stage.sent.slice(before))) stage.answer(one);
    await passes(0);
    expect(after()).toEqual([...others, [callIdOf(first[0]), '0'], [callIdOf(first[1]), '0']]);
  });

  it('are asked for once more where the recorder has no place for a second one beside the former', async () => {
    const [first] = await subscribed();
    const before = stage.sent.length;
    stage.register();
    await passes(0);
    const own = () => {
      const { same, others } = since(before, first);
      return [same, others].map((sent) => sent.map((one) => [one, expiresOf(one)] as const));
    };
    const refused = since(before, first).others[0];
    if (refused !== undefined) stage.answer(refused, '486 Busy Here');
    await passes(0);
    const [ends = []] = own();
    expect(ends.map(([, expires]) => expires)).toEqual(['0']);
    for (const [one] of ends) stage.answer(one);
    await passes(0);
    expect(own()[1]?.map(([, expires]) => expires)).toEqual(['3600', '3600']);
    // Refused once more, it is left.
    const again = since(before, first).others[1];
    if (again !== undefined) stage.answer(again, '486 Busy Here');
    await staysFor(100);
    expect(own()[1]).toHaveLength(2);
  });

  /** What was asked by the Call-ID of an earlier request, and by others of the same kind, since then. */
  const since = (start: number, first: SentMessage | undefined) => {
    const all = subscribes(stage.sent.slice(start)).filter(
      (one) => first !== undefined && headerOf(one.message, 'event') === headerOf(first.message, 'event'),
    );
    return {
      same: all.filter((one) => callIdOf(one) === callIdOf(first)),
      others: all.filter((one) => callIdOf(one) !== callIdOf(first)),
    };
  };

  it('go on after a renewal that was not answered', async () => {
    const [first] = await subscribed();
    const before = stage.sent.length;
    await staysFor(1_900);
    const { same, others } = since(before, first);
    // Sent again until its time was over, and then in another request.
    expect(new Set(same.map(({ message: sent }) => headerOf(sent, 'cseq'))).size).toBeGreaterThanOrEqual(2);
    expect(others).toEqual([]);
  });

  it('are made again at once where the recorder does not know of one any more (481)', async () => {
    const [first] = await subscribed();
    const before = stage.sent.length;
    await staysFor(1_780);
    for (let second = 0; second < 60 && since(before, first).same.length === 0; second += 1)
      await passes(1_000);
    const [renewal] = since(before, first).same;
    if (renewal !== undefined) stage.answer(renewal, '481 Subscription Does Not Exist');
    await passes(0);
    const [another] = since(before, first).others;
    expect(another && parameterOf(headerOf(another.message, 'to'), 'tag')).toBeUndefined();
    expect(another && expiresOf(another)).toBe('3600');
    // Refused in the same way again, it is no endless question.
    if (another !== undefined) stage.answer(another, '481 Subscription Does Not Exist');
    await staysFor(300);
    expect(new Set(since(before, first).others.map(callIdOf)).size).toBe(1);
  });
});

describe('after a restart of the hub', () => {
  const left = {
    callId: '0123456789abcdef01234567',
    recorderId,
    channelId,
    localTag: '0123456789ab',
    remote: `<sip:${channelId}@4212000000>;tag=9`,
    remoteUri: `sip:${recorderId}@10.77.0.9:5060`,
  };
  const byes = () => stage.news().filter(({ method }) => method === 'BYE');

  it('the first word of a recorder that only sends keepalives brings its catalogue and the subscriptions', async () => {
    await stage.door.close();
    stage = await doorInMemory(Date.now, { place: home, calls: [] });
    const first = stage.request('MESSAGE', message(keepalive));
    expect(asked(first, 'Catalog')).toHaveLength(1);
    await passes(10_000);
    expect(stage.sent.filter(({ method }) => method === 'SUBSCRIBE').length).toBeGreaterThanOrEqual(2);
    stage.news();
    stage.request('MESSAGE', message(keepalive));
    expect(asked(stage.news(), 'Catalog')).toEqual([]);
  });

  it('a call that an earlier run left is kept until the recorder has answered its BYE', async () => {
    await stage.door.close();
    stage = await doorInMemory(Date.now, { place: home, calls: [left] });
    const removed = vi.spyOn(stage.repository, 'removeCall');
    expect(byes()).toHaveLength(1);
    await passes(40_000);
    expect(removed).not.toHaveBeenCalled();
    stage.news();
    stage.request('MESSAGE', message(keepalive));
    const [bye] = stage.sent.filter(({ method }) => method === 'BYE').slice(-1);
    expect(bye && headerOf(bye.message, 'call-id')).toBe(left.callId);
    // Any answer says that it has no such call any more.
    if (bye !== undefined) stage.answer(bye, '481 Call Does Not Exist');
    await passes(0);
    expect(removed).toHaveBeenCalledWith(left.callId);
    await passes(60_000);
    stage.request('MESSAGE', message(keepalive));
    expect(byes()).toEqual([]);
  });

  it('a call of a recorder that is nowhere yet, as by TCP, is ended once it registers', async () => {
    await stage.door.close();
    const tcp = { ...home, protocol: 'tcp' as const };
    stage = await doorInMemory(Date.now, { place: at(home.address, 0), calls: [left] });
    const removed = vi.spyOn(stage.repository, 'removeCall');
    expect(byes()).toEqual([]);
    expect(removed).not.toHaveBeenCalled();
    stage.register(tcp);
    const [bye] = stage.sent.filter(({ method }) => method === 'BYE');
    expect(bye?.to).toEqual(tcp);
    if (bye !== undefined) stage.answer(bye);
    await passes(0);
    expect(removed).toHaveBeenCalledWith(left.callId);
  });
});

it('says ACK to the 487 that comes after the time is over, with the branch of its INVITE', async () => {
  stage.register();
  const watching = stage.door.lines.join(
    { recorderId, channelId, stream: 'main' },
    { onPacket: () => undefined, onRestart: () => undefined, onEnded: () => undefined },
    2_000,
  );
  const refused = expect(watching).rejects.toMatchObject({ failure: 'timeout' });
  await vi.waitFor(() => expect(stage.sent.some(({ method }) => method === 'INVITE')).toBe(true));
  const invite = stage.sent.find(({ method }) => method === 'INVITE');
  await passes(10_000);
  await refused;
  expect(stage.news().some(({ method }) => method === 'CANCEL')).toBe(true);
  if (invite !== undefined) stage.answer(invite, '487 Request Terminated');
  const [ack, ...others] = stage.news();
  expect(others).toEqual([]);
  expect(ack?.method).toBe('ACK');
  const branchOf = (sent: SentMessage | undefined) =>
    parameterOf(headerOf(sent?.message ?? { headers: new Map() }, 'via'), 'branch');
  expect(branchOf(ack)).toBe(branchOf(invite));
});

it('passes alarms of entered recorders on, with a receipt, and those of nobody else', () => {
  const alarms: unknown[] = [];
  stage.recorders.onAlarm((from, alarm) => alarms.push([from, alarm]));
  const body = `<Notify><CmdType>Alarm</CmdType><SN>4</SN><DeviceID>${channelId}</DeviceID><AlarmPriority>1</AlarmPriority><AlarmMethod>5</AlarmMethod><AlarmTime>1999-01-01T00:00:00</AlarmTime><AlarmDescription>move</AlarmDescription><Info><AlarmType>2</AlarmType></Info></Notify>`;
  stage.request('MESSAGE', message(body));
  expect(alarms).toEqual([]);
  stage.register();
  stage.request('MESSAGE', message(body));
  const alarm = {
    deviceId: channelId,
    method: 5,
    type: 2,
    priority: 1,
    description: 'move',
    time: '1999-01-01T00:00:00',
  };
  expect(alarms).toEqual([[recorderId, alarm]]);
  expect(asked(stage.sent, 'Alarm')).toHaveLength(1);
});

it('strangers who register in floods leave no more behind than a list of a hundred', () => {
  for (let number = 0; number < 2_000; number += 1) {
    const id = `4212000000118${String(number).padStart(7, '0')}`;
    const from = at(`10.1.${number >> 8}.${number & 255}`);
    const [challenge] = stage.request('REGISTER', { id, from });
    const nonce = /nonce="([^"]+)"/.exec(
      (challenge && headerOf(challenge.message, 'www-authenticate')) ?? '',
    )?.[1];
    const authorization = `Digest username="${id}", realm="4212000000", nonce="${nonce}", uri="sip:a", response="00"`;
    const [refusal] = stage.request('REGISTER', { id, from, headers: [['Authorization', authorization]] });
    expect(refusal?.status).toBe(403);
  }
  expect(stage.recorders.list().waiting).toHaveLength(100);
  expect(stage.recorders.list().recorders).toHaveLength(1);
});

it('a stranger with many ids takes only places of its own address from those who wait', () => {
  const { directory } = stage.recorders;
  directory.waits('42120000001180000042', '10.77.0.42');
  for (let number = 0; number < 500; number += 1)
    directory.waits(`4212000000119${String(number).padStart(7, '0')}`, '10.66.0.6');
  const { waiting } = stage.recorders.list();
  expect(waiting.map(({ recorderId: id }) => id)).toContain('42120000001180000042');
  expect(waiting.filter(({ address }) => address === '10.66.0.6').map(({ recorderId: id }) => id)).toEqual(
    Array.from({ length: 8 }, (_, index) => `4212000000119${String(492 + index).padStart(7, '0')}`),
  );
});
