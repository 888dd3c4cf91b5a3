import { z } from 'zod';
import {
  siteFindingDeedSchema,
  type SiteFinding,
  type SiteFindingDeed,
  type SiteFindingRefusal,
} from '../../../src-shared/findings/siteFindings.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import { OnceOutbox } from '../../server/onceOutbox.ts';
import { momentSchema, type SayingsPorts } from './sayings.ts';

const waitingSchema = z.object({
  reportId: z.string(),
  /** The site for which it was said: another may sign in on this phone. */
  siteId: z.string(),
  findingId: z.string(),
  /** What the page showed when it was said. */
  revision: z.number(),
  deed: siteFindingDeedSchema,
  at: momentSchema,
});
/** An answer or an appeal that the hub has not answered yet. */
export type WaitingFindingSaying = z.output<typeof waitingSchema>;

/** Why the hub did not take it; `unreadable` when it could not even read it. */
export type FindingSayingRefusal = SiteFindingRefusal | 'unreadable';

export interface FindingSayingsPorts extends Pick<
  SayingsPorts,
  'storage' | 'moment' | 'ageMs' | 'newId' | 'delay'
> {
  request(
    name: 'findings:answerOwn',
    input: InputOf<'findings:answerOwn'>,
  ): Promise<Ack<OutputOf<'findings:answerOwn'>>>;
  onWaiting(waiting: readonly WaitingFindingSaying[]): void;
  onRefused(saying: WaitingFindingSaying, refusal: FindingSayingRefusal): void;
}

/** Keeps what a site answers to findings until the hub has it, over lost networks and reloaded pages. */
export class FindingSayings extends OnceOutbox<WaitingFindingSaying, SiteFindingRefusal> {
  readonly #making: Pick<FindingSayingsPorts, 'newId' | 'moment'>;

  constructor(ports: FindingSayingsPorts) {
    super({
      storage: ports.storage,
      storageKey: 'mingchu.siteFindingSayings',
      schema: waitingSchema,
      delay: ports.delay,
      onWaiting: ports.onWaiting,
      onRefused: ports.onRefused,
      send(batch) {
        const now = ports.moment();
        return ports.request('findings:answerOwn', {
          reports: batch.map(({ reportId, findingId, revision, deed, at }) => ({
            reportId,
            findingId,
            revision,
            deed,
            ageMs: ports.ageMs(at, now),
          })),
        });
      },
    });
    this.#making = ports;
  }

  say(
    siteId: string,
    { findingId, revision }: Pick<SiteFinding, 'findingId' | 'revision'>,
    deed: SiteFindingDeed,
  ): void {
    const { newId, moment } = this.#making;
    this.put({ reportId: newId(), siteId, findingId, revision, deed, at: moment() });
  }

  /** This site is signed in now: what another said is not sent in its name. */
  signedInAs(siteId: string): void {
    if (this.waiting.some((one) => one.siteId !== siteId)) this.forgetAll();
  }
}
