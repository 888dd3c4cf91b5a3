import pino from 'pino';
import { afterEach, expect, it } from 'vitest';
import type { OnvifDeviceState } from '../../../../src-shared/onvif/onvif.protocol.ts';
import { createOnvifAlarms } from '../../../../src-sfu/app/onvifAlarms.ts';
import type { OnvifHabits } from '../../../../src-sim/onvif/onvifHabits.ts';
import type { OnvifDevice } from '../../../../src-sim/onvif/onvifDevice.ts';
import { clientOf, openDevice } from '../../../support/onvifDevices.ts';

let device: OnvifDevice | undefined;
let alarms: ReturnType<typeof createOnvifAlarms> | undefined;
afterEach(async () => {
  await alarms?.close?.();
  await device?.close();
});

/** What the alarms do with this device; its events are reported as they come or fail. */
async function listening(
  habits: OnvifHabits,
): Promise<{ reports: unknown[]; heard: unknown[]; kinds: unknown[]; record: { alertsOnMotion?: boolean } }> {
  device = await openDevice({}, habits);
  const reports: unknown[] = [];
  const heard: unknown[] = [];
  const state: OnvifDeviceState = 'wrong_password';
  const kinds: unknown[] = [];
  const record: { alertsOnMotion?: boolean } = { deviceId: 'd1', hasEvents: true, streams: [] } as object;
  const client = clientOf(device);
  const known = {
    record,
    client,
    isStored: true,
    state,
  } as never;
  const silent: unknown = pino({ level: 'silent' });
  alarms = createOnvifAlarms(
    {
      logger: silent,
      nowMs: Date.now,
      onvifDirectory: { devices: { clientOf: () => client } },
      toJpeg: () => Promise.resolve(undefined),
    } as never,
    {
      onvif: {
        device: () => known,
        devices: () => [known],
        onChanged: () => undefined,
        heard: (_deviceId, isHeard) => void heard.push(isHeard),
        reported: (_deviceId, error) => void reports.push(error),
      },
      cameras: {
        directory: { cameras: () => [{ id: 'c1', urls: { main: 'onvif://d1/V1_main' } }] },
        health: { poster: () => undefined },
        onRegistryChanged: () => undefined,
      } as never,
      alerts: {
        forRecorders: { report: ({ kind }: { kind: string }) => Promise.resolve(void kinds.push(kind)) },
      } as never,
    },
  );
  alarms.start?.();
  return { reports, heard, kinds, record };
}

it('events are asked for again by themselves after a refused password', async () => {
  const { reports, heard } = await listening({});
  await expect.poll(() => device?.subscriptions).toBe(1);
  await expect.poll(() => reports).toEqual([undefined]);
  expect(heard).toEqual([true]);
});

it('events that do not come are said to be missing, and the device is as it was', async () => {
  const { reports, heard } = await listening({ forbidden: ['CreatePullPointSubscription'] });
  await expect.poll(() => heard).toEqual([false]);
  expect(reports).toMatchObject([{ failure: 'forbidden' }]);
});

it('motion becomes alerts only where a person said so; a covered lens always does', async () => {
  const { reports, kinds, record } = await listening({});
  await expect.poll(() => reports.length).toBe(1);
  device?.raise('motion');
  device?.raise('tamper');
  await expect.poll(() => kinds).toEqual(['tamper']);
  record.alertsOnMotion = true;
  device?.raise('motion', false);
  device?.raise('motion');
  await expect.poll(() => kinds).toEqual(['tamper', 'motion']);
});
