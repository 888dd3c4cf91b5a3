import { expect, it } from 'vitest';
import {
  createRecorderAlarms,
  type RecorderReport,
} from '../../../../src-sfu/features/recorders/recorderAlarms.ts';
import type { DeviceAlarm } from '../../../../src-sfu/media/sources/gb28181/deviceAlarm.ts';
import { silentLogger } from '../../../support/ingestAttempt.ts';

const recorderId = '42120000001180000001';
const channelId = '42120000001320000001';
const motion: DeviceAlarm = {
  deviceId: channelId,
  method: 5,
  type: 2,
  priority: 1,
  time: '1999-01-01T00:00:00',
  description: '后门',
};

function stage() {
  let now = 1_764_000_000_000;
  const reported: RecorderReport[] = [];
  const alarmed = createRecorderAlarms({
    nameOf: () => 'School',
    cameraOf: (_recorder, id) => Promise.resolve({ cameraId: 'camera-1', isOfChannel: id === channelId }),
    poster: () =>
      Promise.resolve({
        annexB: new Uint8Array(4),
        codec: 'avc1',
        width: 640,
        height: 360,
        capturedAtMs: 1_764_000_000_000,
      }),
    toJpeg: () => Promise.resolve(Buffer.from('jpeg')),
    report(report) {
      reported.push(report);
      return Promise.resolve();
    },
    logger: silentLogger,
    nowMs: () => now,
  });
  return { alarmed, reported, passes: (ms: number) => (now += ms) };
}

it('an alarm has the kind, the hub’s own time, the camera and its picture', async () => {
  const { alarmed, reported } = stage();
  await alarmed(recorderId, motion);
  expect(reported).toMatchObject([
    {
      recorderId,
      source: 'School',
      kind: 'motion',
      cameraId: 'camera-1',
      occurredAtMs: 1_764_000_000_000,
      message: '移动侦测：后门',
      picture: { jpeg: Buffer.from('jpeg'), takenAtMs: 1_764_000_000_000 },
    },
  ]);
});

it('has no picture that is older than two minutes, nor one of another channel', async () => {
  const { alarmed, reported, passes } = stage();
  await alarmed(recorderId, { ...motion, deviceId: '42120000001340000001' });
  passes(121_000);
  await alarmed(recorderId, motion);
  expect(reported.map(({ picture }) => picture)).toEqual([undefined, undefined]);
});

it('is one alert when the device says it again within 10 s, and a minute holds 60 of a recorder', async () => {
  const { alarmed, reported, passes } = stage();
  await alarmed(recorderId, motion);
  await alarmed(recorderId, motion);
  expect(reported).toHaveLength(1);
  passes(11_000);
  await alarmed(recorderId, motion);
  expect(reported).toHaveLength(2);
  for (let number = 0; number < 200; number += 1)
    await alarmed(recorderId, { ...motion, description: `${number}` });
  expect(reported.length).toBeLessThanOrEqual(60);
  passes(60_000);
  await alarmed(recorderId, motion);
  expect(reported.at(-1)?.message).toBe('移动侦测：后门');
});
