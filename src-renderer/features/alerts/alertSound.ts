import { acknowledgeTimesOf } from '../../../src-shared/alerts/alert.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';

/** How long one key silences the desk. Milliseconds. */
export const silenceMs = 10 * 60_000;
/** Class 1 is never silent for longer than this. Milliseconds. */
export const longestClassOneSilenceMs = 2 * 60_000;

/** When the desk is silent, by the hub's clock. */
export interface Silence {
  fromMs: number;
  untilMs: number;
  /** From when class 1 is silent; a key pressed again does not begin that time again before it is over. */
  classOneFromMs: number;
}

/** The silence after its key was pressed: it begins, or ends. */
export function pressSilence(before: Silence | undefined, nowMs: number): Silence {
  if (before !== undefined && nowMs >= before.fromMs && nowMs < before.untilMs)
    return { ...before, untilMs: nowMs };
  const lasts = before !== undefined && nowMs < before.classOneFromMs + longestClassOneSilenceMs;
  return {
    fromMs: nowMs,
    untilMs: nowMs + silenceMs,
    classOneFromMs: lasts ? before.classOneFromMs : nowMs,
  };
}

/** The tone that is played; 2 is the louder tone for an alert of class 1 that nobody acknowledged for 60 s. */
export interface AlertSound {
  class: 1 | 2 | 3;
  loudness: 1 | 2;
}

/** New alerts of class 2 and 3 sound once, within this time of their arrival. Milliseconds. */
const freshMs = 2_000;

/**
 * The tone of this moment: an alert of class 1 sounds from its first escalation until somebody acknowledges it, the others once
 * when they arrive and once when they have waited too long.
 */
export function soundNow(
  alerts: Iterable<Pick<Alert, 'class' | 'state' | 'escalation' | 'raisedAtMs' | 'acknowledgeTimes'>>,
  silence: Silence | undefined,
  nowMs: number,
): AlertSound | undefined {
  const silent = silence !== undefined && nowMs >= silence.fromMs && nowMs < silence.untilMs;
  const silentForClassOne = silent && nowMs < silence.classOneFromMs + longestClassOneSilenceMs;
  let worst: AlertSound | undefined;
  for (const alert of alerts) {
    if (alert.state !== 'new') continue;
    const heard =
      alert.class === 1
        ? alert.escalation > 0 && !silentForClassOne
        : !silent && nowMs - lastCallMs(alert) < freshMs;
    if (!heard) continue;
    const loudness = alert.escalation === 2 ? 2 : 1;
    if (
      worst === undefined ||
      alert.class < worst.class ||
      (alert.class === worst.class && loudness > worst.loudness)
    )
      worst = { class: alert.class, loudness };
  }
  return worst;
}

/** The tone of work that has just become late: the lowest there is, and nothing in silence. */
export function soundOfLate(silence: Silence | undefined, nowMs: number): AlertSound | undefined {
  const silent = silence !== undefined && nowMs >= silence.fromMs && nowMs < silence.untilMs;
  return silent ? undefined : { class: 3, loudness: 1 };
}

/** When an alert last asked for attention: when it was raised, or when it was escalated. */
function lastCallMs(alert: Pick<Alert, 'class' | 'escalation' | 'raisedAtMs' | 'acknowledgeTimes'>): number {
  const times = acknowledgeTimesOf(alert);
  const { escalation, raisedAtMs } = alert;
  if (times === undefined || escalation === 0) return raisedAtMs;
  return raisedAtMs + (escalation === 1 ? times.supervisorMs : times.againMs);
}
