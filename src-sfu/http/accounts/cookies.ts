import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { parseCookie, stringifySetCookie } from 'cookie';

/** What a browser keeps of the hub: a person's sign-in, a paired screen's credential, a site's sign-in, and with whom it has signed in before. */
export type CookieKind = 'person' | 'screen' | 'site' | 'device';

/** Cookies of a device: as long as browsers allow (RFC 6265bis, 5.5: 400 days). Seconds. */
export const longestCookieSeconds = 400 * 24 * 3_600;

/** Other hubs on the same machine have cookies too. At most so many values are checked. */
const maxValues = 8;
const maxValueLength = 2_048;

/** Whether the browser speaks HTTPS to the hub. */
export function isSecure({ socket }: Pick<IncomingMessage, 'socket'>): boolean {
  return (socket as Partial<TLSSocket>).encrypted === true;
}

/**
 * The cookie's name. Over HTTPS a browser takes `__Host-` cookies only from this very host (RFC 6265bis, 4.1.3.2). Cookies belong
 * to a host whatever its port, so the port is in the name: two hubs on one machine do not sign each other's people out.
 */
export function cookieName(kind: CookieKind, request: Pick<IncomingMessage, 'socket'>): string {
  const port = request.socket.localPort ?? 0;
  return `${isSecure(request) ? '__Host-' : ''}mingchu-${kind}-${port}`;
}

/**
 * Every value that the browser sent of this kind, in its order, under the name of any port. A value that belongs to another hub is
 * one more that nobody knows.
 */
export function readCookies(
  kind: CookieKind,
  { headers, isSecure: isHttps }: Pick<IncomingMessage, 'headers'> & { isSecure?: boolean | undefined },
): string[] {
  if (headers.cookie === undefined) return [];
  // Over HTTPS only what was set over HTTPS by this very host counts: any other page of the host could have set the rest.
  const pattern = new RegExp(`^${isHttps === true ? '__Host-' : '(?:__Host-)?'}mingchu-${kind}-\\d{1,5}$`);
  // One pair at a time: an object keeps only the first of a name.
  return headers.cookie
    .split(';')
    .flatMap((pair) => Object.entries(parseCookie(pair)))
    .filter(([name]) => pattern.test(name))
    .map(([, value]) => value ?? '')
    .filter((value) => value !== '' && value.length <= maxValueLength)
    .slice(0, maxValues);
}

/** The header `Set-Cookie`; without a value it takes the cookie away. */
export function setCookie(
  kind: CookieKind,
  request: Pick<IncomingMessage, 'socket'>,
  value: string | undefined,
  maxAgeSeconds?: number,
): string {
  return stringifySetCookie({
    name: cookieName(kind, request),
    value: value ?? '',
    path: '/',
    httpOnly: true,
    secure: isSecure(request),
    sameSite: 'strict',
    ...(value === undefined ? { maxAge: 0 } : maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }),
  });
}
