import { CameraUrlError, parseRtspUrl, type CameraUrl } from '../../../base/cameraUrl.ts';
import type { RtspResponse } from './rtspConnection.ts';
import { RtspError } from './rtspErrors.ts';
import { resolveLocation } from './rtspUrl.ts';
import {
  findBackChannel,
  parseSessionDescription,
  SessionDescriptionError,
  type CameraDescription,
} from './sessionDescription.ts';

/** The address that a camera's redirect leads to. Throws RtspError. */
export function redirected(asked: string, location: string): string {
  try {
    return resolveLocation(asked, location);
  } catch (error) {
    throw new RtspError(
      'refused',
      `The camera sends to another place, and ${(error as Error).message}. Correct its address in the registry.`,
    );
  }
}

/** The parts of a camera's address. Throws RtspError for one that is not usable. */
export function targetOf(url: string): CameraUrl {
  try {
    return parseRtspUrl(url);
  } catch (error) {
    if (!(error instanceof CameraUrlError)) throw error;
    throw new RtspError(
      'protocolError',
      `The camera’s address is not usable: ${error.message}. Correct it in the registry.`,
    );
  }
}

/** The description in the answer to DESCRIBE of `url`. Throws RtspError for one that is not usable. */
export function readDescription(response: RtspResponse, url: string): CameraDescription {
  return read(response, url, parseSessionDescription);
}

/** The loudspeaker in the answer to DESCRIBE of `url`. Throws RtspError for a description that is not usable. */
export function readBackChannel(response: RtspResponse, url: string): ReturnType<typeof findBackChannel> {
  return read(response, url, findBackChannel);
}

function read<Found>(
  response: RtspResponse,
  url: string,
  find: (text: string, base: string) => Found,
): Found {
  const base = response.headers.get('content-base')?.[0] ?? response.headers.get('content-location')?.[0];
  try {
    return find(response.body.toString('utf8'), usableBase(url, base));
  } catch (error) {
    if (error instanceof SessionDescriptionError || error instanceof CameraUrlError) {
      throw new RtspError('protocolError', `Not usable: ${error.message}.`);
    }
    throw error;
  }
}

/** The base of a description's addresses; firmware that writes nonsense there means the address that was asked. */
function usableBase(asked: string, named: string | undefined): string {
  try {
    return named === undefined ? asked : parseRtspUrl(named).url;
  } catch {
    return asked;
  }
}
