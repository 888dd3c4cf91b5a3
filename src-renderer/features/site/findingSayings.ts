import { z } from 'zod';
import {
  siteFindingDeedSchema,
  type SiteFinding,
  type SiteFindingChange,
  type SiteFindingDeed,
  type SiteFindingRefusal,
} from '../../../src-shared/findings/siteFindings.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import { SiteOutbox, siteSayingFields, type SiteOutboxPorts } from './siteOutbox.ts';

const waitingSchema = z.object({
  ...siteSayingFields,
  findingId: z.string(),
  /** What the page showed when it was said. */
  revision: z.number(),
  deed: siteFindingDeedSchema,
});
/** An answer or an appeal that the hub has not answered yet. */
export type WaitingFindingSaying = z.output<typeof waitingSchema>;

/** Why the hub did not take it; `unreadable` when it could not even read it. */
export type FindingSayingRefusal = SiteFindingRefusal | 'unreadable';

export interface FindingSayingsPorts extends SiteOutboxPorts {
  request(
    name: 'findings:answerOwn',
    input: InputOf<'findings:answerOwn'>,
  ): Promise<Ack<OutputOf<'findings:answerOwn'>>>;
  onWaiting(waiting: readonly WaitingFindingSaying[]): void;
  onRefused(
    saying: WaitingFindingSaying,
    refusal: FindingSayingRefusal,
    change: SiteFindingChange | undefined,
  ): void;
}

/** What a site answers to findings. */
export class FindingSayings extends SiteOutbox<WaitingFindingSaying, SiteFindingRefusal> {
  constructor(ports: FindingSayingsPorts) {
    /** What the hub said of those that were refused last. */
    const changes = new Map<string, SiteFindingChange>();
    const onRefused = (saying: WaitingFindingSaying, refusal: FindingSayingRefusal): void => {
      ports.onRefused(saying, refusal, changes.get(saying.reportId));
      changes.delete(saying.reportId);
    };
    super(
      { ...ports, onRefused },
      {
        storageKey: 'mingchu.siteFindingSayings',
        schema: waitingSchema,
        send: async (batch) => {
          const answer = await ports.request('findings:answerOwn', {
            reports: batch.map(({ saying: { reportId, findingId, revision, deed }, ageMs }) => ({
              ...{ reportId, findingId, revision, deed, ageMs },
            })),
          });
          if (answer.ok) {
            for (const { reportId, change } of answer.data.results)
              if (change !== undefined) changes.set(reportId, change);
          }
          return answer;
        },
      },
    );
  }

  say(
    siteId: string,
    { findingId, revision }: Pick<SiteFinding, 'findingId' | 'revision'>,
    deed: SiteFindingDeed,
  ): void {
    this.put({ ...this.saidNow(siteId), findingId, revision, deed });
  }
}
