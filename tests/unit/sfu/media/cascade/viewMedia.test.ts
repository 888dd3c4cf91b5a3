import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createViewMedia } from '../../../../../src-sfu/media/cascade/viewMedia.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

it('waits for a camera that was off and begins when its stream is opened, and not for ever', async () => {
  let isShown = false;
  const released: string[] = [];
  const asked: string[] = [];
  const open = createViewMedia({
    sinks: { attachFromKey: () => undefined },
    streams: {
      open(_holder, { cameraId }, stream) {
        asked.push(`${cameraId} ${stream}`);
        return Promise.resolve({ ok: true, streamId: 'c1:main', sound: undefined });
      },
      release: (holder) => void released.push(holder),
      isShown: () => isShown,
      askKeyPicture: () => undefined,
    },
    host: '127.0.0.1',
    ports: () => ({ first: 42_900, last: 42_960 }),
    nowMs: () => 0,
  });
  const offer = {
    address: '127.0.0.1',
    port: 9,
    way: 'tcpActive',
    payloadType: 96,
    ssrc: 1,
    stream: 'sub',
  } as const;
  const view = { upperId: 'u', viewId: 'v', cameraId: 'c1' };
  const first = open(view, offer, () => undefined);
  await vi.advanceTimersByTimeAsync(1_000);
  isShown = true;
  await vi.advanceTimersByTimeAsync(200);
  const opened = await first;
  expect(opened.ok).toBe(true);
  if (opened.ok) opened.media.close();
  expect(released).toHaveLength(1);
  isShown = false;
  const second = open(view, offer, () => undefined);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(await second).toEqual({ ok: false, why: 'offline' });
  expect(released).toHaveLength(2);
  expect(asked).toEqual(['c1 sub', 'c1 sub']);
});
