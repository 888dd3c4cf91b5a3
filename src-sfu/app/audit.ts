import { createAuditHeads, type HeadOutlet } from '../features/audit/auditHeads.service.ts';
import { createAuditRepository } from '../storage/audit.sql.ts';
import { openAuditHeadsFile } from '../storage/auditHeadsFile.ts';
import { auditHeadsPath } from '../storage/auditReading.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** How long another system may take to accept a head, in milliseconds. */
const webhookTimeoutMs = 10_000;

/** The audit log: its head is published outside the database while the hub runs. */
export function createAuditFeature({ config, store, clock, logger }: Drivers): HubFeature {
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
    repository: createAuditRepository(store),
    outlets,
    published: () => file.read(),
    wallMs: clock.wallMs,
    onFault: (sentence, error) => logger.error(error === undefined ? {} : { err: error }, sentence),
  });
  let timer: NodeJS.Timeout | undefined;
  return {
    handlers: {},
    // A log that was changed is said, and does not make the hub unhealthy: nobody is helped by starting it again.
    healthz: () => ({ healthy: true, detail: { audit: heads.verdict() } }),
    start() {
      void heads.begin();
      timer = setInterval(() => void heads.publish(), config.auditHeadIntervalMs).unref();
    },
    async close() {
      clearInterval(timer);
      await heads.publish();
    },
  };
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
