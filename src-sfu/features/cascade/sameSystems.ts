import type { UpperSettings } from '../../../src-shared/cascade/cascade.protocol.ts';
import { parseRecorderUrl } from '../../base/recorderUrl.ts';
import type { SharedCandidate } from './cascade.ports.ts';
import type { CascadeRepository } from './cascade.repository.ts';

/** Digits 11 to 13 of things that are recorders and cameras themselves, and pass on nothing of others (GB/T 28181, annex D). */
const deviceTypes: ReadonlySet<string> = new Set(['111', '112', '118', '131', '132']);

/** Where a system that is above this hub is also below it: its cameras are never sent back to it. */
export interface SameSystems {
  /** Whether a camera's pictures come from that platform, or are this hub's own that came round by others. */
  isFromThere(candidate: Pick<SharedCandidate, 'url'>, settings: UpperSettings): boolean;
  /** A recorder is at this address now; true when what comes from where may be another answer. */
  cameTo(recorderId: string, address: string, platforms: Iterable<UpperSettings>): boolean;
}

/** `isOurs`: whether an id is one that this hub gave to a camera of its own. */
export async function createSameSystems(options: {
  repository: Pick<CascadeRepository, 'seenPlaces' | 'addSeenPlace'>;
  addressOf(recorderId: string): string | undefined;
  isOurs(gbId: string): boolean;
  onFault(error: unknown): void;
}): Promise<SameSystems> {
  const { repository, addressOf } = options;
  const keyOf = (recorderId: string, address: string): string => `${recorderId} ${address}`;
  const seen = new Set(
    (await repository.seenPlaces()).map(({ recorderId, address }) => keyOf(recorderId, address)),
  );
  /** Kept, because a recorder that signed off, or has another address today, is the same system all the same. */
  const remember = (recorderId: string, address: string): void => {
    const key = keyOf(recorderId, address);
    if (seen.has(key)) return;
    seen.add(key);
    repository.addSeenPlace({ recorderId, address }).catch(options.onFault);
  };
  return {
    isFromThere({ url }, { theirId, ourId, sameIds, otherIds, ...settings }) {
      const target = parseRecorderUrl(url);
      if (target === undefined) return false;
      const { recorderId, channelId } = target;
      if ([theirId, ourId, ...sameIds].includes(recorderId)) return true;
      const addresses = placesOf(settings);
      const address = addressOf(recorderId);
      if (address !== undefined && addresses.includes(address)) remember(recorderId, address);
      if (otherIds.includes(recorderId)) return false;
      // Recorders number their channels as they like; a platform passes on the ids that it was given.
      const isPlatform = !deviceTypes.has(recorderId.slice(10, 13));
      if (isPlatform && options.isOurs(channelId)) return true;
      return addresses.some((place) => seen.has(keyOf(recorderId, place)));
    },
    cameTo(recorderId, address, platforms) {
      if (![...platforms].some((settings) => placesOf(settings).includes(address))) return false;
      remember(recorderId, address);
      return true;
    },
  };
}

/** On one machine, an address says nothing about who is who. */
function placesOf({ address, mediaAddresses }: Pick<UpperSettings, 'address' | 'mediaAddresses'>): string[] {
  return [address, ...mediaAddresses].filter((place) => !place.startsWith('127.'));
}
