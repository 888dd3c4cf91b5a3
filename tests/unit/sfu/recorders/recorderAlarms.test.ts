import { expect, it } from 'vitest';
import { builtInKinds, deviceKindIds } from '../../../../src-shared/alerts/alertKinds.ts';
import { connectRecorderAlarms } from '../../../../src-sfu/app/recorderAlarms.ts';
import { createAlertsForRecorders } from '../../../../src-sfu/app/alertsForRecorders.ts';
import { createAlertsService } from '../../../../src-sfu/features/alerts/alerts.service.ts';
import {
  createRecorderAlarms,
  type RecorderReport,
  type ReportedAlarm,
} from '../../../../src-sfu/features/recorders/recorderAlarms.ts';
import type { DeviceAlarm } from '../../../../src-sfu/features/recorders/recorders.ports.ts';
import { createAlertsRepository } from '../../../../src-sfu/storage/alerts.sql.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { silentLogger } from '../../../support/ingestAttempt.ts';
import { doorInMemory } from '../../../support/recorderDoor.ts';

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

function stage(also?: (report: RecorderReport) => Promise<void>) {
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
      return also?.(report) ?? Promise.resolve();
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
      message: '后门',
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
  expect(reported.at(-1)?.message).toBe('后门');
});

const alarm = (change: Partial<ReportedAlarm>): ReportedAlarm => ({ ...motion, description: '', ...change });

it.each([
  [alarm({}), 'motion', 3],
  [alarm({ type: 5 }), 'line_crossed', 2],
  [alarm({ type: 6 }), 'area_entered', 2],
  [alarm({ method: 2, type: 2 }), 'tamper', 2],
  [alarm({ method: 6, type: 1 }), 'disk_fault', 3],
  [alarm({ kind: 'picture_bright' }), 'picture_bright', 3],
  [alarm({ method: undefined, type: undefined, deviceId: '42120000001340000001' }), 'alarm_input', 2],
  [alarm({ method: 7, type: undefined }), 'device_alarm', 2],
] as const)(
  'is of a kind that every hub knows, with words of its own in no language: %o',
  async (one, kind, level) => {
    const { alarmed, reported } = stage();
    await alarmed(recorderId, one);
    expect(reported.map((report) => report.kind)).toEqual([kind]);
    expect(reported[0]).not.toHaveProperty('message');
    expect(builtInKinds.find(({ kindId }) => kindId === kind)?.class).toBe(level);
  },
);

it('has a class and names in both languages for each kind', () => {
  for (const kindId of deviceKindIds)
    expect(builtInKinds.find((kind) => kind.kindId === kindId)).toMatchObject({
      name: expect.stringMatching(/\p{Script=Han}/u) as string,
      nameEn: expect.stringMatching(/^[A-Z][\w ,]+$/) as string,
    });
});

it('of motion does not swallow the covered lens that follows: they are two alerts', async () => {
  const store = await openStore(':memory:');
  const nowMs = (): number => 1_764_000_000_000;
  let count = 0;
  const alerts = createAlertsService({
    repository: createAlertsRepository(store, (fromMs, toMs) => [{ fromMs, toMs }] as never),
    places: { findPlace: () => undefined },
    acknowledgeTimes: () => undefined,
    wall: { requestSpotlight: () => undefined, spotlightHandled: () => undefined },
    logger: silentLogger,
    newId: () => `alert-${(count += 1)}`,
    midnightMs: () => 0,
    nowMs,
  });
  try {
    await alerts.load();
    const { report } = createAlertsForRecorders({
      alerts,
      files: { save: () => Promise.resolve() } as never,
    });
    const { alarmed } = stage(report);
    await alarmed(recorderId, motion);
    await alarmed(recorderId, alarm({ method: 2, type: 2 }));
    const open = [...alerts.book.open()].map(({ kindId, reportedKind, message }) => [
      kindId,
      reportedKind,
      message,
    ]);
    expect(open.toSorted()).toEqual([
      ['motion', undefined, '后门'],
      ['tamper', undefined, undefined],
    ]);
  } finally {
    await alerts.close();
    await store.destroy();
  }
});

it('motion becomes alerts only where a person said so for this recorder; a covered lens always does', async () => {
  const nowMs = (): number => 1_764_000_000_000;
  const { door, recorders, register, request } = await doorInMemory(nowMs);
  const reported: RecorderReport[] = [];
  const cameras = [
    { id: 'camera-0', urls: { main: `gb28181://${recorderId}/42120000001320000002` } },
    { id: 'camera-1', urls: { main: `gb28181://${recorderId}/${channelId}` } },
  ];
  connectRecorderAlarms(
    { logger: silentLogger, nowMs, toJpeg: () => Promise.reject(new Error('no picture')) } as never,
    {
      recorders,
      cameras: {
        directory: { cameras: () => cameras },
        health: { poster: () => Promise.resolve(undefined) },
      } as never,
      alerts: {
        forRecorders: { report: (report: RecorderReport) => Promise.resolve(void reported.push(report)) },
      } as never,
    },
  );
  register();
  const say = (method: number, type: number): void => {
    const body = `<Notify><CmdType>Alarm</CmdType><SN>4</SN><DeviceID>${channelId}</DeviceID><AlarmPriority>1</AlarmPriority><AlarmMethod>${method}</AlarmMethod><Info><AlarmType>${type}</AlarmType></Info></Notify>`;
    request('MESSAGE', { body });
  };
  const kinds = (): string[] => reported.map(({ kind }) => kind);
  say(5, 2);
  say(2, 2);
  await expect.poll(kinds).toEqual(['tamper']);
  await recorders.setMotionAlerts(recorderId, true, 'Clerk');
  say(5, 2);
  await expect.poll(kinds).toEqual(['tamper', 'motion']);
  expect(reported[1]).toMatchObject({ source: 'School', cameraId: 'camera-1' });
  await recorders.setMotionAlerts(recorderId, false, 'Clerk');
  say(5, 2);
  say(5, 5);
  await expect.poll(kinds).toEqual(['tamper', 'motion', 'line_crossed']);
  await door.close();
});
