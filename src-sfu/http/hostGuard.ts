import type { IncomingMessage } from 'node:http';
import { createPlainHttp, type PlainHttp } from './plainHttp.ts';
import { isOriginOfHost } from '../../src-shared/network/hostHeader.ts';
import type { OwnHosts } from './ownHosts.ts';

/** Why a request is refused before anything of it is read but its headers. */
export interface ForeignRequest {
  code: 'wrong_host' | 'wrong_origin';
  message: string;
}

/** Refuses what a page of another host makes a browser ask. */
export interface HostGuard {
  /** Whether a browser's `Origin` is the host it speaks to: a foreign page must not reach the hub through a browser. */
  isSameOrigin(origin: string | undefined, host: string | undefined): boolean;
  /** Whether a request comes from a page of another host; undefined when it does not. Asked before any credential is looked at. */
  foreign(request: Pick<IncomingMessage, 'headers' | 'socket'>): ForeignRequest | undefined;
  /** What came over plain HTTP and belongs to HTTPS. */
  needsHttps: PlainHttp;
}

/** Without `hosts` the hub answers under any name; without a port for HTTPS, over plain HTTP. */
export function createHostGuard(
  hosts?: OwnHosts,
  httpsPort: () => number | undefined = () => undefined,
): HostGuard {
  const isSameOrigin: HostGuard['isSameOrigin'] = (origin, host) =>
    isOriginOfHost(origin, host) || hosts?.isProxyOrigin(origin) === true;
  return {
    isSameOrigin,
    needsHttps: createPlainHttp(httpsPort),
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
