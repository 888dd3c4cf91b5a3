import type { SimulatedCamera } from './camera.ts';
import { faultSchema } from './faults.ts';
import type { FaultInput } from './faults.ts';

/** What is wrong with a city's broken cameras, in turn: most are without power, some are locked, some are stuck. */
const everydayFaults: readonly FaultInput[] = [
  { kind: 'refuse', hangUp: true },
  { kind: 'wrongPassword' },
  { kind: 'refuse', hangUp: true },
  { kind: 'h265' },
  { kind: 'silence', of: 'requests' },
  { kind: 'frozen' },
  { kind: 'refuse', hangUp: true },
  { kind: 'silence', of: 'media' },
  { kind: 'wrongPassword' },
  { kind: 'refuse', hangUp: true },
  { kind: 'h265' },
  { kind: 'silence', of: 'requests' },
];

/** Breaks so many cameras, spread over the whole city; the same ones for the same numbers. */
export function breakCameras(cameras: readonly SimulatedCamera[], count: number, sinceMs: number): void {
  const broken = Math.min(count, cameras.length);
  for (let order = 0; order < broken; order += 1) {
    const camera = cameras[Math.floor(((order + 0.5) * cameras.length) / broken)];
    const fault = everydayFaults[order % everydayFaults.length];
    if (camera === undefined || fault === undefined) continue;
    camera.fault = faultSchema.parse(fault);
    camera.faultSinceMs = sinceMs;
  }
}
