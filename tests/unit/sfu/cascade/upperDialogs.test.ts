import { expect, it } from 'vitest';
import { createUpperDialogs } from '../../../../src-sfu/features/cascade/upperDialogs.ts';
import { createUpperDialogsRepository } from '../../../../src-sfu/storage/cascadeCalls.sql.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';

const dialog = (callId: string) => ({
  callId,
  uri: 'sip:u@10.0.0.8',
  from: '<sip:c@42>;tag=a',
  to: '<sip:u@42>;tag=b',
});

it('calls that were answered are there after a crash, those that ended are not, and after a day nobody waits for them', async () => {
  const store = await openStore(':memory:');
  const repository = createUpperDialogsRepository(store);
  let nowMs = 1_764_000_000_000;
  const faults: unknown[] = [];
  const start = () =>
    createUpperDialogs({ repository, nowMs: () => nowMs, onFault: (error) => void faults.push(error) });
  const first = await start();
  first.began('u1', dialog('one'));
  first.began('u1', dialog('two'));
  first.began('u2', dialog('one'));
  first.ended('u1', 'one');
  await first.settled();
  const second = await start();
  expect(first.left('u1')).toEqual([]);
  expect([second.left('u1'), second.left('u2'), second.left('u3')]).toEqual([
    [dialog('two')],
    [dialog('one')],
    [],
  ]);
  second.ended('u1', 'two');
  expect(second.left('u1')).toEqual([]);
  await second.settled();
  nowMs += 25 * 3_600_000;
  const third = await start();
  await third.settled();
  expect([third.left('u1'), third.left('u2'), await repository.load(), faults]).toEqual([[], [], [], []]);
  await store.destroy();
});
