import type { Logger } from 'pino';
import { createBackOff } from '../windows/backOff.ts';
import type { HubAddress } from './hubAddress.ts';
import type { HubProcess, HubProcessEvents } from './hubProcess.ts';
import type { HubTrouble } from './troubles.ts';

/** How long until a hub that did not answer is asked again. */
const askAgainMs = 2_000;
/** How long until a hub that answered is asked again, so that its end is noticed although every page keeps its pictures. */
const checkEveryMs = 5_000;

export interface HubLocatorOptions {
  /** Where the hub is looked for. */
  wanted: HubAddress;
  /** Starts a hub of our own; left out where somebody else runs it. */
  startHub?: (events: HubProcessEvents) => HubProcess;
  /** Resolves to undefined when a hub answers at the origin. */
  probe(origin: string): Promise<HubTrouble | undefined>;
  onReady(hub: HubAddress): void;
  onTrouble(trouble: HubTrouble): void;
  onLine?: (line: string) => void;
  logger: Pick<Logger, 'info' | 'warn'>;
}

/** Finds a hub, starts one where none runs, and keeps the started one running. */
export interface HubLocator {
  /** Looks now. Called again by whoever finds that the hub's pages no longer load; calls at one time are one. */
  look(): Promise<void>;
  /** Stops looking and ends the hub that was started here; one that was found is left alone. */
  stop(): Promise<void>;
}

/** Nothing is looked for until `look` is called. */
export function createHubLocator(options: HubLocatorOptions): HubLocator {
  const { wanted, startHub, probe } = options;
  const restarts = createBackOff({ firstMs: 500, longestMs: 30_000, healthyAfterMs: 60_000 });
  let own: { process: HubProcess; address?: HubAddress } | undefined;
  let looking: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  /** Logs each change once, however often the hub is probed. */
  let logged = '';
  const logOnce = (key: string, log: () => void): void => {
    if (key !== logged) log();
    logged = key;
  };
  const ready = (hub: HubAddress): void => {
    logOnce(hub.origin, () => options.logger.info({ url: hub.origin }, 'the hub was found'));
    options.onReady(hub);
  };
  const trouble = (reason: HubTrouble): void => {
    logOnce(JSON.stringify(reason), () =>
      options.logger.warn({ trouble: reason }, 'no hub can be used; the search goes on'),
    );
    options.onTrouble(reason);
  };

  const lookAfter = (delayMs: number, isCheck = false): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(isCheck), delayMs);
  };

  /** `isCheck`: the hub answered the last time; one answer that is late on a busy machine is no end of it. */
  const lookOnce = async (isCheck: boolean): Promise<void> => {
    const address = own?.address ?? wanted;
    const problem = await probe(address.origin);
    if (stopped) return;
    if (!problem) {
      lookAfter(checkEveryMs, true);
      return ready(address);
    }
    if (isCheck) return lookAfter(askAgainMs);
    if (own && !own.address) return trouble({ kind: 'starting' });
    // An own hub would find the port taken by whatever answers there.
    if (own || !startHub || problem.kind === 'notAHub') {
      trouble(problem);
      return lookAfter(askAgainMs);
    }
    trouble({ kind: 'starting' });
    startOwn(startHub);
  };

  const startOwn = (start: NonNullable<typeof startHub>): void => {
    let ended = false;
    const process = start({
      onLine: (line) => options.onLine?.(line),
      onReady(address) {
        if (own?.process !== process || stopped) return;
        own.address = address;
        lookAfter(checkEveryMs, true);
        ready(address);
      },
      onEnded(detail) {
        ended = true;
        if (own?.process === process) own = undefined;
        if (stopped) return;
        trouble({ kind: 'hubEnded', detail });
        lookAfter(restarts.nextDelayMs());
      },
    });
    if (!ended) own = { process };
  };

  const look = (isCheck = false): Promise<void> => {
    clearTimeout(timer);
    looking ??= lookOnce(isCheck).finally(() => (looking = undefined));
    return looking;
  };

  return {
    look: () => (stopped ? Promise.resolve() : look()),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await own?.process.stop();
    },
  };
}
