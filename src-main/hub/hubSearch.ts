import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import createMdns from 'multicast-dns';
import { hubServiceName, type LocalNetwork } from '../../src-shared/network/hubService.ts';
import { readHubAnswer, type FoundHub } from './foundHubs.ts';

const multicastAddress = '224.0.0.251';
const multicastDnsPort = 5353;
/** Hubs answer within some milliseconds; a packet may be lost, so that the question is asked twice. */
const searchMs = 1_500;
const askAgainMs = 500;
/** Hubs in a list that a person reads. */
export const mostFoundHubs = 16;
/** Answers that are read in one search: what is beyond it is a flood. */
const mostAnswers = 200;
/** Networks of one machine that are searched. */
const mostNetworks = 8;

/**
 * Asks the local networks for hubs, over mDNS from a port of its own, so that it goes beside whatever else of this kind runs here.
 * Resolves after 1.5 s to those that answered, sorted by address; to none where there is no network.
 */
export async function searchHubs(networks: readonly LocalNetwork[] = ownNetworks()): Promise<FoundHub[]> {
  const found = new Map<string, FoundHub>();
  let answers = 0;
  const searches = networks.slice(0, mostNetworks).map((network) =>
    searchNetwork(network, (packet, from) => {
      answers += 1;
      if (answers > mostAnswers || found.size >= mostFoundHubs) return;
      const hub = readHubAnswer(packet, from, network);
      if (hub !== undefined) found.set(hub.origin, hub);
    }),
  );
  await Promise.all(searches);
  return [...found.values()].toSorted((one, other) => (one.origin < other.origin ? -1 : 1));
}

type OnAnswer = (packet: Parameters<typeof readHubAnswer>[0], from: { address: string }) => void;

function searchNetwork({ address }: LocalNetwork, onAnswer: OnAnswer): Promise<void> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (): void => {
      clearTimeout(askAgain);
      clearTimeout(timer);
      mdns.destroy(() => resolve());
    };
    const mdns = createMdns({ socket, bind: false, multicast: false });
    mdns.on('error', end);
    // What cannot be read is somebody else's.
    mdns.on('warning', () => undefined);
    mdns.on('response', (packet, from) => onAnswer(packet, from));
    const ask = (): void =>
      mdns.query(
        { questions: [{ name: hubServiceName, type: 'PTR' }] },
        { address: multicastAddress, port: multicastDnsPort },
        () => undefined,
      );
    const timer = setTimeout(end, searchMs);
    const askAgain = setTimeout(ask, askAgainMs);
    socket.bind(0, address, () => {
      socket.setMulticastInterface(address);
      ask();
    });
  });
}

function ownNetworks(): LocalNetwork[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal);
}
