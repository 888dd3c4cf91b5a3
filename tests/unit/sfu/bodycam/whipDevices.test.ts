import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
