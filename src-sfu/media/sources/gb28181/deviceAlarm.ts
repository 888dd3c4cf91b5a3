import type { DeviceAlarm } from '../../../features/recorders/recorders.ports.ts';
import { fieldOf, type Manscdp } from './manscdp.ts';

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
