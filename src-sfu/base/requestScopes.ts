import type { RequestTable, ScopeName } from '../../src-shared/protocol/define.ts';
import { requests, type InputOf, type RequestName, type Requests } from '../../src-shared/protocol/index.ts';
import type { Resource } from '../../src-shared/session/principal.ts';

/**
 * Which part of the city a request is about, as its definition says (`ScopeName`). A function names the things: the asker must be
 * allowed to do it to each of them.
 */
export type RequestScope<Name extends RequestName> =
  | Exclude<ScopeName, 'thing'>
  | ((input: InputOf<Name>) => readonly Resource[] | Promise<readonly Resource[]>);

/** Every request has one: a new request without it does not compile. */
export type RequestScopes = { readonly [Name in RequestName]: RequestScope<Name> };

type ScopeOf<Name extends RequestName> = NonNullable<Requests[Name]['scope']>;
/** Requests whose definition does not say it: the hub's feature has to. */
type UndeclaredName = {
  [Name in RequestName]: [Exclude<ScopeOf<Name>, 'thing'>] extends [never] ? Name : never;
}[RequestName];
/** The scopes of those requests of a feature whose definition does not say it, or says `thing`. */
export type OwnScopes<Names extends RequestName> = {
  readonly [Name in Extract<Names, UndeclaredName>]: RequestScope<Name>;
};

/** What only those may do who work for the whole city. */
export const wholeCityThing: Resource = { district: undefined, squadId: undefined };

/** The scopes of all requests: as their definitions say, otherwise as one of the parts says. Throws for a request that nobody names. */
export function joinScopes(...parts: readonly (object | undefined)[]): RequestScopes {
  const named = Object.assign({}, ...parts) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(requests as RequestTable).map(([name, { scope }]) => {
      const declared = scope === undefined || scope === 'thing' ? named[name] : scope;
      if (declared === undefined) throw new Error(`Nothing says which part of the city ${name} is about.`);
      return [name, declared];
    }),
  ) as unknown as RequestScopes;
}
