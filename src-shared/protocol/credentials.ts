/**
 * What a surface proves who it is with, in the request that opens its WebSocket: browsers let pages set no other header there
 * than the list of subprotocols. The first name is the one that the hub agrees to.
 */
export const subprotocol = 'mingchu';
const memberPrefix = 'mingchu.member.';
const sitePrefix = 'mingchu.site.';
/** Characters of a token: base64url. */
const secretPattern = /^[\w-]{1,200}$/;

/** The token that a phone signed in with. People and screens have cookies, and so have phones of sites whose browsers keep any. */
export interface Credentials {
  memberToken?: string | undefined;
  siteToken?: string | undefined;
}

/** The subprotocols a surface asks for. A secret with other characters than base64url has cannot be right and is left out. */
export function subprotocolsOf({ memberToken, siteToken }: Credentials): string[] {
  const shown = (prefix: string, secret: string | undefined): string[] =>
    secret !== undefined && secretPattern.test(secret) ? [`${prefix}${secret}`] : [];
  return [subprotocol, ...shown(memberPrefix, memberToken), ...shown(sitePrefix, siteToken)];
}

/** The credentials in a `Sec-WebSocket-Protocol` header. */
export function credentialsIn(header: string | undefined): Credentials {
  const names = (header ?? '').split(',').map((name) => name.trim());
  const shown = (prefix: string): string | undefined =>
    names.find((name) => name.startsWith(prefix))?.slice(prefix.length);
  return { memberToken: shown(memberPrefix), siteToken: shown(sitePrefix) };
}

/**
 * The header by which a page says over HTTP which surface it is: a browser may hold the credentials of a person and of a site. It can
 * only choose among those that the browser shows.
 */
export const surfaceHeader = 'x-mingchu-surface';
