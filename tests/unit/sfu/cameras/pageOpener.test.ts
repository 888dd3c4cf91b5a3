import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OpenedStream } from '../../../../src-shared/cameras/cameras.protocol.ts';
import type { ConsumerDescription } from '../../../../src-shared/media/media.protocol.ts';
import { ok, refuse, type Ack } from '../../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../../src-shared/protocol/index.ts';
import type { Role } from '../../../../src-shared/session/roles.ts';
import { createPageOpener, pageLimitMs } from '../../../../src-sfu/features/cameras/pageOpener.ts';
import { createLogger } from '../../../../src-sfu/logger.ts';
import type { SurfaceContext } from '../../../../src-sfu/signaling/handlers.ts';

const keyPicture = { annexB: new Uint8Array(8), codec: 'avc1.42c01e', width: 2, height: 2, capturedAtMs: 1 };
const mids = Array.from({ length: 16 }, (_, index) => `s${index + 1}`);
const never = (): Promise<never> => new Promise(() => undefined);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A hub with cameras `c0`, `c1`, … of which every second one is on the other worker; those named do otherwise. */
function hubWith(odd: {
  open?: Record<string, () => Promise<Ack<OpenedStream>>>;
  consume?: Record<string, () => Promise<Ack<ConsumerDescription>>>;
  poster?: Record<string, () => Promise<OpenedStream>>;
  states?: Record<string, OpenedStream['status']['state']>;
  /** Streams in which the surface has no share any more when that is asked for the so-manieth time. */
  closedAtAsking?: Record<string, number>;
  role?: Role;
}) {
  const askings = new Map<string, number>();
  const opened: string[] = [];
  const consumed: InputOf<'media:consume'>[] = [];
  const closed: string[] = [];
  const openPage = createPageOpener({
    open(_context, cameraId, stream) {
      opened.push(cameraId);
      const state = odd.states?.[cameraId] ?? 'live';
      const workerId = Number(cameraId.slice(1)) % 2 === 0 ? 'w1' : 'w2';
      const data = { streamId: `${cameraId}:${stream}`, workerId, stream, status: { state, sinceMs: 1 } };
      return (
        odd.open?.[cameraId]?.() ?? Promise.resolve(ok(state === 'live' ? { ...data, keyPicture } : data))
      );
    },
    isHeld(_context, streamId) {
      const asking = (askings.get(streamId) ?? 0) + 1;
      askings.set(streamId, asking);
      return asking < (odd.closedAtAsking?.[streamId] ?? Infinity);
    },
    addPoster: (cameraId, data) => odd.poster?.[cameraId]?.() ?? Promise.resolve({ ...data, keyPicture }),
    logger: createLogger('silent'),
  });
  const consumerOf = ({ streamId, mid, mayFlow }: InputOf<'media:consume'>) =>
    ok({
      consumerId: `of ${streamId}`,
      rtpParameters: { mid },
      isFlowing: mayFlow === true,
    }) as unknown as Ack<ConsumerDescription>;
  const context = {
    identity: { surface: 'wall', principal: { kind: 'screen', role: odd.role ?? 'screen' } },
    media: {
      consume(input: InputOf<'media:consume'>) {
        consumed.push(input);
        return odd.consume?.[input.streamId.split(':')[0] ?? '']?.() ?? Promise.resolve(consumerOf(input));
      },
      closeConsumers: (consumerIds: string[]) => void closed.push(...consumerIds),
    },
  } as unknown as SurfaceContext;
  const ask = async (
    streams: InputOf<'cameras:openStreams'>['streams'],
    options: { hasTransports?: boolean; omitsFlowingPictures?: boolean } = {},
  ) => {
    const { hasTransports = true, omitsFlowingPictures = false } = options;
    const transports = ['w1', 'w2'].map((workerId) => ({ workerId, transportId: `on ${workerId}`, mids }));
    const answering = Promise.resolve(
      openPage(context, {
        streams,
        omitsFlowingPictures,
        ...(hasTransports ? { receiver: { rtpCapabilities: {}, transports } } : {}),
      }),
    );
    await vi.advanceTimersByTimeAsync(pageLimitMs);
    const answer = await answering;
    if (!answer.ok) throw new Error(answer.message);
    return answer.data.answers;
  };
  return { ask, opened, consumed, closed };
}

const page = (count = 16) =>
  Array.from({ length: count }, (_, index) => ({
    cameraId: `c${index}`,
    stream: 'sub' as const,
    receive: 'flowing' as const,
  }));
const flowing = (answers: Ack<{ consumer?: ConsumerDescription | undefined }>[]): number =>
  answers.filter((answer) => answer.ok && answer.data.consumer?.isFlowing === true).length;

describe('a page of cameras', () => {
  it('is opened and consumed by one request, in its order, each stream under a name of its own', async () => {
    const { ask, consumed } = hubWith({});
    const answers = await ask(page());
    expect(answers.map((answer) => answer.ok && answer.data.streamId)).toEqual(
      page().map(({ cameraId }) => `${cameraId}:sub`),
    );
    expect(flowing(answers)).toBe(16);
    const names = consumed.map(({ transportId, mid }) => `${transportId} ${mid}`);
    expect(new Set(names).size).toBe(16);
    expect(consumed.filter(({ transportId }) => transportId === 'on w1')).toHaveLength(8);
  });

  it('leaves out pictures of streams that flow, where it is asked to, and no others', async () => {
    const { ask } = hubWith({ states: { c3: 'starting' } });
    const has = (answers: Awaited<ReturnType<typeof ask>>) =>
      answers.filter((answer) => answer.ok && answer.data.keyPicture !== undefined).length;
    expect(has(await ask(page()))).toBe(16);
    expect(has(await ask(page(), { omitsFlowingPictures: true }))).toBe(1);
  });

  const ofC5 = { streamId: 'c5:sub', workerId: 'w2', stream: 'sub' as const };
  const refused = refuse('not_found', 'gone', { reason: 'cameras.not_in_registry', camera: 'c5' });
  it.each([
    ['is refused', { open: { c5: () => Promise.resolve(refused) } }, 'not_found'],
    ['fails', { open: { c5: () => Promise.reject(new Error('the store is gone')) } }, 'internal'],
    ['is never opened', { open: { c5: never } }, 'timeout'],
    ['cannot be consumed', { consume: { c5: () => Promise.resolve(refused) } }, 'opened'],
    ['fails to be consumed', { consume: { c5: () => Promise.reject(new Error('dead')) } }, 'opened'],
    ['is never consumed', { consume: { c5: never } }, 'opened'],
    ['has a poster on a dead disk', { states: { c5: 'retrying' as const }, poster: { c5: never } }, 'opened'],
    [
      'has a poster that cannot be read',
      { states: { c5: 'retrying' as const }, poster: { c5: () => Promise.reject(new Error('EIO')) } },
      'opened',
    ],
  ])('of which one %s is live but for that one', async (_what, odd, outcome) => {
    const answers = await hubWith(odd).ask(page());
    expect(flowing(answers)).toBe(15);
    const fifth = answers[5]!;
    if (outcome === 'opened') expect(fifth).toMatchObject({ ok: true, data: ofC5 });
    else expect(fifth).toMatchObject({ ok: false, code: outcome });
  });

  it('closes a consumer that came after the page was answered', async () => {
    const late = Promise.withResolvers<Ack<ConsumerDescription>>();
    const { ask, closed } = hubWith({ consume: { c5: () => late.promise } });
    expect(flowing(await ask(page()))).toBe(15);
    late.resolve(ok({ consumerId: 'late' } as ConsumerDescription));
    await vi.advanceTimersByTimeAsync(0);
    expect(closed).toEqual(['late']);
  });

  it('consumes nothing of a stream that the surface closed, and closes what was being consumed then', async () => {
    const before = hubWith({ closedAtAsking: { 'c5:sub': 1 } });
    expect(flowing(await before.ask(page()))).toBe(15);
    expect([before.consumed.length, before.closed]).toEqual([15, []]);
    const meanwhile = hubWith({ closedAtAsking: { 'c5:sub': 2 } });
    expect(flowing(await meanwhile.ask(page()))).toBe(15);
    expect([meanwhile.consumed.length, meanwhile.closed]).toEqual([16, ['of c5:sub']]);
  });

  it('that names one camera twice, or one that is not understood, has an answer for each', async () => {
    const { ask, opened, consumed } = hubWith({});
    const answers = await ask([...page(2), page(1)[0], undefined]);
    expect(answers.map((answer) => (answer.ok ? answer.data.streamId : answer.code))).toEqual([
      'c0:sub',
      'c1:sub',
      'c0:sub',
      'bad_request',
    ]);
    expect([opened.length, consumed.length]).toEqual([2, 2]);
  });

  it('consumes nothing that does not run, is not wanted, or has no transport', async () => {
    const cold = hubWith({ states: { c0: 'starting', c1: 'retrying' } });
    await cold.ask(page(2));
    const held = hubWith({});
    await held.ask([{ cameraId: 'c0', stream: 'sub' }]);
    const fresh = hubWith({});
    await fresh.ask(page(2), { hasTransports: false });
    expect([...cold.consumed, ...held.consumed, ...fresh.consumed]).toEqual([]);
  });

  it('is only opened for those who may not receive media', async () => {
    const { ask, consumed } = hubWith({ role: 'stranger' });
    expect((await ask(page(2))).every(({ ok: isOpened }) => isOpened)).toBe(true);
    expect(consumed).toEqual([]);
  });

  it('is received paused where nobody looks yet', async () => {
    const { ask, consumed } = hubWith({});
    await ask([{ cameraId: 'c0', stream: 'sub', receive: 'paused' }]);
    expect(consumed).toMatchObject([{ mid: 's1', mayFlow: false }]);
  });

  it('has pictures up to a size that its surface can take', async () => {
    const large = { ...keyPicture, annexB: new Uint8Array(512 * 1024) };
    const posters = Object.fromEntries(
      page().map(({ cameraId }) => [
        cameraId,
        () =>
          Promise.resolve({ ...ofC5, status: { state: 'retrying' as const, sinceMs: 1 }, keyPicture: large }),
      ]),
    );
    const states = Object.fromEntries(page().map(({ cameraId }) => [cameraId, 'retrying' as const]));
    const answers = await hubWith({ states, poster: posters }).ask(page());
    expect(answers.every(({ ok: isOpened }) => isOpened)).toBe(true);
    expect(answers.filter((answer) => answer.ok && answer.data.keyPicture !== undefined)).toHaveLength(4);
  });
});
