import type { AddressInfo } from 'node:net';
import type { IncomingMessage, Server } from 'node:http';
import { startTlsServer, type TlsServer } from '../http/trust/tlsServer.ts';
import { createTlsCommands, type RecordTls, type TlsAnswer } from '../http/trust/tlsCommands.ts';
import { readProxies } from '../base/clientAddress.ts';
import { createRawConnections } from '../http/rawConnections.ts';
import { createTrustRoutes } from '../http/trust/trustRoutes.ts';
import { createOwnHosts, type OwnHosts } from '../http/ownHosts.ts';
import { resolveRtcAddresses } from '../media/rtcAddresses.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** HTTPS, and how phones come to trust it. */
export interface TrustFeature extends HubFeature {
  /**
   * Starts HTTPS beside the plain server, where the settings ask for it. `isKnown`: whether a request shows what somebody is signed in
   * with.
   */
  listen(plain: Server, isKnown: (request: IncomingMessage) => boolean): Promise<void>;
  /** A WebSocket was taken: it does not go for a new connection. */
  webSocketTaken(request: IncomingMessage): void;
  /** Undefined while HTTPS is not running. */
  tls(): TlsServer | undefined;
  /** What "npm run tls" asks over the hub's socket; undefined for a command of another feature. */
  command(input: unknown, record: RecordTls): Promise<TlsAnswer> | undefined;
  /** The names and addresses that are this hub's own. */
  ownHosts: OwnHosts;
  /** The ports on which the hub answers. */
  ports(): number[];
  /** The address by which other machines most likely reach this one. */
  lanAddress: string;
}

export function createTrustFeature({ config, logger, clock }: Drivers): TrustFeature {
  let tls: TlsServer | undefined;
  let plainPort = config.port;
  const connections = createRawConnections({ isProxy: readProxies(config.proxies) });
  const addresses = resolveRtcAddresses(config.rtcAddresses);
  const ownHosts = createOwnHosts({
    tlsNames: config.tlsNames,
    hostNames: config.hostNames,
    listenHost: config.host,
    announcedAddresses: addresses.flatMap(({ ip, announcedAddress }) =>
      announcedAddress === undefined ? [ip] : [ip, announcedAddress],
    ),
    isInCertificate: (name) => tls?.covers(name) === true,
    nowMs: () => performance.now(),
  });
  const other = addresses.find(({ ip }) => !ip.startsWith('127.'));
  const lanAddress = other?.announcedAddress ?? other?.ip ?? '127.0.0.1';
  return {
    handlers: {},
    routes: () => [createTrustRoutes({ tls: () => tls, plainPort: () => plainPort })],
    tls: () => tls,
    command: createTlsCommands(() => tls, lanAddress),
    ownHosts,
    ports: () => [plainPort, tls?.port()].filter((port) => port !== undefined),
    lanAddress,
    webSocketTaken: ({ socket }) => connections.used(socket, 'upgraded'),
    async listen(plain, isKnown) {
      connections.watch(plain, isKnown);
      plainPort = (plain.address() as AddressInfo).port;
      if (!config.https) return;
      tls = await startTlsServer({
        plain,
        host: config.host,
        port: config.httpsPort ?? (config.port === 0 ? 0 : config.port + 43),
        dataDir: config.dataDir,
        certificatePath: config.tlsCertificate,
        keyPath: config.tlsKey,
        names: config.tlsNames,
        connections,
        isKnown,
        logger,
        nowMs: clock.wallMs,
      });
    },
    close: () => tls?.close(),
  };
}
