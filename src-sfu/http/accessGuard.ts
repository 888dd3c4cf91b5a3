import { timingSafeEqual, createHash } from 'node:crypto';
import { wholeCity } from '../../src-shared/session/principal.ts';
import { deviceOf, type PrincipalDoor } from '../base/doors.ts';

/** Who is admitted until accounts exist: callers on this machine, and callers with the access link. */
export interface AccessGuard {
  /** The key of the access link. */
  accessKey: string;
  admits(remoteAddress: string | undefined, accessKey: string | undefined): boolean;
}

/** `trustLoopback` is false where a proxy on this machine speaks for others. */
export function createAccessGuard(accessKey: string, trustLoopback: boolean): AccessGuard {
  return {
    accessKey,
    admits(remoteAddress, given) {
      if (trustLoopback && remoteAddress !== undefined && isLoopback(remoteAddress)) return true;
      return given !== undefined && timingSafeEqual(digest(given), digest(accessKey));
    },
  };
}

/** The door of the access link, until accounts exist: who has the key, or is trusted, may do everything. */
export function accessKeyDoor(guard: Pick<AccessGuard, 'admits'>): PrincipalDoor {
  return {
    principalOf(visit) {
      const { address, credentials } = visit;
      if (!guard.admits(address, credentials.accessKey)) return undefined;
      return {
        kind: 'person',
        accountId: 'access-key',
        name: '',
        role: 'administrator',
        scope: wholeCity,
        sessionId: 'access-key',
        device: deviceOf(visit),
        address,
      };
    },
  };
}

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address) || address === '::1';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
