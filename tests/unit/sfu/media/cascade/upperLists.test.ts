import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { UpperItem } from '../../../../../src-sfu/features/cascade/cascade.ports.ts';
import { UpperLists } from '../../../../../src-sfu/media/cascade/upperLists.ts';
import { decodeManscdp, readCatalogue } from '../../../../../src-sfu/media/sources/gb28181/manscdp.ts';
import { parseDatagram, type SipRequest } from '../../../../../src-sfu/media/sources/gb28181/sipMessage.ts';
import { camera, folder } from '../../../../support/upperLinkStage.ts';
import { ourId } from '../../../../support/upperStage.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** The list of one platform; each message and notice waits until the test answers it. */
function stage() {
  let items: readonly UpperItem[] = [folder, camera(1)];
  let made = 0;
  let numbers = 0;
  const messages: (() => void)[] = [];
  const notices: { callId: string; sequence: number; events: string[]; answer(status?: number): void }[] = [];
  const lists = new UpperLists({
    ourId,
    edition: '2016',
    protocol: 'udp',
    items() {
      made += 1;
      return items;
    },
    message: () => new Promise((resolve) => messages.push(() => resolve(true))),
    notify: ({ callId, sequence }, body) =>
      new Promise((answer) => {
        const { items: told } = readCatalogue({ text: decodeManscdp(body) });
        const events = told.map(({ deviceId, event }) => `${Number(deviceId.slice(-6))} ${event}`);
        notices.push({ callId, sequence, events, answer });
      }),
    nowMs: () => Date.now(),
    nextNumber: () => (numbers += 1),
  });
  return {
    lists,
    messages,
    notices,
    made: () => made,
    set(next: readonly UpperItem[]) {
      items = next;
      lists.changed();
    },
    subscribe(callId = 'one', expires = '600') {
      const text = `SUBSCRIBE sip:${ourId}@h SIP/2.0\r\nFrom: <sip:up@h>;tag=up\r\nTo: <sip:us@h>\r\nCall-ID: ${callId}\r\nExpires: ${expires}\r\n\r\n`;
      return lists.subscribed(parseDatagram(Buffer.from(text)) as SipRequest);
    },
    async answerNext(status?: number) {
      notices.at(-1)?.answer(status);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}
const many = (count: number, isOn = true) => [
  folder,
  ...Array.from({ length: count }, (_, index) => camera(index + 1, isOn)),
];
const tick = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('makes its list once for a thousand changes, and not again while a notice is under way', async () => {
  const one = stage();
  one.set(many(500));
  one.subscribe();
  const before = one.made();
  for (let change = 0; change < 1_000; change += 1) one.set(many(500, false));
  await tick(1_000);
  expect(one.made() - before).toBe(1);
  for (let change = 0; change < 100; change += 1) one.set(many(500));
  await tick(60_000);
  expect(one.made() - before).toBe(1);
  expect(one.notices).toHaveLength(1);
});

it('makes no list for a platform that did not subscribe', async () => {
  const one = stage();
  for (let change = 0; change < 100; change += 1) one.lists.changed();
  await tick(10_000);
  expect(one.made()).toBe(0);
});

it('goes on with what it sends when the subscription is renewed, and with what was not taken once more', async () => {
  const one = stage();
  one.subscribe();
  one.set(many(3));
  await tick(500);
  one.subscribe();
  await one.answerNext(200);
  expect(one.notices.map(({ events }) => events)).toEqual([['2 ADD'], ['3 ADD']]);
  // Nothing comes back: the rest is sent again, what was taken is not.
  await one.answerNext(undefined);
  await tick(5_100);
  expect(one.notices.at(-1)).toMatchObject({ events: ['3 ADD'], sequence: 3 });
  await one.answerNext(500);
  await tick(5_100);
  expect(one.notices).toHaveLength(3);
  await tick(5_000);
  await one.answerNext(200);
  expect(one.notices).toHaveLength(4);
  expect(one.lists.subscribedUntilMs).toBeDefined();
  await tick(60_000);
  expect(one.notices).toHaveLength(4);
});

it('ends a subscription that the platform does not know any more, and notifies the next one of what it missed', async () => {
  const one = stage();
  one.subscribe();
  one.set(many(3));
  await tick(500);
  await one.answerNext(200);
  await one.answerNext(481);
  expect(one.lists.subscribedUntilMs).toBeUndefined();
  one.set([folder, camera(1, false), camera(2), camera(3)]);
  await tick(60_000);
  expect(one.notices).toHaveLength(2);
  one.subscribe('two');
  await tick(500);
  expect(one.notices.at(-1)).toMatchObject({ callId: 'two', events: ['1 OFF', '3 ADD'] });
  // A registration of its own begins with the list as it is then.
  one.lists.forget();
  one.subscribe('three');
  await tick(60_000);
  expect(one.notices).toHaveLength(3);
});

it('lets 32 questions wait, joins one that comes twice, and says so when there are more', async () => {
  const one = stage();
  const asked = Array.from({ length: 40 }, (_, index) => one.lists.asked(index, ourId));
  // The first is being answered.
  expect(asked.filter(Boolean)).toHaveLength(33);
  expect(one.lists.asked(5, ourId)).toBe(true);
  for (let answered = 0; answered < 33; answered += 1) {
    for (const answer of one.messages) answer();
    await tick(0);
  }
  expect(one.messages).toHaveLength(33);
});
