import type { FastifyRequest } from 'fastify';
import { requests, type RequestName } from '../../src-shared/protocol/index.ts';
import type { RequestDefinition } from '../../src-shared/protocol/define.ts';
import type { Capability } from '../../src-shared/session/roles.ts';

/**
 * What a route asks that does the same as a request of a desk: the capability and the confirmation of the request. Example:
 * `admit(...asRequest('alerts:saveKind', 'city'))`.
 */
export function asRequest(
  name: RequestName,
  scope?: 'city',
): [capability: Capability, scope: 'city' | undefined, needs: 'step_up' | undefined] {
  const { capability, needs }: RequestDefinition = requests[name];
  if (capability === 'none') throw new Error(`${name} is open to everybody, so no route is let in as it.`);
  return [capability, scope, needs];
}

/** Who asks over HTTP, as records name it: the person or the key; `http` for an account without a name. */
export function nameOfAsker({ principal }: Pick<FastifyRequest, 'principal'>): string {
  const name = principal?.name ?? '';
  return name === '' ? 'http' : name.slice(0, 40);
}
