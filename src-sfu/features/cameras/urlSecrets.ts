import { registryFault, type RegistryFault } from '../../../src-shared/cameras/registryFault.ts';
import { addressOfUrl, maxUrlLength, parseCameraUrl, type CameraUrlError } from '../../base/cameraUrl.ts';

/** A camera's address without its user part, and the user part decoded. Throws CameraUrlError. */
export function splitCredentials(url: string): {
  url: string;
  credentials: { username?: string; password?: string };
} {
  const { plainUrl, username, password } = parseCameraUrl(url);
  return {
    url: plainUrl,
    credentials: {
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    },
  };
}

/** Why an address cannot be used, as surfaces say it. */
export function faultOfUrl({ kind, port }: CameraUrlError): RegistryFault {
  switch (kind) {
    case 'scheme':
      return registryFault('notRtsp');
    case 'length':
      return registryFault('urlTooLong', { limit: maxUrlLength });
    case 'lineBreak':
      return registryFault('notPrintable');
    case 'host':
      return registryFault('urlWithoutHost');
    case 'port':
      return registryFault('urlPort', { port: port ?? '' });
    case 'ambiguous':
      return registryFault('urlAmbiguous');
  }
}

const hiddenMark = '***';
/** Some makers put the password into the path or query: `/user=admin&password=word&channel=1`. */
const passwordParameter = /([?&;/_](?:password|passwd|pass|pwd|psw|token)=)[^&;/?#]+/gi;

/** A stored URL as it may leave the hub: without a user part, and without a password in its path or query. */
export function hidePassword(url: string): string {
  return withoutUser(url).replace(passwordParameter, `$1${hiddenMark}`);
}

/** Stored addresses have no user part; one of an older hub may, and one that cannot be read is hidden up to its last `@`. */
function withoutUser(url: string): string {
  try {
    return parseCameraUrl(url).plainUrl;
  } catch {
    const at = url.lastIndexOf('@');
    return at === -1 ? url : `rtsp://${hiddenMark}${url.slice(at)}`;
  }
}

/** Whether a password in this URL was replaced by stars when it was exported. */
export function isPasswordHidden(url: string): boolean {
  const plain = withoutUser(url);
  return hidePassword(url) === plain && [...plain.matchAll(passwordParameter)].length > 0;
}

/** What must stay the same for a stored password to be kept when an import brings none. */
export interface PasswordUse {
  username: string | null;
  urls: string[];
}

/**
 * Whether a stored password still belongs to a camera. It does not once the user, a host or a port changed: who may edit
 * the registry must not learn passwords by pointing a camera at a machine of their own.
 */
export function keepsPassword(before: PasswordUse, after: PasswordUse): boolean {
  if (before.username !== after.username) return false;
  const known = passwordPlaces(before.urls);
  const asked = passwordPlaces(after.urls);
  return asked !== undefined && known !== undefined && asked.every((place) => known.includes(place));
}

/** Where a camera's password may be sent, as sorted `host:port`; undefined when an address cannot be read. */
export function passwordPlaces(urls: readonly string[]): string[] | undefined {
  const places = urls.map(addressOfUrl);
  return places.includes(undefined) ? undefined : [...new Set(places as string[])].sort();
}
