import type { AddressInfo } from 'node:net';
import { createAccountsFeature } from './app/accounts.ts';
import { createAlertsFeature } from './app/alerts.ts';
import { createAttachmentsFeature } from './app/attachments.ts';
import { createAuditFeature } from './app/audit.ts';
import { createBoardFeature } from './app/board.ts';
import { createBodyCamFeature } from './app/bodycam.ts';
import { createCamerasFeature } from './app/cameras.ts';
import { createCityApiFeature } from './app/cityApi.ts';
import { createClosers } from './app/closers.ts';
import { joinHandlers, type AnyFeature } from './app/contract.ts';
import { createDiagnosticsFeature } from './app/diagnostics.ts';
import { openDoors } from './app/doors.ts';
import { openDrivers } from './app/drivers.ts';
import { hubAddresses, type HubAddresses } from './app/hubAddresses.ts';
import { createFindingsFeature } from './app/findings.ts';
import { createMapFeature } from './app/map.ts';
import { createOrdersFeature } from './app/orders.ts';
import { createMediaFeature } from './app/media.ts';
import { createRequestScopes } from './app/requestScopes.ts';
import { createRetentionFeature } from './app/retention.ts';
import { createSessionFeature } from './app/session.ts';
import { openNetwork } from './app/network.ts';
import { createSitesFeature } from './app/sites.ts';
import { createShiftsFeature } from './app/shifts.ts';
import { createSquadsFeature } from './app/squads.ts';
import { createTalkFeature } from './app/talk.ts';
import { createTimelineFeature } from './app/timeline.ts';
import { createTrustFeature } from './app/trust.ts';
import { visitOf } from './base/doors.ts';
import { createWallFeature } from './app/wall.ts';
import { createWallCaseFeature } from './app/wallCase.ts';
import { portProblem } from './base/startError.ts';
import type { Config } from './config.ts';
import type { Logger } from './logger.ts';
import { createVoices } from './media/voices.ts';
import type { RequestHandlers } from './signaling/handlers.ts';

/** A running hub. */
export interface Hub extends HubAddresses {
  /** The code with which the first administrator is made; undefined once there is an account. */
  firstRunCode: string | undefined;
  close(reason: string): Promise<void>;
}

/** Builds the hub from its parts and starts it. Throws when a part does not start; what had started is stopped again. */
export async function startHub(config: Config, logger: Logger): Promise<Hub> {
  const { closeLater, closing, closeAll } = createClosers(logger);
  try {
    const drivers = await openDrivers(config, logger, closeLater);
    const voices = createVoices(drivers);
    const squads = closing(await createSquadsFeature(drivers));
    const bodycam = closing(await createBodyCamFeature(drivers, { squads, voices }));
    const { sending, viewing, shown } = bodycam;
    const cameras = closing(await createCamerasFeature(drivers, { bodyCams: viewing }));
    const wall = closing(await createWallFeature(drivers, { cameras, bodyCams: shown }));
    const alerts = closing(await createAlertsFeature(drivers, { cameras, wall: wall.wall }));
    const orders = closing(await createOrdersFeature(drivers, { squads, alerts }));
    const wallCase = createWallCaseFeature(drivers, { wall: wall.wall, orders });
    const talk = closing(await createTalkFeature(drivers, { squads, voices, sending, orders }));
    const attachments = closing(await createAttachmentsFeature(drivers, { orders }));
    const findings = closing(
      await createFindingsFeature(drivers, { squads, cameras, alerts, orders, attachments }),
    );
    const board = closing(createBoardFeature(drivers, { squads, alerts, findings }));
    const timeline = closing(
      await createTimelineFeature(drivers, { squads, orders, cameras, alerts, findings, attachments }),
    );
    const map = closing(await createMapFeature(drivers, cameras));
    const trust = closing(createTrustFeature(drivers));
    const audit = closing(createAuditFeature(drivers));
    const sites = closing(await createSitesFeature(drivers, { cameras, alerts, audit }));
    const retention = closing(createRetentionFeature(drivers));
    const diagnostics = closing(createDiagnosticsFeature(drivers));
    const open = { alerts, orders, squads, findings, cameras, diagnostics };
    const shifts = closing(await createShiftsFeature(drivers, open));
    const accounts = closing(await createAccountsFeature(drivers, trust));
    const media = closing(
      await createMediaFeature(drivers, [talk.streams, bodycam.streams, cameras.streams]),
    );
    // Every feature is one entry here. They are notified in this order when a surface joins or leaves and when the hub starts.
    const joining = [
      media,
      cameras,
      squads,
      talk,
      bodycam,
      wall,
      wallCase,
      alerts,
      orders,
      findings,
      attachments,
      board,
      sites,
      timeline,
      shifts,
      map,
      trust,
      audit,
      accounts,
      retention,
      diagnostics,
    ] as const;
    const doors = openDoors(joining);
    const scopes = createRequestScopes({
      ...cameras.directory,
      ...alerts,
      ...squads,
      ...bodycam,
      ...orders,
      ...findings,
      ...timeline,
    });
    const session = createSessionFeature(drivers, { features: joining, doors, scopes });
    const cityApi = createCityApiFeature(drivers, {
      handlers: { ...orders.handlers, ...findings.handlers },
      scopes,
    });
    const features: readonly AnyFeature[] = [...joining, session, cityApi];
    const handlers: RequestHandlers = joinHandlers([...joining, session]);

    const { http, surfaces } = await openNetwork(drivers, {
      features,
      handlers,
      doors,
      scopes,
      trust,
      audit,
      media,
      squads,
    });
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
