import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { may, type Principal } from '../../../src-shared/session/principal.ts';

/** So long a screen stays as a supervisor commanded it, against those who may not override. Milliseconds. */
export const holdMs = 300_000;

/**
 * Screens that a supervisor has commanded. A duty officer cannot change them until the hold is over; another supervisor can at
 * once. What the hub itself shows, such as a fire or a call for help, is above both and does not ask here.
 */
export interface ScreenHolds {
  /** Why the command may not be done; undefined where it may. */
  refusal(principal: Principal | undefined, screenId: string): Ack<never> | undefined;
  /** Whether a supervisor holds the screen at present: the schedule leaves it alone until the hold is over. */
  isHeld(screenId: string): boolean;
  /** Whether holds bind the principal not. */
  isOverriding(principal: Principal | undefined): boolean;
  /** The command was done. */
  commanded(principal: Principal | undefined, screenId: string, by: string): void;
}

export function createScreenHolds({ nowMs }: { nowMs(): number }): ScreenHolds {
  const holds = new Map<string, { by: string; untilMs: number }>();
  const isOverriding = (principal: Principal | undefined): boolean =>
    principal !== undefined && may(principal, 'wall:override');
  return {
    isOverriding,
    isHeld: (screenId) => (holds.get(screenId)?.untilMs ?? 0) > nowMs(),
    refusal(principal, screenId) {
      if (isOverriding(principal)) return undefined;
      const hold = holds.get(screenId);
      const leftMs = (hold?.untilMs ?? 0) - nowMs();
      if (hold === undefined || leftMs <= 0) return undefined;
      const seconds = Math.ceil(leftMs / 1_000);
      return refuse(
        'conflict',
        `${hold.by} decides what this screen shows, for ${seconds} s more. Ask a supervisor.`,
        { reason: 'wall.held_by_supervisor', name: hold.by, seconds },
      );
    },
    commanded(principal, screenId, by) {
      if (isOverriding(principal)) holds.set(screenId, { by, untilMs: nowMs() + holdMs });
    },
  };
}
