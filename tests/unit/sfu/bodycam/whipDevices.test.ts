import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commandOf } from '../../../../src-sfu/base/commandIds.ts';
import { createWhipDevices } from '../../../../src-sfu/features/bodycam/whipDevices.ts';
import type { WhipDeviceRecord } from '../../../../src-sfu/features/bodycam/whip.repository.ts';
import { recorderLifeMs } from '../../../../src-shared/bodycam/whip.protocol.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

async function stage() {
  const stored = new Map<string, WhipDeviceRecord>();
  const make = () =>
    createWhipDevices({
      repository: {
        list: () => Promise.resolve([...stored.values()]),
        add: (device) => Promise.resolve(void stored.set(device.deviceId, device)),
        used(deviceId, { atMs, address }) {
          const device = stored.get(deviceId);
          if (device !== undefined)
            stored.set(deviceId, { ...device, lastUsedAtMs: atMs, lastAddress: address });
          return Promise.resolve();
        },
        remove: (deviceId) => Promise.resolve(void stored.delete(deviceId)),
      },
      roster: { member: () => ({}) } as never,
      nowMs: () => performance.now(),
      onFault: (error) => {
        throw error as Error;
      },
    });
  const devices = make();
  await devices.load();
  const made = await devices.make({ name: '记录仪', memberId: 'ann' }, '王芳');
  if (!made.ok) throw new Error(made.message);
  const { deviceId } = made.data.device;
  const opens = (one: typeof devices): boolean => {
    const device = one.device(deviceId);
    return device !== undefined && one.opens(device, made.data.token);
  };
  return { devices, make, deviceId, opens };
}

describe('the token of a recorder', () => {
  it('opens for a year, then no more, and what the recorder sends is ended at that moment', async () => {
    const { devices, deviceId, opens } = await stage();
    const ended: string[] = [];
    devices.onExpired((id) => ended.push(id));
    await vi.advanceTimersByTimeAsync(recorderLifeMs - 1_000);
    expect([opens(devices), ended]).toEqual([true, []]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([opens(devices), ended]).toEqual([false, [deviceId]]);
    expect(devices.list().map((device) => device.deviceId)).toEqual([deviceId]);
    devices.close();
  });

  it('is a new one of the same recorder when the command comes again after a kill, and refused once the recorder sends', async () => {
    const { make } = await stage();
    const wanted = { name: 'Cam 2', memberId: 'ann' };
    const command = commandOf({ accountId: 'wang' }, 'k1');
    const killed = make();
    await killed.load();
    const first = await killed.make(wanted, '王芳', command);
    const next = make();
    await next.load();
    const [second, third] = await Promise.all([
      next.make(wanted, '王芳', command),
      next.make(wanted, '王芳', command),
    ]);
    if (!first.ok || !second.ok || !third.ok) throw new Error('refused');
    const { deviceId } = first.data.device;
    expect([second.data.device.deviceId, third.data.device.deviceId]).toEqual([deviceId, deviceId]);
    expect(next.list().filter(({ name }) => name === 'Cam 2')).toHaveLength(1);
    const device = next.device(deviceId);
    if (device === undefined) throw new Error('no device');
    expect([first, second, third].map(({ data }) => next.opens(device, data.token))).toEqual([
      false,
      false,
      true,
    ]);
    // Nobody else, and no other wish, reaches it.
    const others = await Promise.all([
      next.make(wanted, '李强', commandOf({ accountId: 'li' }, 'k1')),
      next.make(wanted, '王芳', undefined),
    ]);
    expect(others.map((one) => one.ok && one.data.device.deviceId !== deviceId)).toEqual([true, true]);
    const refused = { ok: false, code: 'conflict', reason: 'bodycam.recorder_exists' };
    expect(await next.make({ ...wanted, memberId: 'bo' }, '王芳', command)).toMatchObject(refused);
    next.used(deviceId, '10.0.0.7');
    expect(await next.make(wanted, '王芳', command)).toMatchObject(refused);
    for (const one of [killed, next]) one.close();
  });

  it('opens nothing when the recorder is removed while it is made again', async () => {
    const { devices, make } = await stage();
    const wanted = { name: 'Cam 2', memberId: 'ann' };
    const made = await devices.make(wanted, '王芳', 'wang k1');
    const deviceId = made.ok ? made.data.device.deviceId : '';
    const again = devices.make(wanted, '王芳', 'wang k1');
    const removing = devices.remove(deviceId, '李强');
    expect(await again).toMatchObject({ reason: 'bodycam.recorder_removed' });
    await removing;
    expect(devices.device(deviceId)).toBeUndefined();
    const next = make();
    await next.load();
    expect(next.device(deviceId)).toBeUndefined();
    for (const one of [devices, next]) one.close();
  });

  it('is listed with when and from where it was used last, also after a restart', async () => {
    const { devices, make, deviceId, opens } = await stage();
    await vi.advanceTimersByTimeAsync(5_000);
    devices.used(deviceId, '10.0.0.7');
    expect(devices.device(deviceId)).toMatchObject({ lastUsedAtMs: 5_000, lastAddress: '10.0.0.7' });
    devices.close();
    const restarted = make();
    await restarted.load();
    expect(restarted.device(deviceId)).toMatchObject({ lastUsedAtMs: 5_000, lastAddress: '10.0.0.7' });
    expect(opens(restarted)).toBe(true);
    restarted.close();
  });
});
