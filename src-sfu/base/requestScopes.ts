import type { InputOf, RequestName } from '../../src-shared/protocol/index.ts';
import type { Resource } from '../../src-shared/session/principal.ts';

/**
 * Which part of the city a request is about. `any`: about none, or only about the surface itself. `filtered`: its handler answers
 * with what the asker may see, or decides about the thing itself. `city`: about all of it, for those who work for all districts.
 * A function names the things: the asker must be allowed to do it to each of them.
 */
export type RequestScope<Name extends RequestName> =
  | 'any'
  | 'filtered'
  | 'city'
  | ((input: InputOf<Name>) => readonly Resource[] | Promise<readonly Resource[]>);

/** Every request has one: a new request without it does not compile. */
export type RequestScopes = { readonly [Name in RequestName]: RequestScope<Name> };

/** What only those may do who work for the whole city. */
export const wholeCityThing: Resource = { district: undefined, squadId: undefined };
