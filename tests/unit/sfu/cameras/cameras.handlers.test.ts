import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { OpenedStream } from '../../../../src-shared/cameras/cameras.protocol.ts';
import { ok, refuse, type Ack } from '../../../../src-shared/protocol/define.ts';
import { createCameraHandlers } from '../../../../src-sfu/features/cameras/cameras.handlers.ts';
import { pageLimitMs } from '../../../../src-sfu/features/cameras/pageOpener.ts';
import { createLogger } from '../../../../src-sfu/logger.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each([
  ['which the surface still holds, is reported as opened', true],
  ['which it has closed meanwhile, is not', false],
])('a stream whose opening took longer than a page waits, %s', async (_what, isStillHeld) => {
  const opening = Promise.withResolvers<Ack<OpenedStream>>();
  const shares = new Set<string>();
  const opened: string[] = [];
  const handlers = createCameraHandlers({
    cameras: {
      openStream(_share: unknown, cameraId: string) {
        shares.add(`${cameraId}:sub`);
        return opening.promise;
      },
      closeStream: (_share: unknown, streamId: string) => ok(void shares.delete(streamId)),
      isHeld: (_share: unknown, streamId: string) => shares.has(streamId),
      status: () => undefined,
    } as never,
    bodyCams: { isBodyCam: () => false } as never,
    directory: {} as never,
    health: { poster: () => Promise.resolve(undefined) } as never,
    repository: {} as never,
    onOpened: (_context, cameraId, streamId) => void opened.push(`${cameraId} ${streamId}`),
    nowMs: () => 0,
    logger: createLogger('silent'),
  });
  const context = { connectionId: 'desk', media: { closeStream: () => undefined } } as never;
  const asking = handlers['cameras:openStreams'](context, { streams: [{ cameraId: 'c1', stream: 'sub' }] });
  await vi.advanceTimersByTimeAsync(pageLimitMs);
  expect(await asking).toMatchObject({ data: { answers: [{ ok: false, code: 'timeout' }] } });
  expect(opened).toEqual([]);
  if (!isStillHeld) await handlers['cameras:closeStream'](context, { streamId: 'c1:sub' });
  const status = { state: 'live' as const, sinceMs: 0 };
  opening.resolve(ok({ streamId: 'c1:sub', workerId: 'w1', stream: 'sub', status }));
  await vi.advanceTimersByTimeAsync(0);
  expect(opened).toEqual(isStillHeld ? ['c1 c1:sub'] : []);
});

it('a stream that is refused is not reported as opened', async () => {
  const onOpened = vi.fn();
  const handlers = createCameraHandlers({
    cameras: {
      openStream: () =>
        Promise.resolve(refuse('not_found', 'gone', { reason: 'cameras.not_in_registry', camera: 'c1' })),
      isHeld: () => true,
    } as never,
    bodyCams: { isBodyCam: () => false } as never,
    directory: {} as never,
    health: {} as never,
    repository: {} as never,
    onOpened,
    nowMs: () => 0,
    logger: createLogger('silent'),
  });
  const context = { connectionId: 'desk' } as never;
  await handlers['cameras:openStream'](context, { cameraId: 'c1', stream: 'sub' });
  expect(onOpened).not.toHaveBeenCalled();
});
