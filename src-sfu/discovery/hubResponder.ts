import { networkInterfaces } from 'node:os';
import createMdns from 'multicast-dns';
import type { LocalNetwork } from '../../src-shared/network/hubService.ts';
import { createPerSecond } from '../base/perSecond.ts';
import type { Logger } from '../logger.ts';
import { hubAnswer, multicastDnsPort, type AnnouncedHub } from './hubAnswer.ts';

/** Answers within one second at most; further questions are dropped as a flood. */
const mostAnswersPerSecond = 20;
/** At most this many questions are read within one second: the network also asks for printers and many other things. */
const mostQuestionsPerSecond = 200;
/** The networks of this machine are read again after this time. Milliseconds. */
const networksLifeMs = 1_000;

/** Answers machines of the local network that look for a hub. */
export interface HubResponder {
  /** Resolves when its port is free. */
  close(): Promise<void>;
}

/**
 * Answers questions for hubs over mDNS (UDP 5353), one asker at a time, and nothing else. Where the port cannot be opened, the hub runs
 * without being found. `networkInterface`: the address of the only network in which it is found; left out: all of this machine.
 */
export function startHubResponder(options: {
  hub: AnnouncedHub;
  logger: Pick<Logger, 'warn'>;
  networkInterface?: string;
  nowMs?: () => number;
}): HubResponder {
  const { hub, logger, networkInterface, nowMs = () => performance.now() } = options;
  const mdns = createMdns({
    bind: '0.0.0.0',
    ...(networkInterface === undefined ? {} : { interface: networkInterface }),
  });
  const mayRead = createPerSecond(mostQuestionsPerSecond, nowMs);
  const mayAnswer = createPerSecond(mostAnswersPerSecond, nowMs);
  let networks: LocalNetwork[] = [];
  let networksAtMs = Number.NEGATIVE_INFINITY;
  const presentNetworks = (): LocalNetwork[] => {
    if (nowMs() - networksAtMs < networksLifeMs) return networks;
    networksAtMs = nowMs();
    networks = ownNetworks(networkInterface);
    return networks;
  };
  mdns.on('error', (error: Error) =>
    logger.warn({ err: error }, 'machines of the network cannot find this hub by themselves'),
  );
  // A message that cannot be read belongs to another service of the network.
  mdns.on('warning', () => undefined);
  mdns.on('query', (query, from) => {
    if (!mayRead()) return;
    const answer = hubAnswer(query, from, hub, presentNetworks());
    if (answer === undefined || !mayAnswer()) return;
    // An answer may be lost when the network changes while it is sent; the machine that searches asks again.
    const sent = (): void => undefined;
    if (from.port === multicastDnsPort) mdns.respond(answer, sent);
    else mdns.respond(answer, { address: from.address, port: from.port }, sent);
  });
  return { close: () => new Promise((resolve) => mdns.destroy(() => resolve())) };
}

function ownNetworks(only: string | undefined): LocalNetwork[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(
      ({ family, address, internal }) =>
        family === 'IPv4' && (only === undefined ? !internal : address === only),
    );
}
