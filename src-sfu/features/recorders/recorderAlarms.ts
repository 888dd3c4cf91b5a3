import { randomBytes } from 'node:crypto';
import type { DeviceKindId } from '../../../src-shared/alerts/alertKinds.ts';
import type { KeyPicture } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { Logger } from '../../logger.ts';
import type { DeviceAlarm } from './recorders.ports.ts';

/** What a recorder reports, as the queue of alerts takes it. */
export interface RecorderReport {
  recorderId: string;
  /** What the recorder is called. */
  source: string;
  /** Unlike that of any other report. */
  externalId: string;
  kind: DeviceKindId;
  /** A camera of the hub, or the device's own id where no camera is known. */
  cameraId: string;
  occurredAtMs: number;
  /** In the device's own words; its kind has names in both languages. */
  message?: string;
  picture: { jpeg: Buffer; takenAtMs: number } | undefined;
}

/** An alarm; `kind` where the device says more than the table of GB/T 28181 has. */
export type ReportedAlarm = DeviceAlarm & { kind?: DeviceKindId };

/** What alarms of recorders need of the hub. */
export interface RecorderAlarmsOptions {
  nameOf(recorderId: string): string;
  /** The camera whose picture comes from this channel, else any camera of the recorder: it says where that is, and shows something else. */
  cameraOf(
    recorderId: string,
    channelId: string,
  ): Promise<{ cameraId: string; isOfChannel: boolean } | undefined>;
  poster(cameraId: string): Promise<KeyPicture | undefined>;
  toJpeg(annexB: Uint8Array): Promise<Buffer>;
  /** Resolves once the alert is durable. */
  report(report: RecorderReport): Promise<void>;
  logger: Logger;
  nowMs(): number;
}

/** Kinds as devices number them (GB/T 28181, table A of alarms), by method and type. */
const kinds: Readonly<Record<string, DeviceKindId>> = {
  '2.1': 'video_lost',
  '2.2': 'tamper',
  '2.3': 'disk_full',
  // Too hot and too cold.
  '2.4': 'device_fault',
  '2.5': 'device_fault',
  '5.1': 'manual_alarm',
  '5.2': 'motion',
  '5.3': 'left_object',
  '5.4': 'removed_object',
  '5.5': 'line_crossed',
  '5.6': 'area_entered',
  '5.8': 'loitering',
  '5.11': 'video_abnormal',
  '6.1': 'disk_fault',
  // A fan.
  '6.2': 'device_fault',
};
/** The digits of an id by which a device of GB/T 28181 is an alarm input (annex D). */
const alarmInput = /^\d{10}134\d{7}$/;

function kindOf({ kind, method, type, deviceId }: ReportedAlarm): DeviceKindId {
  return kind ?? kinds[`${method}.${type}`] ?? (alarmInput.test(deviceId) ? 'alarm_input' : 'device_alarm');
}

/** An alarm that the device says again within this time is the same. Milliseconds. */
const againMs = 10_000;
/** A recorder gives so many alarms within a minute; more are left out. */
const perMinute = 60;
/** A picture this old shows something else. Milliseconds. */
const pictureAgeMs = 120_000;

/** Puts what recorders report by themselves into the queue of alerts, with the time at which it came: their clocks may be days off. */
export function createRecorderAlarms(
  options: RecorderAlarmsOptions,
): (recorderId: string, alarm: ReportedAlarm) => Promise<void> {
  const { nowMs, logger } = options;
  const recent = new Map<string, number>();
  let counts = new Map<string, number>();
  let minute = 0;
  const isWithinBudget = (recorderId: string): boolean => {
    const now = Math.floor(nowMs() / 60_000);
    if (now !== minute) counts = new Map();
    minute = now;
    const count = (counts.get(recorderId) ?? 0) + 1;
    counts.set(recorderId, count);
    return count <= perMinute;
  };
  const isRepeated = (key: string): boolean => {
    const now = nowMs();
    for (const [known, atMs] of recent) if (now - atMs > againMs || now < atMs) recent.delete(known);
    if (recent.has(key)) return true;
    recent.set(key, now);
    return false;
  };
  const pictureOf = async (cameraId: string | undefined): Promise<RecorderReport['picture']> => {
    if (cameraId === undefined) return undefined;
    try {
      const picture = await options.poster(cameraId);
      if (picture === undefined || nowMs() - picture.capturedAtMs > pictureAgeMs) return undefined;
      return { jpeg: await options.toJpeg(picture.annexB), takenAtMs: picture.capturedAtMs };
    } catch (error) {
      logger.warn({ err: error, cameraId }, 'an alarm of a recorder has no picture');
      return undefined;
    }
  };
  return async (recorderId, alarm) => {
    if (!isWithinBudget(recorderId)) return;
    const { deviceId, method, type, time } = alarm;
    const kind = kindOf(alarm);
    if (isRepeated([recorderId, deviceId, kind, method, type, time, alarm.description].join(' '))) return;
    const camera = await options.cameraOf(recorderId, deviceId);
    const occurredAtMs = nowMs();
    const picture = await pictureOf(camera?.isOfChannel === true ? camera.cameraId : undefined);
    const message = alarm.description.trim();
    try {
      await options.report({
        recorderId,
        source: options.nameOf(recorderId),
        externalId: `${deviceId}-${occurredAtMs}-${randomBytes(3).toString('hex')}`,
        kind,
        cameraId: camera?.cameraId ?? deviceId,
        occurredAtMs,
        ...(message === '' ? {} : { message }),
        picture,
      });
    } catch (error) {
      logger.error(
        { err: error, recorderId },
        'an alarm of a recorder could not be stored; look at the camera',
      );
    }
  };
}
