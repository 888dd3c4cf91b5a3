import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTalkLog } from '../../../../src-sfu/features/talk/talkLog.ts';
import type { TalkRepository } from '../../../../src-sfu/features/talk/talk.repository.ts';
import { createLogger } from '../../../../src-sfu/logger.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

function brokenStore() {
  const state = {
    fault: new Error('database or disk is full') as Error | undefined,
    written: [] as string[],
  };
  const check = (): void => {
    if (state.fault !== undefined) throw state.fault;
  };
  const log = createTalkLog({
    repository: {
      begin: async ({ talkId }: { talkId: number }) => {
        check();
        state.written.push(`begin ${talkId}`);
      },
      end: async (talkId: number) => {
        check();
        state.written.push(`end ${talkId}`);
      },
    } as unknown as TalkRepository,
    lastTalkId: 0,
    logger: createLogger('silent'),
    isRefusal: (error) => (error as Error).message === 'refused',
  });
  const talk = (groupId: string): void => {
    const talker = { speakerId: 's', name: 'ann' } as never;
    log.began({ groupId, epoch: 1, talker, priority: 'normal' as never, atMs: 1, place: undefined });
    log.ended(groupId, 1, 2, 'released' as never);
  };
  return { state, log, talk };
}

test('talks that could not be stored are stored in their order when the store works again', async () => {
  const { state, log, talk } = brokenStore();
  talk('a');
  talk('b');
  await vi.advanceTimersByTimeAsync(3_000);
  expect(log.waiting()).toBe(4);
  state.fault = undefined;
  await vi.advanceTimersByTimeAsync(5_000);
  await vi.waitFor(() => expect(log.waiting()).toBe(0));
  expect(state.written).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
});

test('one that the store will never take does not keep the others', async () => {
  const { state, log, talk } = brokenStore();
  state.fault = new Error('refused');
  talk('a');
  await vi.waitFor(() => expect(log.waiting()).toBe(0));
  state.fault = undefined;
  talk('b');
  await log.written();
  expect(state.written).toEqual(['begin 2', 'end 2']);
});

test('who reads the history, and a hub that stops, do not wait without end', async () => {
  const { log, talk } = brokenStore();
  talk('a');
  const read = log.written();
  await vi.advanceTimersByTimeAsync(1_000);
  await read;
  const closed = log.close();
  await vi.advanceTimersByTimeAsync(1_000);
  await closed;
  expect(log.waiting()).toBe(2);
});
