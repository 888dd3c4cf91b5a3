import { X509Certificate } from 'node:crypto';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { Duplex } from 'node:stream';
import type { Logger } from '../../logger.ts';
import { StartError } from '../../base/startError.ts';
import {
  connectionsCheckMs,
  handshakeMs,
  headersTimeoutMs,
  requestTimeoutMs,
  type RawConnections,
} from '../rawConnections.ts';
import { openLocalCertificates, readOwnCertificate, type ServerIdentity } from './certificateFiles.ts';
import { machineNames, missingNames, type MachineNames } from './certificateNames.ts';

/** How often the hub checks whether it needs another certificate, because the addresses of the machine can change. Milliseconds. */
const lookMs = 60_000;

export interface TlsServerOptions {
  /** The hub over HTTP: what comes here is answered there. */
  plain: HttpServer;
  host: string;
  port: number;
  dataDir: string;
  /** Both or neither: the operator's own. */
  certificatePath: string | undefined;
  keyPath: string | undefined;
  /** Further names and addresses, separated by commas. */
  names: string;
  /** The connections of all doors. */
  connections?: Pick<RawConnections, 'watch'>;
  /** Whether a request shows what somebody is signed in with. */
  isKnown?: (request: IncomingMessage) => boolean;
  logger: Logger;
  nowMs(): number;
}

/** Replacing the hub's own certificates while it runs. */
export interface TlsRotation {
  /** A new certificate with a new key, by the same authority. */
  server(): Promise<void>;
  /** A new authority, which phones install while the one before still signs; one that is prepared already stays. */
  prepareAuthority(): Promise<void>;
  /** From now on the prepared authority signs. False when none was prepared. */
  useNextAuthority(): Promise<boolean>;
}

/** The hub over HTTPS. */
export interface TlsServer {
  port(): number;
  /** PEM of the authority that phones must trust; undefined with the operator's own certificate. */
  authority(): string | undefined;
  /** PEM of the authority that phones install from now on, while one is prepared to follow `authority`. */
  nextAuthority(): string | undefined;
  /** Names of the hub that the certificate does not hold, because the authority may not sign for them. */
  forbiddenNames(): readonly string[];
  /** Undefined with the operator's own certificate, which the operator replaces. */
  rotation: TlsRotation | undefined;
  /** Host of the address that phones use. */
  phoneHost(): string;
  /** Whether the certificate is good for this name or address. */
  covers(host: string): boolean;
  close(): Promise<void>;
}

/** Listens with the operator's certificate, or with one of the hub's own that is kept good. Throws StartError. */
export async function startTlsServer(options: TlsServerOptions): Promise<TlsServer> {
  const { plain, logger, nowMs, certificatePath, keyPath } = options;
  const local = openLocalCertificates(options.dataDir, hostname(), nowMs);
  const own = certificatePath !== undefined && keyPath !== undefined;
  const load = (names: MachineNames): ServerIdentity | Promise<ServerIdentity> =>
    own ? readOwnCertificate(certificatePath, keyPath, nowMs()) : local.issue(names.all);

  let names = machineNames(options.names);
  let identity = await load(names);
  const warnOfForbidden = ({ forbidden }: ServerIdentity): void => {
    if (forbidden.length === 0) return;
    logger.warn(
      { names: forbidden },
      'the certificate does not hold these names: the authority that phones trust may not sign for them; see "npm run tls"',
    );
  };
  warnOfForbidden(identity);
  let nextAuthority = own ? undefined : await local.nextAuthority();
  const server = createServer({
    key: identity.key,
    cert: identity.certificate,
    handshakeTimeout: handshakeMs,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: connectionsCheckMs,
  });
  options.connections?.watch(server, options.isKnown);
  // The same routes and the same sockets, whichever door one comes in by.
  server.on('request', (request, response) => plain.emit('request', request, response));
  server.on('upgrade', (request, socket, head) => plain.emit('upgrade', request, socket, head));
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new StartError(
              `Port ${options.port} for HTTPS is taken. Set MINGCHU_HTTPS_PORT to another port, or MINGCHU_HTTPS=false to do without (phones then have no microphone).`,
            )
          : error,
      ),
    );
    server.listen(options.port, options.host, resolve);
  });
  // Each request over plain HTTP asks for it.
  const { port } = server.address() as AddressInfo;

  const show = (next: ServerIdentity, current: MachineNames): void => {
    names = current;
    if (next.certificate === identity.certificate && next.key === identity.key) return;
    identity = next;
    warnOfForbidden(next);
    server.setSecureContext({ key: next.key, cert: next.certificate });
    logger.info({ names: names.all, own }, 'the HTTPS certificate was renewed');
  };
  const look = async (): Promise<void> => {
    const current = machineNames(options.names);
    show(await load(current), current);
    if (!own) nextAuthority = await local.nextAuthority();
  };
  const rotation: TlsRotation = {
    async server() {
      const current = machineNames(options.names);
      show(await local.rotate(current.all), current);
    },
    async prepareAuthority() {
      await local.prepareAuthority(machineNames(options.names).all);
      nextAuthority = await local.nextAuthority();
      logger.warn('a new authority for phones is prepared; phones can install it now');
    },
    async useNextAuthority() {
      if (!(await local.useNextAuthority())) return false;
      nextAuthority = undefined;
      await look();
      logger.warn('the new authority signs from now on; phones without it cannot open the hub');
      return true;
    },
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => logger.error({ err: error }, 'the HTTPS certificate was not renewed'));
  }, lookMs);
  timer.unref();

  return {
    port: () => port,
    authority: () => identity.authority,
    nextAuthority: () => nextAuthority,
    forbiddenNames: () => identity.forbidden,
    rotation: own ? undefined : rotation,
    phoneHost: () => phoneHost(new X509Certificate(identity.certificate), names),
    covers: (host) => missingNames(new X509Certificate(identity.certificate), [host]).length === 0,
    async close() {
      clearInterval(timer);
      const closed = new Promise((resolve) => server.close(resolve));
      // Also those that became web sockets, which the server no longer counts as its own.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** What the operator named first, else the first name of the operator's certificate, else an address of this machine. */
function phoneHost(certificate: X509Certificate, { named, reachable }: MachineNames): string {
  const [first] = named;
  if (first !== undefined && !first.startsWith('*.')) return first;
  const held = reachable.find((address) => missingNames(certificate, [address]).length === 0);
  if (held !== undefined) return held;
  const name = /DNS:([^,\s*]+)/.exec(certificate.subjectAltName ?? '')?.[1];
  return name ?? reachable[0] ?? '127.0.0.1';
}
