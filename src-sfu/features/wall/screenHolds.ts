import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { may, type Principal } from '../../../src-shared/session/principal.ts';

/** How long a supervisor's command protects a screen against those who may not override. Milliseconds. */
export const holdMs = 300_000;

/**
 * A supervisor commanded the screen. Until the hold ends, neither a duty officer nor the schedule changes what the screen shows;
 * another supervisor can at once. A fire or an SOS, which the hub itself shows, has priority over both. A hold is stored with its
 * screen, so that it survives a restart of the hub.
 */
export interface ScreenHold {
  /** The name of the supervisor, for people to read. */
  by: string;
  /** Unix milliseconds. */
  untilMs: number;
}

/** Whether the principal may change a screen that a supervisor holds, and holds what it commands. */
export function isOverriding(principal: Principal | undefined): boolean {
  return principal !== undefined && may(principal, 'wall:override');
}

/** How long the hold lasts; 0 where there is none. After the clock was set back by more than a hold, it is over. Milliseconds. */
export function holdLeftMs(hold: ScreenHold | undefined, nowMs: number): number {
  const leftMs = (hold?.untilMs ?? 0) - nowMs;
  return leftMs > 0 && leftMs <= holdMs ? leftMs : 0;
}

/** Why this principal may not command the screen now; undefined where it may. */
export function holdRefusal(
  hold: ScreenHold | undefined,
  principal: Principal | undefined,
  nowMs: number,
): Ack<never> | undefined {
  const leftMs = holdLeftMs(hold, nowMs);
  if (hold === undefined || leftMs === 0 || isOverriding(principal)) return undefined;
  const seconds = Math.ceil(leftMs / 1_000);
  return refuse(
    'conflict',
    `${hold.by} decides what this screen shows, for ${seconds} s more. Ask a supervisor.`,
    { reason: 'wall.held_by_supervisor', name: hold.by, seconds },
  );
}

/** The hold after a command of this principal was done. */
export function holdAfter(
  hold: ScreenHold | undefined,
  principal: Principal | undefined,
  by: string,
  nowMs: number,
): ScreenHold | undefined {
  return isOverriding(principal) ? { by, untilMs: nowMs + holdMs } : hold;
}
