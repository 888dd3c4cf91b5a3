import type { AddressInfo } from 'node:net';
import { createClosers } from './app/closers.ts';
import { openDrivers } from './app/drivers.ts';
import { hubAddresses, type HubAddresses } from './app/hubAddresses.ts';
import { visitOf } from './base/doors.ts';
import { portProblem } from './base/startError.ts';
import type { Config } from './config.ts';
import type { Logger } from './logger.ts';

/** A running hub. */
export interface Hub extends HubAddresses {
  /** The code with which the first administrator is made; undefined once there is an account. */
  firstRunCode: string | undefined;
  close(reason: string): Promise<void>;
}

/** Builds the hub from its parts and starts it. Throws when a part does not start; what had started is stopped again. */
export async function startHub(config: Config, logger: Logger): Promise<Hub> {
  const closers = createClosers(logger);
  const { closeLater, closeAll } = closers;
  try {
    // The features are loaded while the thread of the database and the media workers begin, which takes about as long.
    const [drivers, { createFeatures }, { openNetwork }] = await Promise.all([
      openDrivers(config, logger, closeLater),
      import('./app/features.ts'),
      import('./app/network.ts'),
    ]);
    const built = await createFeatures(drivers, closers);
    const { features, doors, trust, accounts } = built;
    const { http, surfaces } = await openNetwork(drivers, built);
    closeLater(() => surfaces.close());
    for (const feature of features) feature.announceTo?.(surfaces);
    for (const feature of features) await feature.open?.();

    await http.listen({ host: config.host, port: config.port }).catch(portProblem(config.port));
    await trust.listen(http.server, (request) => doors.principalOf(visitOf(request)) !== undefined);
    for (const feature of features) feature.start?.();
    const { port } = http.server.address() as AddressInfo;
    return {
      ...hubAddresses({
        host: config.host,
        lanAddress: trust.lanAddress,
        port,
        securePort: trust.tls()?.port(),
      }),
      firstRunCode: accounts.firstRunCode(),
      async close(reason) {
        surfaces.broadcast('session:hubStopping', { reason });
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
