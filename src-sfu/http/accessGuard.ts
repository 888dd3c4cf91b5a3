import { timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isOriginOfHost } from '../../src-shared/network/hostHeader.ts';
import { wholeCity } from '../../src-shared/session/principal.ts';
import { deviceOf, type PrincipalDoor } from '../base/doors.ts';
import type { OwnHosts } from './ownHosts.ts';

/** Why a request is refused before anything of it is read but its headers. */
export interface ForeignRequest {
  code: 'wrong_host' | 'wrong_origin';
  message: string;
}

/** Who is admitted until accounts exist: callers on this machine, and callers with the access link. */
export interface AccessGuard {
  /** The key of the access link. */
  accessKey: string;
  admits(remoteAddress: string | undefined, accessKey: string | undefined): boolean;
  /** Whether a browser's `Origin` is the host it speaks to: a foreign page must not reach the hub through a browser. */
  isSameOrigin(origin: string | undefined, host: string | undefined): boolean;
  /**
   * Whether a request comes from a page of another host; undefined when it does not. Asked before `admits`, because the
   * trust in this machine's own address is worth nothing when a foreign page makes a browser on this machine ask.
   */
  foreign(request: Pick<IncomingMessage, 'headers' | 'socket'>): ForeignRequest | undefined;
}

/**
 * `trustLoopback` is false where a proxy on this machine speaks for others. Without `hosts` the hub answers under
 * any name.
 */
export function createAccessGuard(accessKey: string, trustLoopback: boolean, hosts?: OwnHosts): AccessGuard {
  const isSameOrigin: AccessGuard['isSameOrigin'] = (origin, host) =>
    isOriginOfHost(origin, host) || hosts?.isProxyOrigin(origin) === true;
  return {
    accessKey,
    admits(remoteAddress, given) {
      if (trustLoopback && remoteAddress !== undefined && isLoopback(remoteAddress)) return true;
      return given !== undefined && timingSafeEqual(digest(given), digest(accessKey));
    },
    isSameOrigin,
    foreign({ headers, socket }) {
      if (hosts?.isOwn(headers.host, socket.localAddress) === false) {
        return {
          code: 'wrong_host',
          message:
            'This hub does not know the name that it was asked under. Open it by one of its addresses, or add the name to the setting "hostNames" (MINGCHU_HOST_NAMES) and start the hub again.',
        };
      }
      if (!isSameOrigin(headers.origin, headers.host)) {
        return {
          code: 'wrong_origin',
          message: 'This page was not served by the hub. Open the hub’s own address.',
        };
      }
      return undefined;
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
