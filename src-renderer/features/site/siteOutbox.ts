import { z } from 'zod';
import { OnceOutbox, type OnceOutboxPorts } from '../../server/onceOutbox.ts';

/** When something was said, as the phone's clocks had it. */
const momentSchema = z.object({ wallMs: z.number(), runningMs: z.number(), pageId: z.string() });
type SaidMoment = z.output<typeof momentSchema>;

/** What everything that a site says has. */
export const siteSayingFields = {
  reportId: z.string(),
  /** The site for which it was said: another may sign in on this phone. */
  siteId: z.string(),
  at: momentSchema,
};
interface SiteSaying {
  reportId: string;
  siteId: string;
  at: SaidMoment;
}

/** What a page gives to everything that it sends later. */
export interface SiteOutboxPorts {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  moment(): SaidMoment;
  ageMs(then: SaidMoment, now: SaidMoment): number;
  newId(): string;
  delay(delayMs: number): Promise<void>;
}

/** Keeps what a site says until the hub has answered it, over lost networks and reloaded pages. */
export class SiteOutbox<Saying extends SiteSaying, Refusal> extends OnceOutbox<Saying, Refusal> {
  readonly #making: Pick<SiteOutboxPorts, 'newId' | 'moment'>;

  constructor(
    ports: SiteOutboxPorts & Pick<OnceOutboxPorts<Saying, Refusal>, 'onWaiting' | 'onRefused'>,
    kind: Pick<OnceOutboxPorts<Saying, Refusal>, 'storageKey' | 'schema'> & {
      /** Sends some, each with how long ago it was said. */
      send(
        batch: readonly { saying: Saying; ageMs: number }[],
      ): ReturnType<OnceOutboxPorts<Saying, Refusal>['send']>;
    },
  ) {
    const { storage, delay, onWaiting, onRefused } = ports;
    super({
      ...{ storage, delay, onWaiting, onRefused },
      storageKey: kind.storageKey,
      schema: kind.schema,
      send(batch) {
        const now = ports.moment();
        return kind.send(batch.map((saying) => ({ saying, ageMs: ports.ageMs(saying.at, now) })));
      },
    });
    this.#making = ports;
  }

  /** What a saying of this moment begins with. */
  protected saidNow(siteId: string): SiteSaying {
    return { reportId: this.#making.newId(), siteId, at: this.#making.moment() };
  }

  /** This site is signed in now: what another said is not sent in its name. */
  signedInAs(siteId: string): void {
    this.keepOnly((one) => one.siteId === siteId);
  }
}
