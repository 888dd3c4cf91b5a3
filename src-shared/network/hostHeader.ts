/**
 * Names in `Host` and `Origin` headers. A page of another host can make a browser send requests to this machine under a name
 * of its own (DNS rebinding); only the name in these headers distinguishes such a request from a real one.
 */

/** The name or address in a `Host` header, in lower case, without port, brackets and final dot; undefined when the header is malformed. */
export function hostNameOf(header: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]{2,64})\]|([a-z0-9_.-]{1,254}))(?::\d{1,5})?$/i.exec(header ?? '');
  const name = (match?.[1] ?? match?.[2])?.toLowerCase();
  return name?.endsWith('.') === true ? name.slice(0, -1) : name;
}

/** An address as a `Host` header names it: `::ffff:10.0.0.7` is `10.0.0.7`, and `fe80::1%eth0` is `fe80::1`. */
export function addressInHost(address: string): string {
  return address
    .toLowerCase()
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/, '');
}

/** Whether a name or an address always means the machine itself. */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

/** Whether a browser's `Origin` is a page of the host that is asked. Programs other than browsers send no `Origin`. */
export function isOriginOfHost(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  const match = /^https?:\/\/([^/?#@\s]+)$/i.exec(origin);
  return match?.[1] !== undefined && match[1].toLowerCase() === host?.toLowerCase();
}

/** The host and port of a request target in absolute form (RFC 9112, 3.2.2), such as `http://hub.local:7400/x`; undefined for a path. */
export function hostOfTarget(target: string): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1];
}
