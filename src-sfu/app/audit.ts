import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Principal } from '../../src-shared/session/principal.ts';
import { createAuditHandlers } from '../features/audit/audit.handlers.ts';
import { createAuditViews, type AuditViews, type Viewer } from '../features/audit/auditViews.service.ts';
import { createCameraViews, type CameraViews } from '../features/audit/cameraViews.ts';
import { watchedHandlers } from '../features/audit/watchedHandlers.ts';
import { nameOfAsker } from '../http/asRequest.ts';
import { createAuditRoutes } from '../http/audit/auditRoutes.ts';
import { createMessageDates } from '../base/messageDates.ts';
import { createListeners } from '../../src-shared/listeners.ts';
import { deskName } from '../base/deskName.ts';
import type { WallService } from '../features/wall/wall.service.ts';
import type { RequestHandlers, SurfaceContext } from '../signaling/handlers.ts';
import { createAuditHeads, type HeadOutlet } from '../features/audit/auditHeads.service.ts';
import { recordStart } from '../features/audit/startRecord.ts';
import { createAuditRepository } from '../storage/audit.sql.ts';
import { openAuditHeadsFile } from '../storage/auditHeadsFile.ts';
import { createAuditArchiveSearch } from '../storage/auditArchiveSearch.ts';
import type { SearchedArchives } from '../storage/auditSearch.sql.ts';
import { auditArchiveFolder, auditHeadsPath } from '../storage/auditReading.ts';
import type { HubFeature } from './contract.ts';
import { auditNotStored } from './denials.ts';
import type { Drivers } from './drivers.ts';
import type { FindingsFeature } from './findings.ts';

/** How long another system may take to accept a head, in milliseconds. */
const webhookTimeoutMs = 10_000;

export interface AuditFeature extends HubFeature<'audit:search'> {
  /** The handlers, so that what desks and sites open and close is in the log. */
  watched(handlers: RequestHandlers, findings: Pick<FindingsFeature, 'find'>): RequestHandlers;
  /** A surface has a share in a stream of a camera. */
  streamOpened: CameraViews['opened'];
  /** Views of cameras that are no desk's, for the log. */
  views: Pick<AuditViews, 'opened' | 'closed'>;
  /** Somebody opened a picture or a file over HTTP: what is viewed, by its action and its id. */
  glanced(
    action: 'attachments:view' | 'alerts:viewSnapshot' | 'cameras:view',
  ): (asker: Principal, id: string) => void;
  /** Lines that have left the database, for others who read the log. */
  archives: SearchedArchives;
  /** Calls the listener once when the log is not the one whose heads were published. */
  onBroken(listener: (kind: 'missing' | 'rewritten') => void): void;
}

/** The audit log: read and searched; its head is published outside the database while the hub runs. */
export function createAuditFeature(
  { config, version, store, settings, clock, nowMs, logger }: Drivers,
  parts: { wall: Pick<WallService, 'snapshot'> },
): AuditFeature {
  const search = createAuditArchiveSearch(join(config.dataDir, auditArchiveFolder));
  const archives: SearchedArchives = { search, dates: clock };
  const repository = createAuditRepository(store, archives);
  const notWritten = (error: unknown): void => logger.error({ err: error }, auditNotStored);
  const views = createAuditViews({ repository, newId: randomUUID, nowMs, onFault: notWritten });
  const cameraViews = createCameraViews({ views, viewerOf, isOnScreen: onScreenOf(parts.wall) });
  const broken = createListeners<[kind: 'missing' | 'rewritten']>();
  const file = openAuditHeadsFile(auditHeadsPath(config));
  const outlets: HeadOutlet[] = [
    { name: 'file', publish: (head) => file.append(head) },
    {
      name: 'log',
      publish: ({ id, hash }) => {
        logger.info({ auditLine: id, auditHash: hash }, 'head of the audit log');
        return Promise.resolve();
      },
    },
  ];
  const { auditWebhook } = config;
  if (auditWebhook !== undefined) {
    outlets.push({ name: 'webhook', publish: (head) => post(auditWebhook, head) });
  }
  const heads = createAuditHeads({
    repository,
    outlets,
    published: () => file.read(),
    wallMs: clock.wallMs,
    onFault: (sentence, error) => logger.error(error === undefined ? {} : { err: error }, sentence),
    onBroken: ({ kind }) => broken.notify(kind),
  });
  let timer: NodeJS.Timeout | undefined;
  return {
    handlers: createAuditHandlers(repository, heads),
    watched: (handlers, findings) =>
      watchedHandlers(handlers, {
        views,
        viewerOf,
        cameras: cameraViews,
        alertOfFinding: async (findingId) => (await findings.find(findingId))?.alertId,
      }),
    streamOpened: cameraViews.opened,
    views,
    glanced: (action) => (asker, id) => {
      const viewer = { actor: nameOfAsker({ principal: asker }), principal: asker };
      views.opened(asker.sessionId, viewer, action, id);
      // It has no end of its being viewed: what is opened again soon is the same view.
      views.closed(asker.sessionId, action, id);
    },
    archives,
    onBroken: (listener) => void broken.add(listener),
    joined(context) {
      const { surface, principal, screenId = '' } = context.identity ?? {};
      // A paired screen belongs to the wall. A person who opens a screen's page sees all that is put on it.
      if (surface === 'wall' && principal?.openedBy !== undefined)
        views.opened(context.connectionId, viewerOf(context), 'wall:view', screenId);
    },
    left: ({ connectionId }) => views.left(connectionId),
    routes: (admit) => [
      createAuditRoutes({
        admit: admit('audit:view', 'city', 'step_up'),
        repository,
        dates: createMessageDates(clock),
        nowMs,
      }),
    ],
    // A log that was changed is reported, and does not make the hub unhealthy: a restart would not mend it.
    healthz: () => ({ detail: { audit: heads.verdict() } }),
    // Before a desk can open anything: what is open in the store now was cut off.
    open: () => views.begin().catch(notWritten),
    start() {
      void heads.begin();
      recordStart({ store: settings, settings: { version, ...config }, nowMs }).catch(notWritten);
      timer = setInterval(() => void heads.publish(), config.auditHeadIntervalMs).unref();
    },
    async close() {
      clearInterval(timer);
      await search.close();
      await views.close();
      await heads.publish();
    },
  };
}

/** Whether a screen of the wall shows this camera now, or is getting ready to. */
function onScreenOf(wall: Pick<WallService, 'snapshot'>): (screenId: string, cameraId: string) => boolean {
  return (screenId, cameraId) => {
    const { tiles, upcoming } = wall.snapshot(screenId);
    return (
      tiles.some(({ camera }) => camera?.cameraId === cameraId) ||
      upcoming.some((next) => next.cameraId === cameraId)
    );
  };
}

function viewerOf(context: SurfaceContext): Viewer {
  const principal = context.identity?.principal ?? null;
  return { actor: principal?.kind === 'site' ? nameOfAsker({ principal }) : deskName(context), principal };
}

async function post(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(webhookTimeoutMs),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`The answer was ${response.status}.`);
}
