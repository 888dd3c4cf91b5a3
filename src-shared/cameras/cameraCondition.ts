/**
 * The condition of one camera, derived from what probes and viewers found. Pure: each finding carries its time.
 */
import type { cameraConditions } from './cameras.protocol.ts';
import type { StreamEndCause } from './cameraStream.ts';

export type ConditionName = (typeof cameraConditions)[number];

export interface CameraCondition {
  condition: ConditionName;
  sinceMs: number;
  /** The number of consecutive failed probes, and the time of the first of them. */
  failures: number;
  failingSinceMs?: number;
  /** What is wrong, as one sentence. */
  message?: string;
  /** Its password is not sent in clear until a person allows it. */
  isPasswordWithheld?: true;
  /** A surface could not decode the pictures. While this is set, pictures that arrive and change do not make the camera online. */
  isUndecodable?: true;
}

/** What a probe or a viewer's stream found. */
export type CameraFinding =
  /** Pictures arrive. Whether they change is not known yet, so a frozen camera stays frozen. */
  | { type: 'pictureArrived' }
  /** Pictures arrive and change. */
  | { type: 'pictureAdvanced' }
  | { type: 'pictureFroze'; sinceMs: number }
  /** A surface receives pictures and cannot decode them, or one can after all. */
  | { type: 'undecodable' }
  | { type: 'decodable' }
  /** `codec` is set when the camera named its codec. */
  | { type: 'failed'; cause: StreamEndCause; message: string; isPasswordWithheld?: true };

/** One failed probe may hit a camera that is restarting; after the second failure the camera counts as offline. */
const failuresUntilOffline = 2;
const frozenMessage =
  'Pictures of this camera come no more, or do not change. Restart the camera if it stays so.';

const undecodableMessage =
  'Data comes from this camera, but a screen can make no picture of it. Set it to plain H.264, without smart codecs.';

/** The condition of a camera that was never probed. */
export function unknownCondition(nowMs: number): CameraCondition {
  return { condition: 'unknown', sinceMs: nowMs, failures: 0 };
}

/** The condition after a finding. */
export function transitionCameraCondition(
  before: CameraCondition,
  finding: CameraFinding,
  nowMs: number,
): CameraCondition {
  switch (finding.type) {
    case 'pictureArrived':
      if (before.condition === 'frozen' || before.isUndecodable === true) return well(before);
      return moveTo(before, 'online', nowMs);
    case 'pictureAdvanced':
      if (before.isUndecodable === true) return well(before);
      return moveTo(before, 'online', nowMs);
    case 'pictureFroze':
      return moveTo(before, 'frozen', Math.min(finding.sinceMs, nowMs), frozenMessage);
    case 'undecodable':
      return { ...moveTo(before, 'unsupported', nowMs, undecodableMessage), isUndecodable: true };
    case 'decodable':
      return before.isUndecodable === true ? moveTo(before, 'online', nowMs) : well(before);
    case 'failed':
      return failed(before, finding, nowMs);
  }
}

/** Whether pictures are to be expected of a camera in this condition. */
export function isShowable(condition: ConditionName): boolean {
  return condition === 'unknown' || condition === 'online' || condition === 'frozen';
}

function failed(
  before: CameraCondition,
  { cause, message, isPasswordWithheld }: Extract<CameraFinding, { type: 'failed' }>,
  nowMs: number,
): CameraCondition {
  switch (cause) {
    case 'unauthorized':
      return {
        ...moveTo(before, 'unauthorized', nowMs, message),
        ...(isPasswordWithheld === undefined ? {} : { isPasswordWithheld }),
      };
    case 'unsupported':
    case 'transcodeFailed':
      return moveTo(before, 'unsupported', nowMs, message);
    case 'transcodeBudget':
      // The camera answered and accepted the credentials; only its picture was not requested.
      return before.condition === 'frozen' ? well(before) : moveTo(before, 'online', nowMs);
    default: {
      const failures = before.failures + 1;
      const failingSinceMs = before.failingSinceMs ?? nowMs;
      const isFirstProbe = before.condition === 'unknown';
      if (failures < failuresUntilOffline && !isFirstProbe && before.condition !== 'offline') {
        return { ...before, failures, failingSinceMs };
      }
      return { ...moveTo(before, 'offline', failingSinceMs, message), failures, failingSinceMs };
    }
  }
}

function moveTo(
  before: CameraCondition,
  condition: ConditionName,
  sinceMs: number,
  message?: string,
): CameraCondition {
  return {
    condition,
    sinceMs: before.condition === condition ? before.sinceMs : sinceMs,
    failures: 0,
    ...(message === undefined ? {} : { message }),
  };
}

function well({ condition, sinceMs, message, isUndecodable }: CameraCondition): CameraCondition {
  return {
    condition,
    sinceMs,
    failures: 0,
    ...(message === undefined ? {} : { message }),
    ...(isUndecodable === undefined ? {} : { isUndecodable }),
  };
}
