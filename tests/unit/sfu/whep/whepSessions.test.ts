import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { wholeCity, type Principal } from '../../../../src-shared/session/principal.ts';
import { pathlessMs } from '../../../../src-sfu/base/iceSessions.ts';
import {
  createWhepSessions,
  longestSessionMs,
  sessionsInAll,
  sessionsOfKey,
} from '../../../../src-sfu/features/whep/whepSessions.ts';

const hourMs = 3_600_000;

function keyOf(accountId: string): Principal {
  return {
    kind: 'platform',
    accountId,
    name: accountId,
    role: 'platform',
    scope: wholeCity,
    sessionId: accountId,
    device: '',
    address: '',
    grants: ['cameras:relay'],
  };
}

/** Sessions over media and cameras that only note what is open. */
function setUp() {
  const media = new Set<string>();
  const shares = new Set<string>();
  const views: string[] = [];
  const keys = new Map([
    ['traffic', Date.now() + 400 * hourMs],
    ['brief', Date.now() + hourMs],
  ]);
  const gone = new Set<string>();
  let gate: Promise<void> = Promise.resolve();
  const sessions = createWhepSessions({
    media: {
      async start(connectionId) {
        await gate;
        media.add(connectionId);
        return { ok: true, answer: 'v=0', ice: { usernameFragment: 'u', password: 'p' } };
      },
      readFragment: () => ({ ok: true }),
      restart: async () => ({ ok: true, fragment: '' }),
      stop: (connectionId) => void media.delete(connectionId),
    },
    cameras: {
      async open(connectionId, cameraId) {
        if (cameraId === 'broken') return { ok: false, status: 503, code: 'unavailable', message: '' };
        shares.add(connectionId);
        return { ok: true, streamId: `${cameraId}:sub` };
      },
      release: (connectionId) => void shares.delete(connectionId),
    },
    keyEndsAtMs: (keyId) => keys.get(keyId),
    mayTake: (_principal, cameraId) => !gone.has(cameraId),
    viewed: (event, _connectionId, { accountId }, cameraId) =>
      views.push(`${accountId} ${event} ${cameraId}`),
    nowMs: Date.now,
  });
  const start = (keyId = 'traffic', cameraId = 'one') =>
    sessions.start(keyOf(keyId), { cameraId, stream: 'sub', offer: 'v=0' });
  return {
    sessions,
    media,
    shares,
    views,
    keys,
    gone,
    start,
    hold() {
      let open = (): void => undefined;
      gate = new Promise((resolve) => (open = resolve));
      return open;
    },
    nothingIsOpen: () => expect([media.size, shares.size, sessions.count()]).toEqual([0, 0, 0]),
  };
}

describe('the sessions in which other systems receive cameras', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('end when the client says so, and only for the key that began them', async () => {
    const { sessions, start, views, nothingIsOpen } = setUp();
    const started = await start();
    if (!started.ok) throw new Error(started.message);
    expect(sessions.end(keyOf('brief'), started.sessionId)).toMatchObject({ ok: false, status: 404 });
    expect(sessions.end(keyOf('traffic'), started.sessionId)).toEqual({ ok: true });
    expect(sessions.end(keyOf('traffic'), started.sessionId)).toMatchObject({ status: 404 });
    expect(views).toEqual(['traffic began one', 'traffic ended one']);
    nothingIsOpen();
  });

  it('end when the client never comes, and when its path is lost', async () => {
    const { sessions, start, media, nothingIsOpen } = setUp();
    await start();
    vi.advanceTimersByTime(pathlessMs);
    await vi.advanceTimersByTimeAsync(1_000);
    nothingIsOpen();
    await start();
    const [connectionId = ''] = media;
    sessions.pathChanged(connectionId, 'connected');
    await vi.advanceTimersByTimeAsync(pathlessMs * 3);
    expect(sessions.count()).toBe(1);
    sessions.pathChanged(connectionId, 'disconnected');
    await vi.advanceTimersByTimeAsync(pathlessMs + 1_000);
    nothingIsOpen();
  });

  it('end with the key, with the camera, and after the longest time', async () => {
    const { sessions, start, media, gone, nothingIsOpen } = setUp();
    const run = async (keyId: string): Promise<void> => {
      await start(keyId);
      for (const connectionId of media) sessions.pathChanged(connectionId, 'connected');
    };
    await run('traffic');
    sessions.endKey('traffic');
    nothingIsOpen();
    await run('traffic');
    gone.add('one');
    sessions.keepOnly((_principal, cameraId) => !gone.has(cameraId));
    nothingIsOpen();
    gone.clear();
    await run('brief');
    await vi.advanceTimersByTimeAsync(hourMs - 1_000);
    expect(sessions.count()).toBe(1);
    await vi.advanceTimersByTimeAsync(2_000);
    nothingIsOpen();
    await run('traffic');
    await vi.advanceTimersByTimeAsync(longestSessionMs + 1_000);
    nothingIsOpen();
  });

  it('leave nothing behind when they cannot be made', async () => {
    const { start, keys, gone, hold, nothingIsOpen } = setUp();
    expect(await start('traffic', 'broken')).toMatchObject({ status: 503 });
    const open = hold();
    const revoked = start();
    keys.delete('traffic');
    open();
    expect(await revoked).toMatchObject({ ok: false, status: 403 });
    const openAgain = hold();
    const removed = start('brief');
    gone.add('one');
    openAgain();
    expect(await removed).toMatchObject({ ok: false, status: 403 });
    nothingIsOpen();
  });

  it('are limited for a key and in all, also while they are being made', async () => {
    const { start, keys, hold } = setUp();
    const open = hold();
    const all = Array.from({ length: sessionsOfKey + 3 }, () => start());
    open();
    const answers = await Promise.all(all);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(sessionsOfKey);
    expect(answers.at(-1)).toMatchObject({ status: 429, code: 'too_many_sessions' });
    for (let index = 0; index < sessionsInAll - sessionsOfKey; index += 1) {
      keys.set(`key ${index}`, Date.now() + hourMs);
      expect((await start(`key ${index}`)).ok).toBe(true);
    }
    expect(await start('brief')).toMatchObject({ status: 503, code: 'hub_is_full' });
  });
});
