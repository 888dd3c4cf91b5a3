import type { ResponsePacket } from 'multicast-dns';
import {
  hubServiceName,
  isInNetwork,
  readHubServiceText,
  type LocalNetwork,
} from '../../src-shared/network/hubService.ts';

/** A hub that answered on the local network. Nothing of it is proved. */
export interface FoundHub {
  /** What it calls itself, cleaned; for reading only. */
  name: string;
  /** Such as `https://192.0.2.7:7443`. */
  origin: string;
}

/** The answer of a hub has five records. An answer with more than this is not from a hub. */
const mostRecords = 32;
const longestName = 40;

/**
 * Reads an answer to the search for hubs; undefined for everything else. A hub is where its answer came from: one that names another
 * address is not believed, nor one from outside the network that was asked.
 */
export function readHubAnswer(
  packet: Pick<ResponsePacket, 'answers' | 'additionals'>,
  from: { address: string },
  network: LocalNetwork,
): FoundHub | undefined {
  const records = [...(packet.answers ?? []), ...(packet.additionals ?? [])];
  if (records.length > mostRecords || !isInNetwork(from.address, network)) return undefined;
  let instance: string | undefined;
  let place: { port: number; target: string } | undefined;
  let text: string[] | undefined;
  const same = (one: string, other: string | undefined): boolean =>
    one.toLowerCase() === other?.toLowerCase();
  for (const record of records) {
    if (record.type === 'PTR' && same(record.name, hubServiceName)) instance ??= record.data;
  }
  for (const record of records) {
    if (!same(record.name, instance)) continue;
    if (record.type === 'SRV') place ??= record.data;
    if (record.type === 'TXT') text ??= [record.data].flat().map((part) => part.toString());
  }
  if (instance === undefined || place === undefined || text === undefined) return undefined;
  const { port, target } = place;
  const isOwnAddress = records.some(
    (record) => record.type === 'A' && same(record.name, target) && record.data === from.address,
  );
  const service = readHubServiceText(text);
  const suffix = `.${hubServiceName}`;
  if (!isOwnAddress || service === undefined || port < 1 || port > 65_535) return undefined;
  if (!instance.toLowerCase().endsWith(suffix)) return undefined;
  return {
    name: cleanName(instance.slice(0, -suffix.length)),
    origin: `${service.isSecure ? 'https' : 'http'}://${from.address}:${port}`,
  };
}

/** Without characters that cannot be seen or that turn the direction of writing. */
function cleanName(name: string): string {
  const clean = name.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return [...clean].slice(0, longestName).join('');
}
