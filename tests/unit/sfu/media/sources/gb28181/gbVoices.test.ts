import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OpenEar } from '../../../../../../src-sfu/features/kitchenTalk/kitchenTalk.ports.ts';
import { headerOf } from '../../../../../../src-sfu/media/sources/gb28181/sipMessage.ts';
import { doorInMemory, recorderId, type SentMessage } from '../../../../../support/recorderDoor.ts';

const channel = (number: number): string => `4212000000132000000${number}`;
/** Sound by datagrams to this port of the device. */
const offer = (port: number): string => `v=0\r\ns=Play\r\nm=audio ${port} RTP/AVP 8\r\n`;

let stage: Awaited<ReturnType<typeof doorInMemory>>;
let talks: { number: number; release(): void; ear: Promise<OpenEar | string> }[];
let calls = 0;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  stage = await doorInMemory(Date.now);
  stage.register();
  const items = [1, 2].map((number) => `<Item><DeviceID>${channel(number)}</DeviceID></Item>`).join('');
  const [asked] = stage.sent.filter(({ body }) => body.includes('Catalog'));
  const serial = /<SN>(\d+)/.exec(asked?.body ?? '')?.[1] ?? '';
  stage.request('MESSAGE', {
    body: `<Response><CmdType>Catalog</CmdType><SN>${serial}</SN><DeviceID>${recorderId}</DeviceID><SumNum>2</SumNum><DeviceList Num="2">${items}</DeviceList></Response>`,
  });
  talks = [];
});
afterEach(async () => {
  for (const talk of talks) talk.release();
  const closing = stage.door.close();
  await vi.advanceTimersByTimeAsync(5_000);
  await closing;
  vi.useRealTimers();
});

/** Holds the key for a channel. */
function press(number: number) {
  const asking = new AbortController();
  let open: OpenEar | undefined;
  const wish = { recorderId, channelId: channel(number), signal: asking.signal, onEnded: () => undefined };
  const ear = stage.door.voices.open(wish).then(
    (opened) => (open = opened),
    (error: { fault?: string }) => error.fault ?? String(error),
  );
  const release = (): void => {
    asking.abort();
    open?.close();
  };
  const talk = { number, ear, release };
  talks.push(talk);
  return talk;
}
const broadcasts = (): SentMessage[] => stage.sent.filter(({ body }) => body.includes('Broadcast'));
const talkCalls = (): SentMessage[] => stage.sent.filter(({ method }) => method === 'INVITE');
const last = (messages: SentMessage[]): SentMessage => {
  const message = messages.at(-1);
  if (message === undefined) throw new Error('the hub has sent none');
  return message;
};
/** Ports are opened by the system, whatever the clock of the test says. */
const happens = (whatever: () => unknown) => vi.waitFor(() => expect(whatever()).toBeTruthy());
/** The device calls for sound; answers with the Call-ID. */
function invite(port: number, options: { names?: string; id?: string } = {}): string {
  calls += 1;
  const callId = `device-${calls}`;
  const { names, id } = options;
  stage.request('INVITE', {
    callId,
    body: offer(port),
    ...(id === undefined ? {} : { id }),
    ...(names === undefined ? {} : { headers: [['Subject', `42120000002000000001:0,${names}:0`]] }),
  });
  return callId;
}
const answersTo = (callId: string): SentMessage[] =>
  stage.sent.filter(({ status, message }) => status > 0 && headerOf(message, 'call-id') === callId);
const accepted = (callId: string) => happens(() => answersTo(callId).some(({ status }) => status === 200));
/** The device has taken the broadcast, and calls. */
async function takes(talk: { number: number; ear: Promise<unknown> }, port: number): Promise<void> {
  await happens(() => broadcasts().some(({ body }) => body.includes(channel(talk.number))));
  stage.answer(last(broadcasts()));
  const callId = invite(port, { names: channel(talk.number) });
  await accepted(callId);
  stage.request('ACK', { callId });
  expect(await talk.ear).toMatchObject({ send: expect.any(Function) as unknown });
}

describe('two talks through one recorder', () => {
  it('are notified one after the other, so that a call by the id of the recorder alone has one meaning', async () => {
    const first = press(1);
    const second = press(2);
    await happens(() => broadcasts().length > 0);
    expect(broadcasts().map(({ body }) => body.includes(channel(1)))).toEqual([true]);
    stage.answer(last(broadcasts()));
    const callId = invite(41_001);
    await accepted(callId);
    stage.request('ACK', { callId });
    await first.ear;
    await happens(() => broadcasts().length === 2);
    expect(last(broadcasts()).body).toContain(channel(2));
    await takes(second, 41_002);
  });

  it('a late call for one channel does not take the voice for another', async () => {
    const first = press(1);
    await happens(() => broadcasts().length > 0);
    stage.answer(last(broadcasts()));
    first.release();
    expect(await first.ear).toBe('silent');
    const second = press(2);
    await happens(() => broadcasts().length === 2);
    const late = invite(41_001, { names: channel(1) });
    expect(answersTo(late).map(({ status }) => status)).toEqual([405]);
    await takes(second, 41_002);
  });

  it('a call is used once: a repeated one is answered again, another one is refused', async () => {
    const talk = press(1);
    await happens(() => broadcasts().length > 0);
    stage.answer(last(broadcasts()));
    const callId = invite(41_001);
    // The port for it is not open yet.
    stage.request('INVITE', { callId, body: offer(41_001) });
    const other = invite(41_003);
    expect(answersTo(other).map(({ status }) => status)).toEqual([405]);
    await accepted(callId);
    stage.request('INVITE', { callId, body: offer(41_001) });
    expect(answersTo(callId).map(({ status }) => status)).toEqual([200, 200]);
    stage.request('ACK', { callId });
    await talk.ear;
  });
});

describe('a key that is pressed again at once', () => {
  it('waits until the device has ended the talk before', async () => {
    const first = press(1);
    await takes(first, 41_001);
    first.release();
    const bye = last(stage.sent.filter(({ method }) => method === 'BYE'));
    const second = press(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(broadcasts()).toHaveLength(1);
    stage.answer(bye);
    await happens(() => broadcasts().length === 2);
    await takes(second, 41_002);
  });

  it('does not wait for ever for a device that does not answer the end', async () => {
    const first = press(1);
    await takes(first, 41_001);
    first.release();
    press(1);
    await vi.advanceTimersByTimeAsync(2_100);
    await happens(() => broadcasts().length === 2);
  });
});

describe('what is learned of a recorder that takes no voice', () => {
  it.each([
    ['486 Busy Here', 'cameraRefused', undefined],
    ['500 Server Internal Error', 'cameraRefused', undefined],
    ['488 Not Acceptable Here', 'refused', 'none'],
  ] as const)('after %s', async (status, fault, learned) => {
    const talk = press(1);
    await happens(() => broadcasts().length > 0);
    stage.answer(last(broadcasts()), '400 Bad Request');
    for (let asked = 1; asked <= (learned === undefined ? 1 : 2); asked += 1) {
      await happens(() => talkCalls().length === asked);
      stage.answer(last(talkCalls()), status);
    }
    expect(await talk.ear).toBe(fault);
    expect(stage.recorders.directory.learnedOf(recorderId).voice).toBe(learned);
  });
});
