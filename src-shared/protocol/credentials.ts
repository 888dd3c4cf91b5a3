/**
 * What a surface proves who it is with, in the request that opens its WebSocket: browsers let pages set no other header there
 * than the list of subprotocols. The first name is the one that the hub agrees to.
 */
export const subprotocol = 'mingchu';
const memberPrefix = 'mingchu.member.';
/** Characters of a member's token: base64url. */
const secretPattern = /^[\w-]{1,200}$/;

/** The token that a phone signed in with. People and screens have cookies. */
export interface Credentials {
  memberToken?: string | undefined;
}

/** The subprotocols a surface asks for. A secret with other characters than base64url has cannot be right and is left out. */
export function subprotocolsOf({ memberToken }: Credentials): string[] {
  const isShown = memberToken !== undefined && secretPattern.test(memberToken);
  return [subprotocol, ...(isShown ? [`${memberPrefix}${memberToken}`] : [])];
}

/** The credentials in a `Sec-WebSocket-Protocol` header. */
export function credentialsIn(header: string | undefined): Credentials {
  const names = (header ?? '').split(',').map((name) => name.trim());
  return { memberToken: names.find((name) => name.startsWith(memberPrefix))?.slice(memberPrefix.length) };
}
