/** Which reports belong to one alert: those of one kind at one camera that follow one another closely. */
import { isClosed } from './alert.ts';
import type { AlertProgress } from './alert.ts';

/** Under what reports are compared: the same text, the same kind at the same camera. */
export function joinKey(kindId: string, cameraKey: string): string {
  return `${kindId} ${cameraKey}`;
}

/** The camera of a report: of the registry, or what was reported when the registry does not know it. */
export function cameraKeyOf(cameraId: string | undefined, reportedCamera: string): string {
  return cameraId === undefined ? `unknown:${reportedCamera}` : `camera:${cameraId}`;
}

/** What a report is compared with. Times are those of the reporter's clock but for the progress. */
export interface Joinable {
  progress: Pick<AlertProgress, 'state' | 'class' | 'closed'>;
  occurredAtMs: number;
  lastOccurredAtMs: number;
  joinWindowMs: number;
}

/**
 * Whether a report of the same kind at the same camera belongs to this alert. An open alert includes what happened within its
 * window. So does an alert that was judged false, counted from the judgement, so that a camera that makes the same mistake all
 * day does not raise a new alert each minute. A closed alert of class 1 includes nothing more: the next flame may be real.
 */
export function joinsAlert(alert: Joinable, occurredAtMs: number): boolean {
  const { progress, joinWindowMs } = alert;
  if (!isClosed(progress)) {
    return (
      occurredAtMs >= alert.occurredAtMs - joinWindowMs &&
      occurredAtMs <= alert.lastOccurredAtMs + joinWindowMs
    );
  }
  if (progress.state !== 'false_alarm' || progress.class === 1 || progress.closed === undefined) return false;
  return occurredAtMs <= progress.closed.atMs + joinWindowMs;
}
