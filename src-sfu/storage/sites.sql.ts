import type { SiteAppeal } from '../../src-shared/sites/siteAlerts.ts';
import type {
  AnsweredReport,
  SiteFacts,
  SiteLinkRecord,
  SiteReportRefusal,
  SitesRepository,
} from '../features/sites/sites.repository.ts';
import { appendAudit } from './audit.sql.ts';
import { chunks } from './chunks.ts';
import type { Store } from './database.ts';
import { numberColumn, storedCommands, textColumn } from './storedCommands.sql.ts';

type SitesTables = {
  site_links: {
    id: string;
    site_id: string;
    for_whom: string;
    made_by: string;
    made_at_ms: number;
    code_hash: string;
    expires_at_ms: number;
    token_hash: string | null;
    phone_name: string | null;
    signed_in_at_ms: number | null;
    last_used_at_ms: number | null;
    last_address: string | null;
    ended_at_ms: number | null;
  };
  site_alert_views: { alert_id: string; site_id: string; seen_at_ms: number };
  site_appeals: { alert_id: string; state: string; made_at_ms: number; document: string };
};

const reports = storedCommands<AnsweredReport>('site_reports', {
  reportKey: textColumn('id'),
  atMs: numberColumn('at_ms'),
  refusal: textColumn<SiteReportRefusal>('refusal'),
});

/** Links of sites and what sites said, in the store. */
export function createSitesRepository(store: Store): SitesRepository {
  const tables = store.withTables<SitesTables>();
  const appealOf = ({ document }: { document: string }): SiteAppeal => JSON.parse(document) as SiteAppeal;
  return {
    async loadLinks() {
      const rows = await tables
        .selectFrom('site_links')
        .selectAll()
        .where('ended_at_ms', 'is', null)
        .execute();
      return rows.map(linkOf);
    },
    async saveLink(link, audit) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<SitesTables>();
        const { id, ...row } = rowOf(link);
        await within
          .insertInto('site_links')
          .values({ id, ...row })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
          .execute();
        if (audit !== undefined) await appendAudit(transaction, audit);
      });
    },
    async factsOf(alertIds) {
      const facts = new Map<string, SiteFacts>();
      for (const some of chunks(alertIds)) {
        const seen = await tables
          .selectFrom('site_alert_views')
          .select(['alert_id', 'seen_at_ms'])
          .where('alert_id', 'in', some)
          .execute();
        for (const row of seen) facts.set(row.alert_id, { seenAtMs: Number(row.seen_at_ms) });
        const appeals = await tables
          .selectFrom('site_appeals')
          .select(['alert_id', 'document'])
          .where('alert_id', 'in', some)
          .execute();
        for (const row of appeals) {
          facts.set(row.alert_id, { ...facts.get(row.alert_id), appeal: appealOf(row) });
        }
      }
      return facts;
    },
    async waitingAppeals() {
      const rows = await tables
        .selectFrom('site_appeals')
        .select('document')
        .where('state', '=', 'waiting')
        .orderBy('made_at_ms')
        .execute();
      return rows.map(appealOf);
    },
    async answered(reportKeys) {
      const found = await reports.find(store, reportKeys);
      return new Map(found.map(({ reportKey, refusal }) => [reportKey, refusal]));
    },
    async saveReport(report, change) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<SitesTables>();
        await reports.save(transaction, report);
        if (change === undefined) return;
        const { seen, appeal, audit } = change;
        if (seen !== undefined) {
          await within
            .insertInto('site_alert_views')
            .values({ alert_id: seen.alertId, site_id: seen.siteId, seen_at_ms: seen.atMs })
            .execute();
        }
        if (appeal !== undefined) {
          await within
            .insertInto('site_appeals')
            .values({
              alert_id: appeal.alertId,
              state: appeal.state,
              made_at_ms: appeal.madeAtMs,
              document: JSON.stringify(appeal),
            })
            .execute();
        }
        await appendAudit(transaction, audit);
      });
    },
    async saveDecision(appeal, audit) {
      await store.transaction().execute(async (transaction) => {
        await transaction
          .withTables<SitesTables>()
          .updateTable('site_appeals')
          .set({ state: appeal.state, document: JSON.stringify(appeal) })
          .where('alert_id', '=', appeal.alertId)
          .execute();
        await appendAudit(transaction, audit);
      });
    },
  };
}

function rowOf(link: SiteLinkRecord): SitesTables['site_links'] {
  const { phone } = link;
  return {
    id: link.linkId,
    site_id: link.siteId,
    for_whom: link.forWhom,
    made_by: link.madeBy,
    made_at_ms: link.madeAtMs,
    code_hash: link.codeHash,
    expires_at_ms: link.expiresAtMs,
    token_hash: phone?.tokenHash ?? null,
    phone_name: phone?.name ?? null,
    signed_in_at_ms: phone?.signedInAtMs ?? null,
    last_used_at_ms: phone?.lastUsedAtMs ?? null,
    last_address: phone?.address ?? null,
    ended_at_ms: link.endedAtMs ?? null,
  };
}

function linkOf(row: SitesTables['site_links']): SiteLinkRecord {
  return {
    linkId: row.id,
    siteId: row.site_id,
    forWhom: row.for_whom,
    madeBy: row.made_by,
    madeAtMs: Number(row.made_at_ms),
    codeHash: row.code_hash,
    expiresAtMs: Number(row.expires_at_ms),
    ...(row.token_hash === null
      ? {}
      : {
          phone: {
            tokenHash: row.token_hash,
            name: row.phone_name ?? '',
            signedInAtMs: Number(row.signed_in_at_ms),
            lastUsedAtMs: Number(row.last_used_at_ms),
            address: row.last_address ?? '',
          },
        }),
  };
}
