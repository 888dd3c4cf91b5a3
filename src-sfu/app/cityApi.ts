import type { FastifyRequest } from 'fastify';
import type { Ack } from '../../src-shared/protocol/define.ts';
import { requests } from '../../src-shared/protocol/index.ts';
import type { RequestDefinition } from '../../src-shared/protocol/define.ts';
import { may, type Resource } from '../../src-shared/session/principal.ts';
import { askedBy } from '../base/asking.ts';
import { createMessageDates } from '../base/messageDates.ts';
import type { RequestScope, RequestScopes } from '../base/requestScopes.ts';
import { createCityRoutes, type CityRequestName } from '../http/city/cityRoutes.ts';
import { nameOfAsker } from '../http/asRequest.ts';
import type { RequestHandlers, SurfaceContext } from '../signaling/handlers.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** Orders and findings over HTTP for the city's own systems, by the handlers of the desk's requests. */
export function createCityApiFeature(
  { clock }: Drivers,
  parts: { handlers: RequestHandlers<CityRequestName>; scopes: RequestScopes },
): HubFeature {
  const ask = async (
    name: CityRequestName,
    input: unknown,
    request: FastifyRequest,
  ): Promise<Ack<unknown> | 'outside_scope'> => {
    const { principal } = request;
    const { capability }: RequestDefinition = requests[name];
    if (principal === undefined || capability === 'none') return 'outside_scope';
    const scope = parts.scopes[name] as RequestScope<never>;
    const things =
      typeof scope === 'function' ? await scope(input as never) : scope === 'city' ? [wholeOfIt] : [];
    if (!things.every((thing) => may(principal, capability, thing))) return 'outside_scope';
    const handler = parts.handlers[name] as (context: CallerContext, input: unknown) => Promise<Ack<unknown>>;
    return askedBy(principal, () => handler(contextOf(request, principal), input));
  };
  return {
    handlers: {},
    routes: (admit) => [createCityRoutes({ ask, dates: createMessageDates(clock), admit })],
  };
}

/** What a request of the whole city is about. */
const wholeOfIt: Resource = { district: undefined, squadId: undefined };

/** Of a surface's context, what a caller over HTTP has as well. */
type CallerContext = Pick<SurfaceContext, 'connectionId' | 'address' | 'identity'>;

function contextOf(
  request: FastifyRequest,
  principal: NonNullable<FastifyRequest['principal']>,
): CallerContext {
  const officer = { id: principal.accountId ?? '', name: nameOfAsker(request) };
  return {
    connectionId: `http ${principal.accountId ?? ''}`,
    address: principal.address,
    identity: { surface: 'desk', principal, role: principal.role, officer },
  };
}
