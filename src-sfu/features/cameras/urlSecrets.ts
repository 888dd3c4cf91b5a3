/** `rtsp://user:word@host/` → the URL without its user part, and the user part decoded. */
export function splitCredentials(url: string): {
  url: string;
  credentials: { username?: string; password?: string };
} {
  const { scheme, authority, tail } = partsOf(url);
  const at = authority.lastIndexOf('@');
  if (at === -1) return { url, credentials: {} };
  const user = authority.slice(0, at);
  const colon = user.indexOf(':');
  const username = decode(colon === -1 ? user : user.slice(0, colon));
  const password = colon === -1 ? undefined : decode(user.slice(colon + 1));
  return {
    url: `${scheme}${authority.slice(at + 1)}${tail}`,
    credentials: { username, ...(password === undefined ? {} : { password }) },
  };
}

const hiddenMark = '***';
/** Some makers put the password into the path or query: `/user=admin&password=word&channel=1`. */
const passwordParameter = /([?&;/_](?:password|passwd|pass|pwd|psw|token)=)[^&;/?#]+/gi;

/** A stored URL as it may leave the hub: without a password in its path or query. */
export function hidePassword(url: string): string {
  return url.replace(passwordParameter, `$1${hiddenMark}`);
}

/** Whether a password in this URL was replaced by stars when it was exported. */
export function isPasswordHidden(url: string): boolean {
  return hidePassword(url) === url && [...url.matchAll(passwordParameter)].length > 0;
}

/** What must stay the same for a stored password to be kept when an import brings none. */
export interface PasswordUse {
  username: string | null;
  urls: string[];
}

/**
 * Whether a stored password still belongs to a camera. It does not once the user or a host changed: who may edit the
 * registry must not learn passwords by pointing a camera at a machine of their own.
 */
export function keepsPassword(before: PasswordUse, after: PasswordUse): boolean {
  if (before.username !== after.username) return false;
  const hosts = new Set(before.urls.map(hostOf));
  return after.urls.every((url) => hosts.has(hostOf(url)));
}

function hostOf(url: string): string {
  return partsOf(splitCredentials(url).url).authority.toLowerCase();
}

function partsOf(url: string): { scheme: string; authority: string; tail: string } {
  const scheme = /^rtsp:\/\//i.exec(url)?.[0] ?? '';
  const rest = url.slice(scheme.length);
  const authorityEnd = rest.search(/[/?#]/);
  const authority = authorityEnd === -1 ? rest : rest.slice(0, authorityEnd);
  return { scheme, authority, tail: rest.slice(authority.length) };
}

/** Operators paste passwords with a bare `%`: what does not decode is taken as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
