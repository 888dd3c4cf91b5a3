import { fieldOf, type Manscdp } from './manscdp.ts';

/** What a recorder reports by itself: motion, a covered lens, a full disk. */
export interface DeviceAlarm {
  /** 20 digits: a channel, an alarm input, or the recorder itself. */
  deviceId: string;
  /** 1 to 7: 2 the device itself, 5 its pictures, 6 a fault; undefined when it says none that exist. */
  method: number | undefined;
  /** The kind within its method, such as 2 for motion of method 5; undefined when it says none. */
  type: number | undefined;
  /** 1, the most urgent, to 4. */
  priority: number | undefined;
  /** As the device writes it: local time by its own clock, which may be days off. */
  time: string | undefined;
  description: string;
}

const maxDescription = 200;

/** Reads the Notify of an alarm; undefined when it names no device. */
export function readAlarm({ text, deviceId }: Pick<Manscdp, 'text' | 'deviceId'>): DeviceAlarm | undefined {
  if (deviceId === undefined) return undefined;
  return {
    deviceId,
    method: numberOf(text, 'AlarmMethod', 7),
    type: numberOf(text, 'AlarmType', 99),
    priority: numberOf(text, 'AlarmPriority', 4),
    time: fieldOf(text, 'AlarmTime')?.slice(0, 40),
    description: (fieldOf(text, 'AlarmDescription') ?? '').slice(0, maxDescription),
  };
}

function numberOf(text: string, name: string, most: number): number | undefined {
  const value = fieldOf(text, name) ?? '';
  return /^\d{1,2}$/.test(value) && Number(value) >= 1 && Number(value) <= most ? Number(value) : undefined;
}
