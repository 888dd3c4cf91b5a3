/**
 * The emergency machine (domain.md), from the phone's key to the end at the desk. The phone runs it from `idle`; the hub
 * from `sent` on. Pure: the clock comes in with each event.
 */
import { z } from 'zod';

export const emergencyStates = [
  'idle',
  'arming',
  'sent',
  'shown',
  'acknowledged',
  'resolved',
  'false',
] as const;
export type EmergencyStateName = (typeof emergencyStates)[number];

/** How long the key is held before it is sent. */
export const emergencyHoldMs = 3_000;
/** How often a phone sends the SOS again until the command centre has shown it. Milliseconds. */
export const emergencyRetryMs = 1_000;

const deedSchema = z.object({ by: z.string().min(1).max(40), atMs: z.number() });

export const emergencyProgressSchema = z.object({
  state: z.enum(emergencyStates),
  sinceMs: z.number(),
  shown: deedSchema.optional(),
  acknowledged: deedSchema.optional(),
  ended: deedSchema.extend({ reason: z.string().min(1).max(500) }).optional(),
});
export type EmergencyProgress = z.output<typeof emergencyProgressSchema>;

export type EmergencyEvent =
  | { type: 'keyDown' }
  | { type: 'keyUp' }
  /** The key was held long enough. */
  | { type: 'held' }
  /** A screen of the command centre shows it. */
  | { type: 'shown'; by: string }
  | { type: 'acknowledged'; by: string }
  | { type: 'ended'; outcome: 'resolved' | 'false'; by: string; reason: string };

/** Why an event means nothing here. */
export const emergencyRefusals = ['not_from_here', 'too_early', 'already', 'ended'] as const;
export type EmergencyRefusal = (typeof emergencyRefusals)[number];
export type EmergencyTransition =
  { ok: true; state: EmergencyProgress } | { ok: false; reason: EmergencyRefusal };

/** Nothing is pressed. */
export const idleEmergency: EmergencyProgress = { state: 'idle', sinceMs: 0 };

/** An emergency as the hub has it from its first message on. */
export function receivedEmergency(nowMs: number): EmergencyProgress {
  return { state: 'sent', sinceMs: nowMs };
}

/** Whether it is at its end. */
export function isEmergencyEnded({ state }: EmergencyProgress): boolean {
  return state === 'resolved' || state === 'false';
}

/** Whether a phone must send it again, because no screen of the command centre has shown it yet. */
export function mustRepeat({ state }: EmergencyProgress): boolean {
  return state === 'sent';
}

/** The next state, or why the event means nothing here. */
export function transitionEmergency(
  progress: EmergencyProgress,
  event: EmergencyEvent,
  nowMs: number,
): EmergencyTransition {
  const { state, sinceMs } = progress;
  const refused = (reason: EmergencyRefusal): EmergencyTransition => ({ ok: false, reason });
  const become = (name: EmergencyStateName, more: Partial<EmergencyProgress> = {}): EmergencyTransition => ({
    ok: true,
    state: { ...progress, ...more, state: name, sinceMs: nowMs },
  });

  if (isEmergencyEnded(progress)) {
    // The phone's key may be pressed again after the end: that is a new one.
    return event.type === 'keyDown'
      ? { ok: true, state: { state: 'arming', sinceMs: nowMs } }
      : refused('ended');
  }
  switch (event.type) {
    case 'keyDown':
      return state === 'idle' ? become('arming') : refused('already');
    case 'keyUp':
      return state === 'arming' ? become('idle') : refused('not_from_here');
    case 'held':
      if (state !== 'arming') return refused(state === 'idle' ? 'not_from_here' : 'already');
      return nowMs - sinceMs >= emergencyHoldMs ? become('sent') : refused('too_early');
    case 'shown':
      if (state === 'idle' || state === 'arming') return refused('not_from_here');
      return state === 'sent'
        ? become('shown', { shown: { by: event.by, atMs: nowMs } })
        : refused('already');
    case 'acknowledged': {
      if (state === 'idle' || state === 'arming') return refused('not_from_here');
      if (state === 'acknowledged') return refused('already');
      // Acknowledging an emergency also means that it was shown.
      const deed = { by: event.by, atMs: nowMs };
      return become('acknowledged', { shown: progress.shown ?? deed, acknowledged: deed });
    }
    case 'ended': {
      if (state === 'idle' || state === 'arming') return refused('not_from_here');
      // An emergency can be ended only after it was acknowledged.
      if (state !== 'acknowledged') return refused('too_early');
      return become(event.outcome, { ended: { by: event.by, reason: event.reason, atMs: nowMs } });
    }
  }
}

/** When a held key has been held long enough; a phone also repeats by `emergencyRetryMs` while `mustRepeat`. */
export function nextEmergencyDeadline({ state, sinceMs }: EmergencyProgress): number | undefined {
  return state === 'arming' ? sinceMs + emergencyHoldMs : undefined;
}
