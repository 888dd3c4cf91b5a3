import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { HubResponder } from '../discovery/hubResponder.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { TrustFeature } from './trust.ts';

/** Machines of the network find the hub, unless the settings switch that off or it listens for its own machine only. */
export function createDiscoveryFeature(
  { config, logger }: Drivers,
  trust: Pick<TrustFeature, 'tls' | 'ports'>,
): HubFeature {
  let responder: HubResponder | undefined;
  let isClosed = false;
  const isForItself = config.host.startsWith('127.') || config.host === '::1' || config.host === 'localhost';
  const respond = async (): Promise<void> => {
    // Loaded when the hub is ready: nobody waits for it.
    const { startHubResponder } = await import('../discovery/hubResponder.ts');
    if (isClosed) return;
    const securePort = trust.tls()?.port();
    const [plainPort = config.port] = trust.ports();
    const isEverywhere = config.host === '0.0.0.0' || config.host === '::';
    responder = startHubResponder({
      hub: { name: hostname(), port: securePort ?? plainPort, isSecure: securePort !== undefined },
      logger,
      // Where it listens in one network alone, it is found there alone.
      ...(isEverywhere || isIP(config.host) !== 4 ? {} : { networkInterface: config.host }),
    });
  };
  return {
    handlers: {},
    start() {
      if (!config.announce || isForItself) return;
      respond().catch((error: unknown) =>
        logger.warn({ err: error }, 'this hub cannot be found on the network; it is reached by its address'),
      );
    },
    close() {
      isClosed = true;
      return responder?.close();
    },
  };
}
