import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createAuditDenials } from '../features/audit/auditDenials.service.ts';
import { createAuditHandlers } from '../features/audit/audit.handlers.ts';
import { createAuditViews, type AuditViews, type Viewer } from '../features/audit/auditViews.service.ts';
import { watchedHandlers } from '../features/audit/watchedHandlers.ts';
import { createAuditRoutes } from '../http/audit/auditRoutes.ts';
import { createMessageDates } from '../base/messageDates.ts';
import type { Denial } from '../base/denial.ts';
import { deskName } from '../base/deskName.ts';
import type { RequestHandlers, SurfaceContext } from '../signaling/handlers.ts';
import { createAuditHeads, type HeadOutlet } from '../features/audit/auditHeads.service.ts';
import { createAuditRepository } from '../storage/audit.sql.ts';
import { openAuditHeadsFile } from '../storage/auditHeadsFile.ts';
import { createAuditArchiveSearch } from '../storage/auditArchiveSearch.ts';
import type { SearchedArchives } from '../storage/auditSearch.sql.ts';
import { auditArchiveFolder, auditHeadsPath } from '../storage/auditReading.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** How long another system may take to accept a head, in milliseconds. */
const webhookTimeoutMs = 10_000;

export interface AuditFeature extends HubFeature<'audit:search'> {
  /** The handlers, so that what desks open and close is in the log. */
  watched(handlers: RequestHandlers): RequestHandlers;
  /** Views of cameras that are no desk's, for the log. */
  views: Pick<AuditViews, 'opened' | 'closed'>;
  /** Lines that have left the database, for others who read the log. */
  archives: SearchedArchives;
  /** Something was refused for lack of a right. */
  denied(denial: Denial): void;
}

/** The audit log: read and searched; its head is published outside the database while the hub runs. */
export function createAuditFeature({ config, store, clock, nowMs, logger }: Drivers): AuditFeature {
  const search = createAuditArchiveSearch(join(config.dataDir, auditArchiveFolder));
  const archives: SearchedArchives = { search, dates: clock };
  const repository = createAuditRepository(store, archives);
  const notWritten = (error: unknown): void =>
    logger.error(
      { err: error },
      'lines of the audit log could not be stored; storing them is tried again later; check the disk and the database',
    );
  const views = createAuditViews({ repository, newId: randomUUID, nowMs, onFault: notWritten });
  const denials = createAuditDenials({ repository, nowMs, onFault: notWritten });
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
  });
  let timer: NodeJS.Timeout | undefined;
  return {
    handlers: createAuditHandlers(repository, heads),
    watched: (handlers) => watchedHandlers(handlers, views, viewerOf),
    views,
    archives,
    denied: denials.denied,
    left: ({ connectionId }) => views.left(connectionId),
    routes: (admit) => [
      createAuditRoutes({
        admit: admit('audit:view', 'city', 'step_up'),
        repository,
        dates: createMessageDates(clock),
        nowMs,
      }),
    ],
    // A log that was changed is said, and does not make the hub unhealthy: nobody is helped by starting it again.
    healthz: () => ({ detail: { audit: heads.verdict() } }),
    // Before a desk can open anything: what is open in the store now was cut off.
    open: () => views.begin().catch(notWritten),
    start() {
      void heads.begin();
      timer = setInterval(() => void heads.publish(), config.auditHeadIntervalMs).unref();
    },
    async close() {
      clearInterval(timer);
      await search.close();
      await views.close();
      await denials.close();
      await heads.publish();
    },
  };
}

function viewerOf(context: SurfaceContext): Viewer {
  return { actor: deskName(context), principal: context.identity?.principal ?? null };
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
