import { BlockList, isIPv4 } from 'node:net';

const special = new BlockList();
special.addSubnet('127.0.0.0', 8);
special.addSubnet('169.254.0.0', 16);

/** An IPv4 address that is neither none, nor a group's, nor everybody's. */
export function isOneMachine(address: string): boolean {
  const first = Number(address.split('.')[0]);
  return isIPv4(address) && first > 0 && first < 224;
}

/** Whether an address that somebody names for media can be that of another machine: neither loopback, nor link-local, nor our own. */
export function isAnotherMachine(address: string, isOwn: (address: string) => boolean): boolean {
  return isOneMachine(address) && !special.check(address) && !isOwn(address);
}

/** Whether a recorder is a platform by the type of its id (200): its channels are in many kitchens, and its media come from servers of their own. */
export function isPlatformId(recorderId: string): boolean {
  return recorderId.slice(10, 13) === '200';
}

/** Where the media of recorders are: where the recorder itself is and, of a platform below, also at the address that its descriptions name. */
export class MediaPlaces {
  readonly #isBelieved: (address: string) => boolean;
  /** Platforms whose pictures came last from the address that they named. */
  readonly #elsewhere = new Set<string>();

  /** `isBelieved`: whether a named address can be that of a media server. */
  constructor(isBelieved: (address: string) => boolean) {
    this.#isBelieved = isBelieved;
  }

  /**
   * The named address, where it counts: a recorder behind a router names one of its own network, which may be anybody's here, so that
   * platforms alone are believed.
   */
  named(recorderId: string, address: string | undefined): string | undefined {
    const counts = address !== undefined && isPlatformId(recorderId) && this.#isBelieved(address);
    return counts ? address : undefined;
  }

  /** The pictures of a recorder have begun to come. */
  came(recorderId: string, isFromNamed: boolean): void {
    if (isFromNamed) this.#elsewhere.add(recorderId);
    else this.#elsewhere.delete(recorderId);
  }

  /**
   * Where sound goes, and from where a connection for it is taken. Nothing shows whether datagrams arrive: they go to the named address
   * only where pictures came from it, for that of a platform behind a router is one of its own network as well.
   */
  ofSound(
    recorderId: string,
    own: string,
    address: string | undefined,
  ): { to: string; from: readonly string[] } {
    const named = this.named(recorderId, address);
    if (named === undefined) return { to: own, from: [own] };
    return { to: this.#elsewhere.has(recorderId) ? named : own, from: [own, named] };
  }
}
