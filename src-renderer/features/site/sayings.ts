import { z } from 'zod';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import { siteReportSchema, type SiteReport } from '../../../src-shared/sites/sites.protocol.ts';
import { SiteOutbox, siteSayingFields, type SiteOutboxPorts } from './siteOutbox.ts';

const waitingSchema = z.object({ ...siteSayingFields, report: siteReportSchema });
/** What somebody of the site said, and the hub has not answered yet. */
export type WaitingSaying = z.output<typeof waitingSchema>;

type ReportedRefusal = NonNullable<OutputOf<'sites:report'>['results'][number]['refusal']>;
/** Why the hub did not take it; `unreadable` when it could not even read it. */
export type SayingRefusal = ReportedRefusal | 'unreadable';

export interface SayingsPorts extends SiteOutboxPorts {
  request(name: 'sites:report', input: InputOf<'sites:report'>): Promise<Ack<OutputOf<'sites:report'>>>;
  onWaiting(waiting: readonly WaitingSaying[]): void;
  onRefused(saying: WaitingSaying, refusal: SayingRefusal): void;
}

/** What a site says of its alerts. */
export class Sayings extends SiteOutbox<WaitingSaying, ReportedRefusal> {
  constructor(ports: SayingsPorts) {
    super(ports, {
      storageKey: 'mingchu.siteSayings',
      schema: waitingSchema,
      send: (batch) =>
        ports.request('sites:report', {
          reports: batch.map(({ saying: { reportId, report }, ageMs }) => ({ reportId, report, ageMs })),
        }),
    });
  }

  say(siteId: string, report: SiteReport): void {
    this.put({ ...this.saidNow(siteId), report });
  }
}
