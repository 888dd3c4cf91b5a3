import { expect, it } from 'vitest';
import { LeftCalls } from '../../../../../../src-sfu/media/sources/gb28181/leftCalls.ts';

const recorderId = '42120000001180000001';
const peer = { address: '10.77.0.9', port: 5060, protocol: 'udp' } as never;
const callOf = (number: number) =>
  ({ callId: `call ${number}`, recorderId, channelId: '', localTag: '', remote: '', remoteUri: '' }) as const;
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A recorder that answers no BYE until `answer` is called for the oldest one. */
function stage() {
  const clock = { nowMs: 0 };
  const asked: string[] = [];
  const ended: string[] = [];
  const waiting: ((isAnswered: boolean) => void)[] = [];
  const left = new LeftCalls({
    placeOf: () => peer,
    sayBye({ callId }) {
      asked.push(callId);
      return new Promise((resolve) => waiting.push(resolve));
    },
    ended: (callId) => ended.push(callId),
    nowMs: () => clock.nowMs,
  });
  const answer = async (isAnswered: boolean) => {
    waiting.shift()?.(isAnswered);
    await settled();
  };
  return { left, clock, asked, ended, waiting, answer };
}

it('what an earlier run left is sent one after the other, and an unanswered one half as often each time', async () => {
  const { left, clock, asked, ended, waiting, answer } = stage();
  for (const number of [1, 2]) void left.add(callOf(number), 1);
  left.heard(recorderId);
  expect(asked).toEqual(['call 1']);
  await answer(false);
  clock.nowMs = 2_000;
  left.heard(recorderId);
  expect(asked).toEqual(['call 1', 'call 2']);
  await answer(true);
  expect(ended).toEqual(['call 2']);
  const atMs: number[] = [];
  for (clock.nowMs = 3_000; clock.nowMs < 600_000; clock.nowMs += 1_000) {
    left.heard(recorderId);
    if (waiting.length > 0) atMs.push(clock.nowMs);
    await answer(false);
  }
  expect(atMs).toEqual([30_000, 90_000, 210_000, 450_000]);
});

it('of a recorder that answers none the newest 30 are kept, and none once it is removed', async () => {
  const { left, ended, waiting } = stage();
  for (let number = 1; number <= 40; number += 1) void left.add(callOf(number), 1, peer);
  // The BYE of a call that has just ended waits for no other one.
  expect(waiting).toHaveLength(40);
  expect(ended).toEqual(Array.from({ length: 10 }, (_, at) => `call ${at + 1}`));
  left.forget(recorderId);
  expect(ended).toHaveLength(40);
});
