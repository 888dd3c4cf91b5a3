import { describe, expect, it } from 'vitest';
import { PageOpening } from '../../../../src-renderer/media/pageOpening.ts';
import type { ReceivedTrack } from '../../../../src-renderer/media/subscription.ts';
import { ok, refuse } from '../../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../../src-shared/protocol/index.ts';

type Page = InputOf<'cameras:openStreams'>;

/** A hub that answers each stream as the test says, and a transport that receives under two names. */
function standIn(answerTo: (cameraId: string) => unknown) {
  const pages: Page[] = [];
  const ended: boolean[] = [];
  const received: string[] = [];
  const opening = new PageOpening({
    signalling: {
      request: (_name: string, input: unknown) => {
        const page = input as Page;
        pages.push(page);
        const answers = page.streams.map((wish) => answerTo(wish?.cameraId ?? ''));
        return Promise.resolve(ok({ answers })) as never;
      },
    },
    offer: () =>
      Promise.resolve({
        rtpCapabilities: {},
        offers: [
          {
            workerId: 'w1',
            transportId: 't1',
            mids: ['s1', 's2'],
            receive(streamId) {
              received.push(streamId);
              return Promise.resolve({ consumerId: `of ${streamId}` } as ReceivedTrack);
            },
            end: (areUntouched) => void ended.push(areUntouched),
          },
        ],
      }),
  });
  return { opening, pages, ended, received };
}
const live = (cameraId: string) => ({
  streamId: `${cameraId}:sub`,
  workerId: 'w1',
  stream: 'sub' as const,
  status: { state: 'live' as const, sinceMs: 1 },
});
const consumer = { consumerId: 'x', rtpParameters: {} };
const names = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

describe('the streams of a page', () => {
  it('are asked for by one request, or by one for each 32', async () => {
    const { opening, pages, received } = standIn((cameraId) => ok({ ...live(cameraId), consumer }));
    const opened = await Promise.all(names(16).map((cameraId) => opening.open(cameraId, 'sub', () => true)));
    expect(opened.map(({ track }) => track?.consumerId)).toEqual(names(16).map((name) => `of ${name}:sub`));
    expect(pages).toHaveLength(1);
    expect(pages[0]?.receiver?.transports).toEqual([
      { workerId: 'w1', transportId: 't1', mids: ['s1', 's2'] },
    ]);
    expect(received).toHaveLength(16);
    await Promise.all(names(64).map((cameraId) => opening.open(cameraId, 'sub', () => true)));
    expect(pages.slice(1).map(({ streams }) => streams.length)).toEqual([32, 32]);
  });

  it('flow where somebody looks by the time they are asked for', async () => {
    const { opening, pages } = standIn((cameraId) => ok(live(cameraId)));
    let isLooking = false;
    const looked = opening.open('c0', 'sub', () => isLooking);
    const held = opening.open('c1', 'sub', () => false);
    const only = opening.open('c2', 'sub');
    isLooking = true;
    await Promise.all([looked, held, only]);
    expect(pages[0]?.streams.map((wish) => wish?.receive)).toEqual(['flowing', 'paused', undefined]);
  });

  it('are each refused alone', async () => {
    const cause = { reason: 'cameras.not_in_registry', camera: 'c1' } as const;
    const { opening } = standIn((cameraId) =>
      cameraId === 'c1' ? refuse('not_found', 'gone', cause) : ok({ ...live(cameraId), consumer }),
    );
    const all = await Promise.allSettled(
      names(3).map((cameraId) => opening.open(cameraId, 'sub', () => true)),
    );
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(all[1]).toMatchObject({ reason: { code: 'not_found' } });
  });

  it('all fail when the request does, and the next ones are asked for again', async () => {
    let isAway = true;
    const opening = new PageOpening({
      signalling: {
        request: () =>
          Promise.resolve(
            isAway
              ? refuse('unavailable', 'away', { reason: 'session.not_connected' })
              : ok({ answers: [ok(live('c0'))] }),
          ) as never,
      },
      offer: () => Promise.resolve(undefined),
    });
    await expect(opening.open('c0', 'sub', () => true)).rejects.toMatchObject({ code: 'unavailable' });
    isAway = false;
    expect(await opening.open('c0', 'sub', () => true)).toMatchObject({ streamId: 'c0:sub' });
  });

  it.each([
    ['received', () => ok({ ...live('c0'), consumer }), true],
    ['not running', () => ok({ ...live('c0'), status: { state: 'starting', sinceMs: 1 } }), true],
    ['refused', () => refuse('not_found', 'gone', { reason: 'cameras.stream_not_held' }), true],
    ['running and not received', () => ok(live('c0')), false],
    ['broken at the hub', () => refuse('internal', 'broken', { reason: 'session.failed' }), false],
  ])(
    'leave unused names free at once, unless something may have come under them: %s',
    async (_what, answer, free) => {
      const { opening, ended } = standIn(answer);
      await opening.open('c0', 'sub', () => true).catch(() => undefined);
      expect(ended).toEqual([free]);
    },
  );
});
