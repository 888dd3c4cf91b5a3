import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createKitchenReader } from '../../../../src-renderer/app/showcase/kitchenReader.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(...answers: (string[] | undefined | Error)[]) {
  const stage = { isWanted: true, taken: [] as string[][], asked: 0 };
  const readKitchens = createKitchenReader<string[]>({
    async read() {
      const answer = answers[stage.asked];
      stage.asked += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    isWanted: () => stage.isWanted,
    take: (kitchens) => void stage.taken.push(kitchens),
  });
  return { stage, readKitchens };
}

it('tries again 5 s after a reading that failed, until one succeeds', async () => {
  const { stage, readKitchens } = setUp(undefined, new Error('no link'), ['a']);
  await readKitchens();
  await vi.advanceTimersByTimeAsync(4_999);
  expect(stage.asked).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(stage.asked).toBe(2);
  await vi.advanceTimersByTimeAsync(5_000);
  expect([stage.asked, stage.taken]).toEqual([3, [['a']]]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stage.asked).toBe(3);
});

it('does not go on once nothing may be shown, and takes nothing that comes then', async () => {
  const failing = setUp(undefined);
  failing.stage.isWanted = false;
  await failing.readKitchens();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(failing.stage.asked).toBe(1);
  const late = setUp(['a']);
  late.stage.isWanted = false;
  await late.readKitchens();
  expect(late.stage.taken).toEqual([]);
});

it('takes the newest reading alone', async () => {
  const waiting: ((kitchens: string[]) => void)[] = [];
  const taken: string[][] = [];
  const readKitchens = createKitchenReader<string[]>({
    read: () => new Promise((resolve) => waiting.push(resolve)),
    isWanted: () => true,
    take: (kitchens) => void taken.push(kitchens),
  });
  const readings = [readKitchens(), readKitchens()];
  waiting[1]?.(['new']);
  waiting[0]?.(['old']);
  await Promise.all(readings);
  expect(taken).toEqual([['new']]);
});
