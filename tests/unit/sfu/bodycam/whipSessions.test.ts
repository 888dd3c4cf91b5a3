import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pathlessMs } from '../../../../src-sfu/base/iceSessions.ts';
import { createWhipSessions, type WhipMedia } from '../../../../src-sfu/features/bodycam/whipSessions.ts';
import type { WhipDeviceRecord } from '../../../../src-sfu/features/bodycam/whip.repository.ts';

const nowMs = 1_700_000_000_000;
const ice = { usernameFragment: 'client', password: 'client-password' };

function deviceOf(deviceId: string, memberId: string): WhipDeviceRecord {
  return { deviceId, name: deviceId, memberId, createdAtMs: nowMs, expiresAtMs: nowMs + 1, tokenHash: '00' };
}

/** Sessions over media that answers when it is let to, and remembers which connections it still has. */
function setUp() {
  const open = new Set<string>();
  const senders = new Map<string, string>();
  const gates: (() => void)[] = [];
  let isHeld = false;
  const media: WhipMedia = {
    async start(connectionId, memberId) {
      if (isHeld) await new Promise<void>((resolve) => gates.push(resolve));
      open.add(connectionId);
      senders.set(memberId, connectionId);
      return { ok: true, answer: 'v=0', ice };
    },
    readFragment: (text) =>
      text === 'restart' ? { ok: true, ice: { usernameFragment: 'new', password: 'new' } } : { ok: true },
    restart: async () => ({ ok: true, fragment: 'a=ice-ufrag:hub' }),
    stop: (connectionId) => void open.delete(connectionId),
  };
  const known = new Set(['recorder', 'second']);
  const members = new Set(['zhang']);
  const stopped: string[] = [];
  const sessions = createWhipSessions({
    media,
    isKnown: (deviceId) => known.has(deviceId),
    hasMember: (memberId) => members.has(memberId),
    senderOf: (memberId) => senders.get(memberId),
    stopped: (memberId) => void stopped.push(memberId),
    changed: () => undefined,
    nowMs: () => nowMs,
  });
  const device = deviceOf('recorder', 'zhang');
  const start = async (of = device): Promise<{ sessionId: string; etag: string }> => {
    const started = await sessions.start(of, 'offer');
    if (!started.ok) throw new Error(started.message);
    return started;
  };
  return {
    sessions,
    device,
    start,
    open,
    known,
    members,
    stopped,
    hold: () => void (isHeld = true),
    release: () => gates.splice(0).forEach((gate) => gate()),
  };
}

describe('sessions of recorders', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test.each([
    ['device', 404],
    ['member', 409],
  ] as const)('a %s removed while its media is made leaves nothing that sends', async (what, status) => {
    const { sessions, device, known, members, open, hold, release } = setUp();
    hold();
    const starting = sessions.start(device, 'offer');
    await vi.advanceTimersByTimeAsync(0);
    if (what === 'device') known.delete(device.deviceId);
    else members.delete(device.memberId);
    release();
    expect(await starting).toMatchObject({ ok: false, status });
    expect(open.size).toBe(0);
    expect(sessions.live(device.deviceId)).toBeUndefined();
  });

  test('a removed device makes no session', async () => {
    const { sessions, device, known, open } = setUp();
    known.delete(device.deviceId);
    expect(await sessions.start(device, 'offer')).toMatchObject({ ok: false, status: 404 });
    expect(open.size).toBe(0);
  });

  test('the newest session of a member takes the place of the one before', async () => {
    const { sessions, device, start, open } = setUp();
    await start();
    await start(deviceOf('second', 'zhang'));
    expect(open.size).toBe(1);
    expect(sessions.live(device.deviceId)).toBeUndefined();
    expect(sessions.live('second')).toEqual({ sinceMs: nowMs, isConnected: false });
  });

  test('a session ends when another connection sends the picture', async () => {
    const { sessions, device, start, open } = setUp();
    await start();
    sessions.endConnection([...open][0] ?? '');
    expect(sessions.live(device.deviceId)).toBeUndefined();
    expect(open.size).toBe(0);
  });

  test('one without a media path ends after a while, unless the path comes back', async () => {
    const { sessions, device, start, open } = setUp();
    await start();
    const [connectionId = ''] = open;
    vi.advanceTimersByTime(pathlessMs - 1);
    sessions.pathChanged(connectionId, 'connected');
    vi.advanceTimersByTime(pathlessMs * 2);
    expect(sessions.live(device.deviceId)).toMatchObject({ isConnected: true });
    sessions.pathChanged(connectionId, 'disconnected');
    expect(sessions.live(device.deviceId)).toMatchObject({ isConnected: false });
    vi.advanceTimersByTime(pathlessMs);
    expect(sessions.live(device.deviceId)).toBeUndefined();
    expect(open.size).toBe(0);
  });

  test('ends for its own device only, and says that its picture is over', async () => {
    const { sessions, device, start, stopped } = setUp();
    const { sessionId } = await start();
    expect(sessions.end(deviceOf('second', 'zhang'), sessionId)).toMatchObject({ ok: false, status: 404 });
    expect(sessions.end(device, sessionId)).toEqual({ ok: true });
    expect(sessions.end(device, sessionId)).toMatchObject({ ok: false, status: 404 });
    expect(stopped).toEqual(['zhang']);
  });

  test('candidates keep the ETag, an ICE restart gives a new one, and an old one is refused', async () => {
    const { sessions, device, start } = setUp();
    const { sessionId, etag } = await start();
    const patch = (ifMatch: string | undefined, fragment: string) =>
      sessions.patch(device, sessionId, { ifMatch, fragment });
    expect(await patch(undefined, 'candidate')).toMatchObject({ ok: false, status: 428 });
    expect(await patch(etag, 'candidate')).toEqual({ ok: true, etag });
    const restarted = await patch('*', 'restart');
    expect(restarted).toMatchObject({ ok: true, fragment: 'a=ice-ufrag:hub' });
    expect(restarted).not.toMatchObject({ etag });
    expect(await patch(etag, 'candidate')).toMatchObject({ ok: false, status: 412 });
    expect(await patch('*', 'candidate')).toMatchObject({ ok: false, status: 412 });
  });
});
