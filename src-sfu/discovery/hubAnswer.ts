import type { QueryPacket, ResponseOutgoingPacket } from 'multicast-dns';
import {
  hubServiceName,
  hubServiceText,
  isInNetwork,
  type LocalNetwork,
} from '../../src-shared/network/hubService.ts';

type Answer = ResponseOutgoingPacket['answers'][number];

/** The port of mDNS; who asks from another one wants the answer for itself (RFC 6762, 6.7). */
export const multicastDnsPort = 5353;
/** How long a machine that asked once may remember the answer (RFC 6762, 6.7). Seconds. */
const shortLifeS = 10;
const usualLifeS = 120;
const longestLabel = 63;

/** What a hub says of itself. */
export interface AnnouncedHub {
  /** What a person reads in a list, such as the name of the machine. */
  name: string;
  /** TCP port; of HTTPS where the hub has it. */
  port: number;
  isSecure: boolean;
}

/**
 * The answer to a question of the local network; undefined where it asks for something else, or comes from elsewhere. `networks`: those
 * of this machine; the answer names the address that lies in the network of who asks.
 */
export function hubAnswer(
  query: Pick<QueryPacket, 'id' | 'questions'>,
  from: { address: string; port: number },
  hub: AnnouncedHub,
  networks: readonly LocalNetwork[],
): ResponseOutgoingPacket | undefined {
  const own = networks.find((network) => isInNetwork(from.address, network));
  if (own === undefined) return undefined;
  const isOnce = from.port !== multicastDnsPort;
  const records = hubRecords(hub, own.address, isOnce ? shortLifeS : usualLifeS);
  const { id = 0, questions = [] } = query;
  const isAsked = ({ name, type }: Answer): boolean =>
    questions.some(
      (question) =>
        question.name.toLowerCase() === name.toLowerCase() &&
        (question.type === type || (question.type as string) === 'ANY'),
    );
  const answers = records.filter(isAsked);
  if (answers.length === 0) return undefined;
  return {
    // A machine that asked once recognises the answer by the number and the question in it.
    ...(isOnce ? { id, questions } : {}),
    answers,
    additionals: records.filter((record) => !isAsked(record)),
  };
}

/** All records of a hub with its address. */
function hubRecords({ name, port, isSecure }: AnnouncedHub, address: string, ttl: number): Answer[] {
  const label = labelOf(`Mingchu ${name}`);
  const instance = `${label}.${hubServiceName}`;
  // A name of its own: that of the machine may be announced by the system itself.
  const host = `mingchu-${port}-${labelOf(name)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')}`.slice(0, longestLabel);
  return [
    { name: '_services._dns-sd._udp.local', type: 'PTR', ttl, data: hubServiceName },
    { name: hubServiceName, type: 'PTR', ttl, data: instance },
    { name: instance, type: 'SRV', ttl, data: { port, target: `${host}.local` } },
    { name: instance, type: 'TXT', ttl, data: hubServiceText(isSecure) },
    { name: `${host}.local`, type: 'A', ttl, data: address },
  ];
}

/** One label of a name: no dot, which would part it, and 63 bytes at most. */
function labelOf(text: string): string {
  let label = text.replaceAll('.', '-');
  while (new TextEncoder().encode(label).length > longestLabel) label = label.slice(0, -1);
  return label;
}
