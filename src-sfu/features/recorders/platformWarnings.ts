import type { PlatformSettings, PlatformWarning } from '../../../src-shared/recorders/recorders.protocol.ts';

/** A recorder of 8 channels, twice each; fewer ports are hardly meant. */
const fewMediaPorts = 16;

/** What else of this machine matters for the set-up. */
export interface PlatformSurroundings {
  /** The address by which recorders are asked to reach the hub. */
  address: string;
  /** All addresses of this machine. */
  ownAddresses: readonly string[];
  /** Ports that the hub uses for other things; 0 takes any. */
  otherPorts: readonly number[];
}

/** What may be wrong with the set-up, though the door opens. Whether ports are taken by others is found out elsewhere. */
export function platformWarnings(
  { isOn, port, platformId, mediaPorts: { first, last } }: PlatformSettings,
  { address, ownAddresses, otherPorts }: PlatformSurroundings,
): PlatformWarning[] {
  const isWithin = (one: number): boolean => one >= first && one <= last;
  const isLoopback = address.startsWith('127.');
  return [
    ...(isLoopback ? (['address_loopback'] as const) : []),
    ...(!isLoopback && !ownAddresses.includes(address) ? (['address_not_own'] as const) : []),
    ...(platformId.slice(10, 13) === '200' ? [] : (['id_no_platform'] as const)),
    ...(last - first + 1 < fewMediaPorts ? (['few_media_ports'] as const) : []),
    ...([...(isOn ? [port] : []), ...otherPorts].some(isWithin) ? (['media_ports_overlap'] as const) : []),
  ];
}
