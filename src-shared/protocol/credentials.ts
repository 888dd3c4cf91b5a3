/**
 * What a surface proves who it is with, in the request that opens its WebSocket: browsers let pages set no other header there
 * than the list of subprotocols. The first name is the one that the hub agrees to.
 */
export const subprotocol = 'mingchu';
const keyPrefix = 'mingchu.key.';
const memberPrefix = 'mingchu.member.';
/** Characters of an access key or of a member's token: both are base64url. */
const secretPattern = /^[\w-]{1,200}$/;

/** The key of the hub's access link, and the token that a phone signed in with. */
export interface Credentials {
  accessKey?: string | undefined;
  memberToken?: string | undefined;
}

/** The subprotocols a surface asks for. A secret with other characters than base64url has cannot be right and is left out. */
export function subprotocolsOf({ accessKey, memberToken }: Credentials): string[] {
  const named = (prefix: string, secret: string | undefined): string[] =>
    secret !== undefined && secretPattern.test(secret) ? [`${prefix}${secret}`] : [];
  return [subprotocol, ...named(keyPrefix, accessKey), ...named(memberPrefix, memberToken)];
}

/** The credentials in a `Sec-WebSocket-Protocol` header. */
export function credentialsIn(header: string | undefined): Credentials {
  const names = (header ?? '').split(',').map((name) => name.trim());
  const find = (prefix: string): string | undefined =>
    names.find((name) => name.startsWith(prefix))?.slice(prefix.length);
  return { accessKey: find(keyPrefix), memberToken: find(memberPrefix) };
}
