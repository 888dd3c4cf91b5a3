import { SourceError } from '../streamSource.ts';

/** A step of the conversation with the camera failed. */
export class RtspError extends SourceError {
  override name = 'RtspError';
}

export function wrongPassword(): RtspError {
  return new RtspError(
    'unauthorized',
    'The camera refused the user or password. Correct them in the registry.',
    401,
  );
}

export function wantsClearPassword(): RtspError {
  return new RtspError(
    'unauthorized',
    'The camera asks for the password in clear (Basic), though it took it encrypted (Digest) before: another device may answer at its address. Check the camera; if it was changed on purpose, allow it at the desk (Health), or import it with allowBasic (允许明文密码) set.',
    401,
    true,
  );
}

/** The error of an answer with a status of 400 or more. */
export function statusError(
  { status, reason }: { status: number; reason: string },
  method: string,
): RtspError {
  const what = `${status} ${reason.replace(/[^\x20-\x7e]/g, '').slice(0, 80)}`.trim();
  if (status === 403) {
    return new RtspError('unauthorized', `The camera forbids this user to watch (${what}).`, status);
  }
  if (status === 404 || status === 410) {
    return new RtspError(
      'notFound',
      `The camera knows no such stream (${what}). Correct its address in the registry.`,
      status,
    );
  }
  return new RtspError('refused', `The camera answered ${method} with ${what}.`, status);
}

/** The error of a connection that could not be made or broke. */
export function socketError(error: NodeJS.ErrnoException, host: string, port: number): RtspError {
  const place = `${host}:${port}`;
  switch (error.code) {
    case 'ECONNREFUSED':
      return new RtspError(
        'unreachable',
        `Nothing listens at ${place}. Check the address and that the camera runs.`,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new RtspError('unreachable', `The name ${host} is not known. Check the address.`);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return new RtspError(
        'unreachable',
        `${place} cannot be reached. Check the camera’s power and network.`,
      );
    case 'ECONNRESET':
    case 'EPIPE':
      return new RtspError('closedByCamera', 'The camera broke the connection.');
    default:
      return new RtspError('unreachable', `${place}: ${error.message}.`);
  }
}
