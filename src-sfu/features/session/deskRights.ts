import { requests, type RequestName } from '../../../src-shared/protocol/index.ts';
import { may, type Principal } from '../../../src-shared/session/principal.ts';
import { deskRoutes, standingOf } from '../../../src-shared/session/rights.ts';
import type { RightStanding } from '../../../src-shared/session/session.protocol.ts';
import type { RequestScopes } from '../../base/requestScopes.ts';

/**
 * For each request and route of a desk: whether it may be sent, or whom to ask. A request about one thing, such as a camera,
 * counts as allowed: a desk shows only things of its scope.
 */
export function deskRights(principal: Principal, scopes: RequestScopes): Record<string, RightStanding> {
  const mayDo = (...asked: [capability: Parameters<typeof may>[1], resource?: Parameters<typeof may>[2]]) =>
    may(principal, ...asked);
  const ofRequests = Object.entries(requests).map(([name, { capability }]) => {
    if (capability === 'none') return [name, 'may'] as const;
    const scope = scopes[name as RequestName];
    const about = typeof scope === 'string' ? scope : 'thing';
    return [name, standingOf({ capability, about }, mayDo)] as const;
  });
  const ofRoutes = Object.entries(deskRoutes).map(
    ([route, needs]) => [route, standingOf(needs, mayDo)] as const,
  );
  return Object.fromEntries([...ofRequests, ...ofRoutes]);
}
