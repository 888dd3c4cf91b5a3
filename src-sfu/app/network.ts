import type { FastifyInstance } from 'fastify';
import type { Denial } from '../base/denial.ts';
import type { Doors } from '../base/doors.ts';
import type { RequestScopes } from '../base/requestScopes.ts';
import { createHostGuard } from '../http/hostGuard.ts';
import { createHttpServer } from '../http/httpServer.ts';
import { createMetrics, surfacesGauge } from '../http/metrics.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import { startSignaling, type Signaling } from '../signaling/signaling.ts';
import type { AuditFeature } from './audit.ts';
import { healthOf, type AnyFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { FindingsFeature } from './findings.ts';
import type { MediaFeature } from './media.ts';
import { handlersWithShownDates, withShownDates } from './shownDates.ts';
import type { SquadsFeature } from './squads.ts';
import { surfacesDir } from './surfacesDir.ts';
import type { TrustFeature } from './trust.ts';

/** What the network needs of the features together. */
export interface NetworkParts {
  features: readonly AnyFeature[];
  handlers: RequestHandlers;
  doors: Doors;
  scopes: RequestScopes;
  trust: Pick<TrustFeature, 'ownHosts' | 'tls' | 'webSocketTaken'>;
  audit: Pick<AuditFeature, 'watched'>;
  findings: Pick<FindingsFeature, 'find'>;
  denied(denial: Denial): void;
  media: Pick<MediaFeature, 'directory' | 'renewed'>;
  squads: Pick<SquadsFeature, 'squadOfMember'>;
}

/** What answers over the network, built from the features: HTTP with their routes, and the sockets of surfaces. It does not listen yet. */
export async function openNetwork(
  { config, clock, logger }: Drivers,
  parts: NetworkParts,
): Promise<{ http: FastifyInstance; surfaces: Signaling }> {
  const { features, doors, scopes, trust, audit, denied, media } = parts;
  const guard = createHostGuard(trust.ownHosts, () => trust.tls()?.port());
  const connected = surfacesGauge(() => surfaces.surfaces().length);
  const metrics = createMetrics([connected, ...features.flatMap((one) => one.metrics ?? [])]);
  const http = await createHttpServer({
    guard,
    doors,
    onDenied: denied,
    metrics,
    routes: (admit) => features.flatMap((feature) => feature.routes?.(admit) ?? []),
    surfacesDir,
    health: () => healthOf(features),
    logger,
  });
  await http.ready();
  const surfaces = startSignaling({
    httpServer: http.server,
    guard,
    doors,
    scopes,
    media: media.directory,
    maxSurfaces: config.maxSurfaces,
    onTaken: trust.webSocketTaken,
    logger,
    shown: withShownDates(clock),
    squadOfMember: parts.squads.squadOfMember,
    onRenewed(context) {
      for (const feature of features) feature.joined?.(context);
      media.renewed(context);
    },
    onLeft(context) {
      for (const feature of features) feature.left?.(context);
    },
    onDenied: denied,
    onRequest: metrics.requestDone,
    handlers: handlersWithShownDates(audit.watched(parts.handlers, parts.findings), clock),
  });
  return { http, surfaces };
}
