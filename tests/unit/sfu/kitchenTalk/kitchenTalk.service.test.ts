import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Ears } from '../../../../src-sfu/features/kitchenTalk/kitchenTalk.ports.ts';
import { createKitchenTalkService } from '../../../../src-sfu/features/kitchenTalk/kitchenTalk.service.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createKitchenTalkRepository } from '../../../../src-sfu/storage/kitchenTalk.sql.ts';
import { silentLogger } from '../../../support/ingestAttempt.ts';

let store: Store;
let repository: ReturnType<typeof createKitchenTalkRepository>;
/** What is asked of cameras, and of the ears that opened. */
let heard: string[];
/** Whatever waits for the store, or for the registry, goes on. */
let unlock: () => void;
let unlocked: Promise<void>;

beforeEach(async () => {
  store = await openStore(':memory:');
  repository = createKitchenTalkRepository(store);
  heard = [];
  ({ promise: unlocked, resolve: unlock } = Promise.withResolvers<void>());
});
afterEach(() => store.destroy());

const ears: Ears = {
  serves: () => true,
  read: () => Promise.resolve({ has: 'yes' }),
  open({ url }) {
    heard.push(`open ${url}`);
    return Promise.resolve({ send: () => undefined, close: () => void heard.push(`close ${url}`) });
  },
};
function service(locked: 'store' | 'registry' | 'nothing') {
  return createKitchenTalkService({
    repository: {
      ...repository,
      began: async (talk) => {
        if (locked === 'store') await unlocked;
        await repository.began(talk);
      },
    },
    ears: [ears],
    voices: { has: () => true, listen: () => () => undefined },
    cameras: { siteOf: (cameraId) => `site of ${cameraId}`, camera: () => undefined },
    addressOf: async (cameraId) => {
      if (locked === 'registry') await unlocked;
      return { url: cameraId };
    },
    logger: silentLogger,
    nowMs: Date.now,
  });
}
const desk = (number: number) => ({
  speakerId: `desk-${number}`,
  name: `值班席 ${number}`,
  connectionId: `connection-${number}`,
  principal: null,
});
const once = { takesOver: false };

it('a camera is let go with the key, also while the store has not taken the talk yet', async () => {
  const talks = service('store');
  const command = { commandId: 'press-1', cameraId: 'c1' };
  const answer = talks.begin(desk(1), command, once);
  await vi.waitFor(() => expect(heard).toEqual(['open c1']));
  talks.end('desk-1', command);
  expect(heard).toEqual(['open c1', 'close c1']);
  expect(await answer).toMatchObject({ ok: false, reason: 'kitchenTalk.over' });
  unlock();
  await talks.close();
  expect(await repository.left()).toEqual([]);
});

it('a camera is not asked for a key that was let go before', async () => {
  const talks = service('registry');
  const command = { commandId: 'press-1', cameraId: 'c1' };
  const answer = talks.begin(desk(1), command, once);
  talks.end('desk-1', command);
  unlock();
  expect(await answer).toMatchObject({ reason: 'kitchenTalk.over' });
  await talks.close();
  // The next one is asked; what the one before would have asked, it has asked by now.
  await talks.begin(desk(1), { commandId: 'press-2', cameraId: 'c2' }, once);
  expect(heard).toEqual(['open c2']);
  await talks.close();
});

it('two desks whose presses have the same id are two talks, of which none replaces the other in the record', async () => {
  const talks = service('nothing');
  for (const number of [1, 2])
    expect(
      await talks.begin(desk(number), { commandId: 'press-1', cameraId: `c${number}` }, once),
    ).toMatchObject({ ok: true });
  const left = await repository.left();
  expect(left.map(({ speaker, cameraId }) => [speaker, cameraId])).toEqual(
    expect.arrayContaining([
      ['值班席 1', 'c1'],
      ['值班席 2', 'c2'],
    ]),
  );
  expect(left).toHaveLength(2);
  // Ended in one, the other is still there.
  talks.end('desk-1', { commandId: 'press-1', cameraId: 'c1' });
  await vi.waitFor(async () => expect(await repository.left()).toHaveLength(1));
  await talks.close();
});
