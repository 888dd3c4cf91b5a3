import type { IncomingMessage } from 'node:http';
import { createPlainHttp, type PlainHttp } from './plainHttp.ts';
import { hostNameOf, hostOfTarget, isOriginOfHost } from '../../src-shared/network/hostHeader.ts';
import type { OwnHosts } from './ownHosts.ts';

/** Why a request is refused before anything of it is read but its headers. */
export interface ForeignRequest {
  code: 'wrong_host' | 'wrong_origin';
  message: string;
}

/** A request that does not say which host it is for. */
export interface MalformedHost {
  code: 'bad_host';
  message: string;
}

/** Refuses what a page of another host makes a browser ask. */
export interface HostGuard {
  /**
   * A request with several `Host` headers, with one that is no name, or with another one in its target; undefined for all others.
   * It is answered 400 on every route (RFC 9112, 3.2): a proxy before the hub may have judged it by another of its names.
   */
  malformed(request: Pick<IncomingMessage, 'rawHeaders' | 'url'>): MalformedHost | undefined;
  /** Whether a browser's `Origin` is the host it speaks to: a foreign page must not reach the hub through a browser. */
  isSameOrigin(origin: string | undefined, host: string | undefined): boolean;
  /** Whether a request comes from a page of another host; undefined when it does not. Checked before any credential is read. */
  foreign(request: Pick<IncomingMessage, 'headers' | 'socket'>): ForeignRequest | undefined;
  /** What came over plain HTTP and belongs to HTTPS. */
  needsHttps: PlainHttp;
}

/** Every value of a header, in the order of the request. Names and values alternate in what was received. */
function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const found = rawHeaders[index] ?? '';
    // Lengths first: this runs for each header of every request.
    if (found.length === name.length && found.toLowerCase() === name)
      values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
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
    malformed({ rawHeaders, url = '' }) {
      const named = valuesOf(rawHeaders, 'host');
      // Node itself refuses HTTP/1.1 without the header.
      if (named.length === 0) return undefined;
      const [host] = named;
      const inTarget = hostOfTarget(url) ?? host;
      const isFine =
        named.length === 1 &&
        hostNameOf(host) !== undefined &&
        inTarget?.toLowerCase() === host?.toLowerCase();
      if (isFine) return undefined;
      return {
        code: 'bad_host',
        message:
          'The request must name the host that it is for exactly once: a name or an address, with or without a port.',
      };
    },
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
