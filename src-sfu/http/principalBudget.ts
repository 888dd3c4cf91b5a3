import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Principal } from '../../src-shared/session/principal.ts';

/**
 * Requests that one account, screen, member or key may make over HTTP in a second, over all of its connections: a page that is opened
 * asks for some thirty files, and a map that is dragged for some fifty pieces.
 */
export const httpRequestsPerSecondOfPrincipal = 300;
/** Requests of one principal under way at one time: three browsers have six connections each. */
export const httpRequestsUnderWayOfPrincipal = 64;

/** What all HTTP connections of one principal share. */
export interface PrincipalBudget {
  /**
   * Counts a request, until the function that it returns is called. Undefined where there were too many in this second, or too many
   * are under way.
   */
  begin(principal: Pick<Principal, 'kind' | 'accountId'>): Promise<(() => void) | undefined>;
}

export function createPrincipalBudget(): PrincipalBudget {
  const requests = new RateLimiterMemory({ points: httpRequestsPerSecondOfPrincipal, duration: 1 });
  const underWay = new Map<string, number>();
  const add = (owner: string, change: number): void => {
    const count = (underWay.get(owner) ?? 0) + change;
    if (count > 0) underWay.set(owner, count);
    else underWay.delete(owner);
  };
  return {
    async begin({ kind, accountId }) {
      const owner = `${kind}:${accountId}`;
      if ((underWay.get(owner) ?? 0) >= httpRequestsUnderWayOfPrincipal) return undefined;
      add(owner, 1);
      const isWithin = await requests.consume(owner).then(
        () => true,
        () => false,
      );
      let isCounted = true;
      const end = (): void => {
        if (isCounted) add(owner, -1);
        isCounted = false;
      };
      if (isWithin) return end;
      end();
      return undefined;
    },
  };
}
