import { z } from 'zod';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import { siteReportSchema, type SiteReport } from '../../../src-shared/sites/sites.protocol.ts';
import { OnceOutbox } from '../../server/onceOutbox.ts';

/** When something was said, as the phone's clocks had it. */
export const momentSchema = z.object({ wallMs: z.number(), runningMs: z.number(), pageId: z.string() });
type SaidMoment = z.output<typeof momentSchema>;

const waitingSchema = z.object({
  reportId: z.string(),
  /** The site for which it was said: another may sign in on this phone. */
  siteId: z.string(),
  report: siteReportSchema,
  at: momentSchema,
});
/** What somebody of the site said, and the hub has not answered yet. */
export type WaitingSaying = z.output<typeof waitingSchema>;

type ReportedRefusal = NonNullable<OutputOf<'sites:report'>['results'][number]['refusal']>;
/** Why the hub did not take it; `unreadable` when it could not even read it. */
export type SayingRefusal = ReportedRefusal | 'unreadable';

export interface SayingsPorts {
  request(name: 'sites:report', input: InputOf<'sites:report'>): Promise<Ack<OutputOf<'sites:report'>>>;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  moment(): SaidMoment;
  ageMs(then: SaidMoment, now: SaidMoment): number;
  newId(): string;
  delay(delayMs: number): Promise<void>;
  onWaiting(waiting: readonly WaitingSaying[]): void;
  onRefused(saying: WaitingSaying, refusal: SayingRefusal): void;
}

/** Keeps what a site says until the hub has answered it, over lost networks and reloaded pages. */
export class Sayings extends OnceOutbox<WaitingSaying, ReportedRefusal> {
  readonly #making: Pick<SayingsPorts, 'newId' | 'moment'>;

  constructor(ports: SayingsPorts) {
    super({
      storage: ports.storage,
      storageKey: 'mingchu.siteSayings',
      schema: waitingSchema,
      delay: ports.delay,
      onWaiting: ports.onWaiting,
      onRefused: ports.onRefused,
      send(batch) {
        const now = ports.moment();
        return ports.request('sites:report', {
          reports: batch.map(({ reportId, report, at }) => ({
            reportId,
            report,
            ageMs: ports.ageMs(at, now),
          })),
        });
      },
    });
    this.#making = ports;
  }

  say(siteId: string, report: SiteReport): void {
    this.put({ reportId: this.#making.newId(), siteId, report, at: this.#making.moment() });
  }

  /** This site is signed in now: what another said is not sent in its name. */
  signedInAs(siteId: string): void {
    if (this.waiting.some((one) => one.siteId !== siteId)) this.forgetAll();
  }
}
