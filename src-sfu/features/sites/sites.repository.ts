import type { SiteAppeal } from '../../../src-shared/sites/siteAlerts.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';

/** One code for one phone of a site, and the phone that used it. Of both secrets only their hashes are kept. */
export interface SiteLinkRecord {
  linkId: string;
  siteId: string;
  forWhom: string;
  madeBy: string;
  madeAtMs: number;
  codeHash: string;
  /** Of a code that waits: its end. Of a phone: the end of its sign-in. */
  expiresAtMs: number;
  phone?: { tokenHash: string; name: string; signedInAtMs: number; lastUsedAtMs: number; address: string };
  endedAtMs?: number;
}

/** A line of the audit log that is written with a change. */
export interface SiteAudit {
  atMs: number;
  actor: string;
  action: string;
  subject: string;
  detail: object;
}

/** What a site said about an alert. */
export interface SiteFacts {
  seenAtMs?: number;
  appeal?: SiteAppeal;
}

export type SiteReportRefusal = NonNullable<OutputOf<'sites:report'>['results'][number]['refusal']>;

/** A report that was answered, under the site's id and its own. */
export interface AnsweredReport {
  reportKey: string;
  atMs: number;
  refusal?: SiteReportRefusal;
}

/** Links of sites, and what sites said, in the store. */
export interface SitesRepository {
  /** Those that have not ended. */
  loadLinks(): Promise<SiteLinkRecord[]>;
  saveLink(link: SiteLinkRecord, audit?: SiteAudit): Promise<void>;
  /** By the alert; alerts about which nothing was said are left out. */
  factsOf(alertIds: readonly string[]): Promise<Map<string, SiteFacts>>;
  /** Appeals that wait for a decision, with the district of their alerts. */
  waitingAppeals(): Promise<SiteAppeal[]>;
  answered(reportKeys: readonly string[]): Promise<Map<string, SiteReportRefusal | undefined>>;
  /** Writes what a report changed, with its answer, in one transaction. */
  saveReport(
    report: AnsweredReport,
    change?: {
      seen?: { alertId: string; siteId: string; atMs: number };
      appeal?: SiteAppeal;
      audit: SiteAudit;
    },
  ): Promise<void>;
  saveDecision(appeal: SiteAppeal, audit: SiteAudit): Promise<void>;
}
