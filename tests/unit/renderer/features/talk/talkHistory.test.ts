import { describe, expect, it } from 'vitest';
import { createTalkHistory } from '../../../../../src-renderer/features/talk/talkHistory.ts';
import type { TalkRecord } from '../../../../../src-shared/talk/talk.protocol.ts';
import { refuse } from '../../../../../src-shared/protocol/define.ts';

const record = (talkId: number, more: Partial<TalkRecord> = {}): TalkRecord => ({
  talkId,
  groupId: 'all',
  talker: { kind: 'desk', name: '值班席1' },
  priority: 'normal',
  startedAtMs: 1_700_000_000_000 + talkId,
  ...more,
});

/** A history over a hub that has these talks, the newest first. */
function historyOf(talks: TalkRecord[]) {
  const hub = { talks, refusal: undefined as string | undefined };
  const history = createTalkHistory({
    read: async ({ beforeTalkId, limit }) => {
      if (hub.refusal !== undefined) return refuse('timeout', hub.refusal, { reason: 'session.no_answer' });
      const found = hub.talks.filter(({ talkId }) => beforeTalkId === undefined || talkId < beforeTalkId);
      return { ok: true, data: { talks: found.slice(0, limit ?? 50) } };
    },
  });
  const ids = () => history.store.getState().talks.map(({ talkId }) => talkId);
  return { hub, history, ids };
}
const range = (newest: number, oldest: number): TalkRecord[] =>
  Array.from({ length: newest - oldest + 1 }, (_, index) => record(newest - index));

describe('who spoke', () => {
  it('is read newest first, and how a talk ended that went on', async () => {
    const { hub, history, ids } = historyOf(range(3, 1));
    await history.refresh();
    expect(ids()).toEqual([3, 2, 1]);
    hub.talks = [record(4), record(3, { endedAtMs: 5 }), ...range(2, 1)];
    await history.refresh();
    expect(ids()).toEqual([4, 3, 2, 1]);
    expect(history.store.getState().talks[1]?.endedAtMs).toBe(5);
    expect(history.store.getState().hasMore).toBe(false);
  });

  it('goes back further when asked, and stays there when something new is said', async () => {
    const { hub, history, ids } = historyOf(range(120, 1));
    await history.refresh();
    expect([ids().length, history.store.getState().hasMore]).toEqual([50, true]);
    await history.readOlder();
    await history.readOlder();
    expect([ids().length, history.store.getState().hasMore]).toEqual([120, false]);
    hub.talks = range(121, 1);
    await history.refresh();
    expect([ids().length, history.store.getState().hasMore]).toEqual([121, false]);
  });

  it('has no hole after so many new ones that one reading does not reach the known', async () => {
    const { hub, history, ids } = historyOf(range(60, 1));
    await history.refresh();
    hub.talks = range(200, 1);
    await history.refresh();
    expect(ids()).toEqual(range(200, 151).map(({ talkId }) => talkId));
    expect(history.store.getState().hasMore).toBe(true);
  });

  it('says why it could not be read, keeps what it has, and is well again with the next reading', async () => {
    const { hub, history, ids } = historyOf(range(2, 1));
    await history.refresh();
    hub.refusal = 'no answer';
    await history.refresh();
    expect([history.store.getState().problem, ids()]).toEqual(['no answer', [2, 1]]);
    hub.refusal = undefined;
    await history.refresh();
    expect(history.store.getState().problem).toBeUndefined();
  });
});
