import { SourceError } from '../streamSource.ts';

/** Why a call ended that the device ended. */
export function endedByDevice(message: string): SourceError {
  return new SourceError('closedByCamera', message);
}

/** Why a call ended whose recorder may not send any more. */
export function recorderRevoked(): SourceError {
  return new SourceError(
    'unauthorized',
    'The recorder was removed, or it has a new password that it has not registered with yet.',
  );
}

/** What the status of an answer to INVITE means, from 300 on. */
export function refusalOfCall(status: number): SourceError {
  if (status === 486)
    return new SourceError(
      'refused',
      'The recorder already sends to as many viewers as it can (486).',
      status,
    );
  if (status === 404 || status === 480)
    return new SourceError('notFound', `The recorder has no such channel, or it is off (${status}).`, status);
  if (status === 401 || status === 403)
    return new SourceError(
      'unauthorized',
      `The recorder does not let this platform watch (${status}).`,
      status,
    );
  return new SourceError('refused', `The recorder refused the picture (${status}).`, status);
}
