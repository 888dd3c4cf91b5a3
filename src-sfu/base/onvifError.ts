/**
 * Why a device did not do what it was asked. `unreachable`: it could not be reached; `silent`: it was reached and did not answer in time;
 * `foreign`: it answers what is not ONVIF, or too much of it; `unauthorized`: it wants a password, or another one; `forbidden`: it
 * lets this user do other things, but not this; `another`: it is
 * not the device that is expected at this address; `unknown`: it does not know the request; `refused`: it refuses for another reason.
 */
export type OnvifFailure =
  'unreachable' | 'silent' | 'foreign' | 'unauthorized' | 'forbidden' | 'another' | 'unknown' | 'refused';

/** A device failed. The message is for logs and for people who service the device; it holds no password. */
export class OnvifError extends Error {
  override name = 'OnvifError';
  readonly failure: OnvifFailure;
  /** It sends us to another address, which is not followed: `refused`. */
  readonly isRedirection: boolean;

  constructor(failure: OnvifFailure, message: string, { isRedirection = false } = {}) {
    super(message);
    this.failure = failure;
    this.isRedirection = isRedirection;
  }
}

/** Whether it is a failure of a device of one of these kinds; without kinds, of any. */
export function isOnvifFailure(error: unknown, ...failures: OnvifFailure[]): error is OnvifError {
  return error instanceof OnvifError && (failures.length === 0 || failures.includes(error.failure));
}
