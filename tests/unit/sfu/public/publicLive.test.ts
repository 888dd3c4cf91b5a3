import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { liveStartsInMinute } from '../../../../src-sfu/features/public/liveStarts.ts';
import {
  createPublicLive,
  liveOfNetwork,
  livePathlessMs,
  longestLiveMs,
} from '../../../../src-sfu/features/public/publicLive.service.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(limit = 3) {
  const running = new Set<string>();
  const shown = new Set(['hot', 'cold']);
  const playing = new Set(['hot', 'cold']);
  const slow = { answers: [] as (() => void)[], isOn: false };
  const live = createPublicLive({
    media: {
      async start(connectionId, _cameraId, offer) {
        if (offer === 'bad') return { ok: false, status: 422, code: 'unusable_offer', message: '' };
        running.add(connectionId);
        if (slow.isOn) await new Promise<void>((resolve) => slow.answers.push(resolve));
        return { ok: true, answer: 'answer' };
      },
      stop: (connectionId) => void running.delete(connectionId),
    },
    isShown: (cameraId) => shown.has(cameraId),
    isPlaying: (cameraId) => playing.has(cameraId),
    limit,
    nowMs: Date.now,
  });
  const start = (cameraId = 'hot', address = 'a', offer = 'offer') => live.start(address, cameraId, offer);
  const started = async (cameraId = 'hot', address = 'a') => {
    const answer = await start(cameraId, address);
    if (!answer.ok) throw new Error(answer.message);
    const connectionId = [...running].at(-1) ?? '';
    live.pathChanged(connectionId, 'connected');
    return { ...answer, connectionId };
  };
  return { live, running, shown, playing, slow, start, started };
}

it('gives a few phones a live picture, and the place back to others when one goes', async () => {
  const { live, running, start, started } = setUp(2);
  const first = await started('hot', 'a');
  expect(first.sessionId).toMatch(/^[\w-]{24}$/);
  await started('hot', 'b');
  expect([live.hasPlace('hot'), live.count()]).toEqual([false, 2]);
  expect(await start('hot', 'c')).toMatchObject({ status: 503, code: 'no_place' });
  live.end('nobody');
  live.end(first.sessionId);
  live.end(first.sessionId);
  expect([live.hasPlace('hot'), running.size]).toEqual([true, 1]);
  expect(await start('hot', 'c')).toMatchObject({ ok: true });
});

it('counts phones whose picture is still being made, in all and of one address', async () => {
  const { live, slow, start, running } = setUp(liveOfNetwork + 2);
  slow.isOn = true;
  const making = Array.from({ length: liveOfNetwork }, () => start('hot', 'a'));
  expect(await start('hot', 'a')).toMatchObject({ code: 'no_place' });
  const others = [start('hot', 'b'), start('hot', 'c')];
  expect(await start('hot', 'd')).toMatchObject({ code: 'no_place' });
  await vi.waitFor(() => expect(slow.answers.length).toBe(liveOfNetwork + 2));
  for (const answer of slow.answers) answer();
  for (const one of await Promise.all([...making, ...others])) expect(one.ok).toBe(true);
  expect(running.size).toBe(liveOfNetwork + 2);
  live.close();
  expect(running.size).toBe(0);
});

it('ends at once where the consent is withdrawn, also for a phone whose picture is just being made', async () => {
  const { live, running, shown, slow, start, started } = setUp();
  await started('hot', 'a');
  await started('cold', 'a');
  slow.isOn = true;
  const late = start('hot', 'b');
  await vi.waitFor(() => expect(slow.answers.length).toBe(1));
  shown.delete('hot');
  live.hide(['hot']);
  slow.answers[0]?.();
  expect(await late).toMatchObject({ status: 404 });
  expect([running.size, live.count()]).toEqual([1, 1]);
  expect(await start('hot', 'c')).toMatchObject({ status: 404 });
  expect(live.hasPlace('hot')).toBe(false);
});

it('ends with the phones’ copy, after its longest time, without a path, and all of it where the hub has no time', async () => {
  const { live, running, playing, started, start } = setUp();
  await started('hot', 'a');
  playing.delete('hot');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(running.size).toBe(0);
  expect(await start('hot', 'a')).toMatchObject({ code: 'no_place' });
  playing.add('hot');

  await started('hot', 'a');
  await vi.advanceTimersByTimeAsync(longestLiveMs - 1);
  expect(running.size).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(running.size).toBe(0);

  // It never connects; it loses its path and does not come back; it comes back in time; its stream ends.
  await start('hot', 'a');
  await vi.advanceTimersByTimeAsync(livePathlessMs);
  expect(running.size).toBe(0);
  const { connectionId } = await started('hot', 'a');
  live.pathChanged(connectionId, 'disconnected');
  await vi.advanceTimersByTimeAsync(livePathlessMs - 1);
  live.pathChanged(connectionId, 'connected');
  await vi.advanceTimersByTimeAsync(livePathlessMs);
  expect(running.size).toBe(1);
  live.pathChanged(connectionId, 'closed');
  live.pathChanged(connectionId, 'closed');
  expect(running.size).toBe(0);

  await started('hot', 'a');
  await started('cold', 'b');
  live.shed();
  expect([running.size, live.count(), live.hasPlace('hot')]).toEqual([0, 0, true]);
});

it('answers an offer that it cannot use, and nothing stays of it', async () => {
  const { live, start } = setUp(1);
  expect(await start('hot', 'a', 'bad')).toMatchObject({ status: 422 });
  expect([live.count(), live.hasPlace('hot')]).toEqual([0, true]);
});

it('counts all addresses of an IPv6 network of 64 bits as one', async () => {
  const { start } = setUp(liveOfNetwork + 2);
  for (let phone = 0; phone < liveOfNetwork; phone += 1)
    expect(await start('hot', `2001:db8:0:7::${phone}`)).toMatchObject({ ok: true });
  expect(await start('hot', '2001:db8:0:7:a:b:c:d')).toMatchObject({ status: 503, code: 'no_place' });
  expect(await start('hot', '2001:db8:0:8::1')).toMatchObject({ ok: true });
});

it('lets a network begin ten times in a minute, whatever comes of it, and says how long it has to wait', async () => {
  const { live, start, started } = setUp();
  for (let turn = 0; turn < liveStartsInMinute - 1; turn += 1)
    live.end((await started('hot', 'a')).sessionId);
  await vi.advanceTimersByTimeAsync(20_500);
  expect(await start('hot', 'a', 'bad')).toMatchObject({ status: 422 });
  expect(await start('hot', 'a')).toMatchObject({ status: 429, code: 'rate_limited', retryAfterSeconds: 40 });
  expect(await start('hot', 'b')).toMatchObject({ ok: true });
  await vi.advanceTimersByTimeAsync(39_500);
  expect(await start('hot', 'a')).toMatchObject({ ok: true });
});
