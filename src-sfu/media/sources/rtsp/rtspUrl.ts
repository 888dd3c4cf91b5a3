import { CameraUrlError, encodeOdd, parseRtspUrl } from '../../../base/cameraUrl.ts';

const absolute = /^rtsp:\/\//i;

/**
 * Resolves a control attribute against the description's base: absolute, relative, `*` or empty (RFC 2326, C.1.1).
 * Throws CameraUrlError for an absolute one that is not usable.
 */
export function resolveControlUrl(base: string, control: string | undefined): string {
  if (control === undefined || control === '' || control === '*') return base;
  if (absolute.test(control)) return parseRtspUrl(control).url;
  // RFC 2326 follows RFC 1808, yet cameras append to the whole base, query and all; players (VLC, ffmpeg) do the same.
  const [trunk, joint] = base.endsWith('/')
    ? [base.slice(0, -1), '/']
    : [base, /^[/?]/.test(control) ? '' : '/'];
  return `${trunk}${control.startsWith('/') ? '' : joint}${encodeOdd(control)}`;
}

/** Where a redirect leads, seen from the URL that was asked. Throws CameraUrlError when that is no RTSP address. */
export function resolveLocation(asked: string, location: string): string {
  if (absolute.test(location)) return location;
  if (!location.startsWith('/')) throw new CameraUrlError('it leads to no rtsp:// address', 'scheme');
  const authority = /^rtsp:\/\/[^/?#]+/i.exec(asked)?.[0] ?? asked;
  return `${authority}${location}`;
}
