import type { StreamKind } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { UpperSettings } from '../../../src-shared/cascade/cascade.protocol.ts';

/**
 * Which picture of a camera goes up: the one that the platform asks for, else as the platform is set. `warm` is the one that runs
 * already, so that the camera is not opened a second time; the main one where none runs.
 */
export function pictureFor(
  set: UpperSettings['pictures'],
  asked: StreamKind | undefined,
  isLive: (kind: StreamKind) => boolean,
): StreamKind {
  if (asked !== undefined) return asked;
  if (set !== 'warm') return set;
  return !isLive('main') && isLive('sub') ? 'sub' : 'main';
}

/** Where the hub itself registers others, as far as it matters whether an upper platform is the hub itself. */
export interface OwnPlatform {
  state: string;
  port?: number | undefined;
  platformId: string;
}

/** Whether an upper platform with these settings would be the hub itself. */
export function isOwnPlatform(
  { address, port, theirId }: Pick<UpperSettings, 'address' | 'port' | 'theirId'>,
  own: OwnPlatform,
  isOwnAddress: (address: string) => boolean,
): boolean {
  const isHere = isOwnAddress(address) || address.startsWith('127.');
  return isHere && own.state === 'open' && port === own.port && theirId === own.platformId;
}
