const form = /^onvif:\/\/([\w-]{1,64})\/((?:[\w.~-]|%[\dA-F]{2}){1,400})$/i;

/** What an address of an ONVIF device names. */
export interface OnvifTarget {
  deviceId: string;
  profileToken: string;
}

/** What an address such as `onvif://8f0a…/Profile_1` names; undefined for any other kind of address. */
export function parseOnvifUrl(url: string): OnvifTarget | undefined {
  const match = form.exec(url);
  if (match === null) return undefined;
  try {
    return { deviceId: match[1] ?? '', profileToken: decodeURIComponent(match[2] ?? '') };
  } catch {
    return undefined;
  }
}

/** The address of a profile in the registry. */
export function onvifUrl({ deviceId, profileToken }: OnvifTarget): string {
  const odd = /[!'()*]/g;
  const encoded = encodeURIComponent(profileToken.toWellFormed()).replace(
    odd,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `onvif://${deviceId}/${encoded}`;
}
