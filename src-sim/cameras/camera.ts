import type { FrameClock } from '../../src-shared/simulation/frameStrip.ts';
import type { AccessUnit } from '../media/accessUnits.ts';
import type { HeardSound } from '../media/heardSound.ts';
import type { Credentials } from '../rtsp/authentication.ts';
import type { Room, Show } from '../scenes/catalogue.ts';
import type { Fault } from './faults.ts';

/**
 * How a camera takes a voice. `none`: it offers no way. `plays`: as ONVIF says. `deaf`: it accepts and plays nothing. `needsRecord`: it wants RECORD in
 * place of PLAY. `refusesPlay`: it offers the way and refuses to begin.
 */
export const earHabits = ['none', 'plays', 'deaf', 'needsRecord', 'refusesPlay'] as const;

/** The loudspeaker of a camera. */
export interface SimulatedEar {
  habit: (typeof earHabits)[number];
  readonly heard: HeardSound;
}

/** A simulated camera: what it is, and how it is behaving at the moment. */
export interface SimulatedCamera {
  readonly id: string;
  readonly room: Room;
  readonly scene: string;
  /** Frames ahead of a camera with phase 0: a whole number, and a quarter to spread the work over the frame's time. */
  readonly phase: number;
  readonly hasAudio: boolean;
  /** Session descriptions with absolute control URLs, as some makers send them. */
  readonly usesAbsoluteControl: boolean;
  credentials: Credentials;
  fault: Fault;
  /** Unix milliseconds at which the fault began. */
  faultSinceMs: number;
  show: Show;
  /** Pictures that are made while somebody watches, in place of its scene; answers with what ends them. */
  live?: (send: (picture: AccessUnit) => void) => () => void;
  readonly ear: SimulatedEar;
}

/** Unix milliseconds of frame 0: the Unix epoch itself, so that a restarted simulator goes on where the clock is. */
export const simulationEpochMs = 0;

/** The clock by which a camera's pictures run. */
export function clockOf(camera: SimulatedCamera): FrameClock {
  return { epochMs: simulationEpochMs, phase: camera.phase };
}
