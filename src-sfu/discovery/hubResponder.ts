import { networkInterfaces } from 'node:os';
import createMdns from 'multicast-dns';
import type { LocalNetwork } from '../../src-shared/network/hubService.ts';
import type { Logger } from '../logger.ts';
import { hubAnswer, multicastDnsPort, type AnnouncedHub } from './hubAnswer.ts';

/** Answers within one second; what is asked beyond it is a flood. */
const mostAnswersPerSecond = 20;

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
  let second = 0;
  let answered = 0;
  const mayAnswer = (): boolean => {
    const now = Math.floor(nowMs() / 1_000);
    if (now !== second) [second, answered] = [now, 0];
    answered += 1;
    return answered <= mostAnswersPerSecond;
  };
  mdns.on('error', (error: Error) =>
    logger.warn({ err: error }, 'machines of the network cannot find this hub by themselves'),
  );
  // What cannot be read is somebody else's.
  mdns.on('warning', () => undefined);
  mdns.on('query', (query, from) => {
    const answer = hubAnswer(query, from, hub, ownNetworks(networkInterface));
    if (answer === undefined || !mayAnswer()) return;
    // Network changes while it is sent cost an answer; whoever asks will ask again.
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
